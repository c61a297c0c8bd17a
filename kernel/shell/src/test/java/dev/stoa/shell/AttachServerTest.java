package dev.stoa.shell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;

class AttachServerTest {
  @TempDir Path data;

  /** A framework in which Gogo does not run: it has no service at all. */
  private static BundleContext withoutGogo() {
    return (BundleContext)
        Proxy.newProxyInstance(
            BundleContext.class.getClassLoader(),
            new Class<?>[] {BundleContext.class},
            (proxy, method, arguments) -> null);
  }

  private static SocketChannel connect(Path socket) throws IOException {
    while (true) {
      try {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
      } catch (IOException notYet) {
        // The server binds on a thread of its own; the test's time limit ends the waiting.
        Thread.onSpinWait();
      }
    }
  }

  @Test
  @Timeout(60)
  void aClientTalksOverASocketOfItsUserAlone() throws IOException {
    FakeInstallation stoa = new FakeInstallation();
    stoa.data = Optional.of(data.toString());
    AttachServer server = new AttachServer(withoutGogo(), stoa);
    Path socket = data.resolve("run").resolve(ProcessHandle.current().pid() + ".sock");
    try (SocketChannel client = connect(socket)) {
      ChannelStreams.output(client).write("runs\nexit\n".getBytes(StandardCharsets.UTF_8));
      String said = new String(ChannelStreams.input(client).readAllBytes(), StandardCharsets.UTF_8);
      assertEquals("stoa> no runs\nstoa> ", said);
      assertEquals("rw-------", mode(socket));
      assertEquals("rwx------", mode(socket.getParent()));
    }
    server.close();
    assertFalse(Files.exists(socket));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aPlainSessionRunsCommandsUntilExit() throws IOException {
    FakeInstallation stoa = new FakeInstallation();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String typed = "stoa:runs\n\ntrian\nlist 'algorithms' --json\nexit\nruns\n";
    new LineSessions(stoa)
        .serve(
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    String said = out.toString(StandardCharsets.UTF_8);
    assertTrue(said.startsWith("stoa> no runs\nstoa> stoa> stoa: there is no command trian"), said);
    assertTrue(said.contains("some-algorithm"), said);
    assertEquals(5, said.split("stoa> ", -1).length - 1, "one prompt per line read");
  }

  @Test
  void wordsMayBeQuotedAndMayCarryTheScope() {
    assertArrayEquals(
        new String[] {"train", "--out", "a b", "--set", "x=1"},
        LineSessions.words("stoa:train --out \"a b\" --set x=1"));
    assertArrayEquals(new String[0], LineSessions.words("  "));
  }
}
