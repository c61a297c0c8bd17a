package dev.stoa.distribution;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs {@code bin/stoa} of the assembled distribution as a process of its own, as a user would.
 * What takes longer than a generous limit fails with a thread dump of that process.
 */
final class CommandLine {
  /** Far above what anything here takes on an idle machine. */
  static final Duration LIMIT = Duration.ofMinutes(3);

  private final List<String> arguments;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private Path home = StoaContainer.home();
  private Path folder = StoaContainer.build();
  private String input = "";

  private CommandLine(List<String> arguments) {
    this.arguments = arguments;
  }

  /** A call with these arguments; data directory is that of the build. */
  static CommandLine stoa(String... arguments) {
    return new CommandLine(List.of(arguments))
        .with("STOA_DATA", StoaContainer.data().toString())
        .with("JAVA_HOME", System.getProperty("java.home"));
  }

  /** Sets a variable of the environment. */
  CommandLine with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Runs in this working directory. */
  CommandLine in(Path workingDirectory) {
    folder = workingDirectory;
    return this;
  }

  /** Runs another installation than the one that was built. */
  CommandLine of(Path installation) {
    home = installation;
    return this;
  }

  /** Gives it this on standard input. */
  CommandLine reading(String text) {
    input = text;
    return this;
  }

  /** Starts it and waits for its end. */
  Result run() {
    return start().result();
  }

  /** Starts it. */
  Running start() {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve(windows ? "stoa.cmd" : "stoa").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    List.of("JAVA_OPTS", "STOA_OPTS", "STOA_DEPLOY", "STOA_DEBUG")
        .forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      Running running = new Running(process, String.join(" ", command));
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // A process that ends early does not read what it is given.
      }
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command, e);
    }
  }

  /**
   * A finished call.
   *
   * @param exit its exit code
   * @param out its standard output
   * @param err its standard error
   */
  record Result(int exit, String out, String err) {
    /** Both streams, for messages of assertions. */
    String all() {
      return "exit " + exit + "\n--- out\n" + out + "--- err\n" + err;
    }
  }

  /** A call that goes on. */
  static final class Running {
    private final Process process;
    private final String command;
    private final Capture out;
    private final Capture err;

    private Running(Process process, String command) {
      this.process = process;
      this.command = command;
      out = new Capture(process.getInputStream());
      err = new Capture(process.getErrorStream());
    }

    /** Its process number. */
    long pid() {
      return process.pid();
    }

    /**
     * Sends SIGTERM. Not by {@link Process#destroy}, which also closes this side of its streams:
     * its last words would be lost.
     */
    void terminate() {
      process.toHandle().destroy();
    }

    /** Sends SIGKILL. */
    void kill() {
      process.toHandle().destroyForcibly();
    }

    /** Waits until standard output contains the text. */
    void awaitOut(String text) {
      await(out, text);
    }

    /**
     * What a virtual machine says itself when it is asked for the module of vectors is left out.
     */
    private static String ours(String all) {
      return all.replaceFirst("WARNING: Using incubator modules: jdk.incubator.vector\\R", "");
    }

    /** Waits until standard error contains the text. */
    void awaitErr(String text) {
      await(err, text);
    }

    /** Waits for the end. */
    Result result() {
      try {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          throw stuck("did not end");
        }
        return new Result(process.exitValue(), out.all(), ours(err.all()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    private void await(Capture capture, String text) {
      try {
        capture.await(text);
      } catch (TimeoutException e) {
        throw stuck("did not print '" + text + "'");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    private AssertionError stuck(String what) {
      String threads = process.isAlive() ? threads() : "it ended with " + process.exitValue();
      kill();
      return new AssertionError(
          command
              + " "
              + what
              + "\n--- out\n"
              + out
              + "--- err\n"
              + err
              + "--- threads\n"
              + threads);
    }

    private String threads() {
      Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
      try {
        Process dump =
            new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "Thread.print")
                .redirectErrorStream(true)
                .start();
        return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        return "no thread dump: " + e;
      }
    }
  }

  /** Reads a stream to its end on a thread of its own. */
  private static final class Capture {
    private final StringBuilder text = new StringBuilder();
    private boolean ended;

    Capture(java.io.InputStream stream) {
      Thread reader = new Thread(() -> read(stream), "capture");
      reader.setDaemon(true);
      reader.start();
    }

    private void read(java.io.InputStream stream) {
      char[] buffer = new char[4096];
      try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
        for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
          synchronized (this) {
            text.append(buffer, 0, count);
            notifyAll();
          }
        }
      } catch (IOException e) {
        // The process was ended by force.
      }
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }

    synchronized void await(String wanted) throws InterruptedException, TimeoutException {
      long end = System.nanoTime() + LIMIT.toNanos();
      while (text.indexOf(wanted) < 0) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (ended || left <= 0) {
          throw new TimeoutException();
        }
        wait(left);
      }
    }

    synchronized String all() throws InterruptedException {
      while (!ended) {
        wait();
      }
      return text.toString();
    }

    @Override
    public synchronized String toString() {
      return text.toString();
    }
  }
}
