package dev.stoa.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachTest {
  /** Above the greatest process number of Linux (2^22), so that no process can have it. */
  private static final long NOBODY = 99_999_999;

  private static final long ME = ProcessHandle.current().pid();

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Attach attach(String input) {
    return new Attach(
        folder,
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  @Test
  void inputIsSentAndWhatComesBackIsPrinted() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(folder.resolve(ME + ".sock")));
      Thread shell = new Thread(() -> echo(server));
      shell.start();
      assertEquals(0, attach("lb\nexit\n").run(OptionalLong.empty()));
      assertEquals("lb\nexit\n", out.toString(StandardCharsets.UTF_8));
    }
  }

  /** Sends back what it reads until the client has no more. */
  private static void echo(ServerSocketChannel server) {
    try (SocketChannel client = server.accept()) {
      ByteBuffer buffer = ByteBuffer.allocate(1024);
      while (client.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          client.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void socketsOfDeadProcessesAreRemovedAndNotChosen() throws IOException {
    Path stale = Files.createFile(folder.resolve(NOBODY + ".sock"));
    LaunchException e =
        assertThrows(LaunchException.class, () -> attach("").run(OptionalLong.empty()));
    assertEquals(2, e.exitCode());
    assertFalse(Files.exists(stale));
  }

  @Test
  void amongSeveralLivingProcessesTheUserMustChoose() throws IOException {
    long parent = ProcessHandle.current().parent().orElseThrow().pid();
    Files.createFile(folder.resolve(ME + ".sock"));
    Files.createFile(folder.resolve(parent + ".sock"));
    LaunchException e =
        assertThrows(LaunchException.class, () -> attach("").run(OptionalLong.empty()));
    assertEquals(2, e.exitCode());
    assertTrue(e.getMessage().contains(Long.toString(ME)), e.getMessage());
    assertTrue(e.getMessage().contains(Long.toString(parent)), e.getMessage());
  }

  @Test
  void anUnknownProcessIsAMistakeOfTheUser() {
    LaunchException e =
        assertThrows(LaunchException.class, () -> attach("").run(OptionalLong.of(NOBODY)));
    assertEquals(2, e.exitCode());
  }
}
