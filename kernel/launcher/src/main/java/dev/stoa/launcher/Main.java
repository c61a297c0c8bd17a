package dev.stoa.launcher;

/** Entry point of {@code bin/stoa}. */
public final class Main {
  private Main() {}

  /**
   * Prints the version, attaches to a living process, runs one command or opens the shell; then
   * exits: 0 done, 2 a mistake of the user, 1 a failure of ours, 128 + n ended by signal n.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    int code;
    try {
      code = run(Arguments.parse(args));
    } catch (LaunchException e) {
      System.err.println("stoa: error: " + Causes.oneLine(e.getMessage()));
      code = e.exitCode();
    } catch (InterruptedException e) {
      code = LaunchException.INTERNAL;
    }
    System.exit(code);
  }

  private static int run(Arguments arguments) throws InterruptedException {
    return switch (arguments.mode()) {
      case VERSION -> {
        System.out.println("stoa " + Version.text());
        yield 0;
      }
      case ATTACH ->
          new Attach(Places.find(arguments).sockets(), System.in, System.out).run(arguments.pid());
      case COMMAND, INTERACTIVE -> boot(arguments);
    };
  }

  private static int boot(Arguments arguments) throws InterruptedException {
    boolean terminal = arguments.mode() == Arguments.Mode.INTERACTIVE;
    boolean debug = System.getenv("STOA_DEBUG") != null;
    Kernel kernel = Kernel.create(Places.find(arguments), debug, terminal);
    ShutdownHook hook = new ShutdownHook(kernel);
    hook.install();
    try {
      kernel.start();
      if (terminal) {
        sayStartTime();
        kernel.awaitStop();
        return 0;
      }
      return kernel.command(arguments.command(), Main::sayStartTime);
    } catch (RuntimeException e) {
      if (hook.running()) {
        return LaunchException
            .INTERNAL; // not seen: the virtual machine exits with the signal's code
      }
      throw e;
    } finally {
      kernel.stop();
    }
  }

  /**
   * For measurements: who sets {@code STOA_STARTED} to the milliseconds since 1970 at which it
   * called the script learns how long it took until all services were there.
   */
  private static void sayStartTime() {
    String started = System.getenv("STOA_STARTED");
    if (started != null && started.matches("\\d{1,18}")) {
      long millis = System.currentTimeMillis() - Long.parseLong(started);
      System.err.println("stoa: all services after " + millis + " ms");
    }
  }
}
