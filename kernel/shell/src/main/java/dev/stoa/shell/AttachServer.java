package dev.stoa.shell;

import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Lets {@code stoa attach} in: listens on the Unix domain socket {@code DATA/run/PID.sock} (folder
 * of mode 700, socket of mode 600), DATA being the framework property {@code stoa.data}; without it
 * there is no server. Every client gets a thread and a session.
 */
@Component(
    service = {},
    immediate = true)
public final class AttachServer {
  private static final String GOGO = "org.apache.felix.service.command.CommandProcessor";

  private final BundleContext context;
  private final Installation installation;
  private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;
  private volatile ServerSocketChannel server;
  private volatile Path socket;

  /** Begins to listen, on a thread of its own. */
  @Activate
  public AttachServer(BundleContext context, @Reference Installation installation) {
    this.context = context;
    this.installation = installation;
    installation
        .property("stoa.data")
        .ifPresent(data -> daemon("stoa-attach", () -> listen(Path.of(data).resolve("run"))));
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void listen(Path folder) {
    try (ServerSocketChannel channel = open(folder)) {
      while (!closing) {
        SocketChannel client = channel.accept();
        clients.add(client);
        daemon("stoa-attach-client", () -> serve(client));
      }
    } catch (ClosedChannelException stopped) {
      return;
    } catch (IOException | UnsupportedOperationException e) {
      if (!closing) {
        System.err.println(
            "stoa: warning: stoa attach is not possible: "
                + Causes.line(e)
                + ". Name a data directory that can be written with STOA_DATA");
      }
    }
  }

  private synchronized ServerSocketChannel open(Path folder) throws IOException {
    if (closing) {
      throw new ClosedChannelException();
    }
    Files.createDirectories(folder);
    restrict(folder, "rwx------");
    Path path = folder.resolve(ProcessHandle.current().pid() + ".sock");
    // Left behind by a dead process that had the same number.
    Files.deleteIfExists(path);
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(path));
    server = channel;
    socket = path;
    restrict(path, "rw-------");
    return channel;
  }

  private static void restrict(Path path, String mode) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        PrintStream out =
            new PrintStream(ChannelStreams.output(client), true, StandardCharsets.UTF_8)) {
      sessions().serve(ChannelStreams.input(client), out);
    } catch (IOException left) {
      // The client went away; nobody is there to be told.
      return;
    } finally {
      clients.remove(client);
    }
  }

  /** Gogo's where it runs, which it does in the interactive shell only; else plain ones. */
  private Sessions sessions() {
    ServiceReference<?> processor = context.getServiceReference(GOGO);
    return processor == null
        ? new LineSessions(installation)
        : GogoSessions.on(context.getService(processor));
  }

  /** Closes every connection and removes the socket. */
  @Deactivate
  synchronized void close() throws IOException {
    closing = true;
    if (server != null) {
      server.close();
      Files.deleteIfExists(socket);
    }
    for (SocketChannel client : clients) {
      client.close();
    }
  }
}
