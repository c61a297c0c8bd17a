package dev.stoa.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The client of a living process's shell: bytes from standard input go to the Unix domain socket
 * {@code DATA/run/PID.sock}, what comes back goes to standard output. Line-oriented, no protocol of
 * its own.
 */
final class Attach {
  private static final Pattern SOCKET = Pattern.compile("(\\d{1,18})\\.sock");
  private static final int BUFFER = 8192;

  private final Path folder;
  private final InputStream in;
  private final PrintStream out;

  /**
   * A client.
   *
   * @param folder where the sockets lie
   */
  Attach(Path folder, InputStream in, PrintStream out) {
    this.folder = folder;
    this.in = in;
    this.out = out;
  }

  /**
   * Connects and stays until the other side closes the connection.
   *
   * @param pid process; without it, the only living one
   * @return 0
   * @throws LaunchException with exit code 2 when there is no such process, or more than one to
   *     choose
   */
  int run(OptionalLong pid) {
    Map<Long, Path> living = living();
    if (pid.isPresent()) {
      Path socket = living.get(pid.getAsLong());
      if (socket == null) {
        throw LaunchException.user(
            "attach: no living Stoa process " + pid.getAsLong() + " in " + folder + known(living));
      }
      return talk(socket);
    }
    if (living.isEmpty()) {
      throw LaunchException.user("attach: no living Stoa process in " + folder);
    }
    if (living.size() > 1) {
      throw LaunchException.user("attach: name one process: stoa attach PID" + known(living));
    }
    return talk(living.values().iterator().next());
  }

  private static String known(Map<Long, Path> living) {
    if (living.isEmpty()) {
      return "";
    }
    return living.keySet().stream()
        .map(String::valueOf)
        .collect(Collectors.joining(", ", " (living: ", ")"));
  }

  /** Sockets of living processes by number; those of dead ones are removed. */
  private Map<Long, Path> living() {
    Map<Long, Path> living = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.sock")) {
      for (Path file : files) {
        Matcher name = SOCKET.matcher(file.getFileName().toString());
        if (!name.matches()) {
          continue;
        }
        long pid = Long.parseLong(name.group(1));
        if (ProcessHandle.of(pid).isPresent()) {
          living.put(pid, file);
        } else {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // nothing has ever run with this data directory
    } catch (IOException e) {
      throw LaunchException.internal("cannot read " + folder + ": " + Causes.line(e));
    }
    return living;
  }

  private int talk(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        throw LaunchException.user("attach: " + socket + " does not answer: " + Causes.line(e));
      }
      Thread sender = new Thread(() -> send(channel), "stoa-attach-send");
      sender.setDaemon(true);
      sender.start();
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      while (channel.read(buffer) >= 0) {
        out.write(buffer.array(), 0, buffer.position());
        out.flush();
        buffer.clear();
      }
      return 0;
    } catch (IOException e) {
      throw LaunchException.internal("attach: the connection broke: " + Causes.line(e));
    }
  }

  private void send(SocketChannel channel) {
    byte[] bytes = new byte[BUFFER];
    try {
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      channel.shutdownOutput();
    } catch (IOException e) {
      // The reading side meets the same end of the connection and reports it.
    }
  }
}
