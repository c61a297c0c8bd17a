package dev.stoa.launcher;

import sun.misc.Signal;

/**
 * Order at the end of the process. SIGTERM, SIGHUP and the first Ctrl-C are left to the virtual
 * machine, which runs the shutdown hook and then exits with 143, 129 or 130; the hook stops the
 * framework. From then on Ctrl-C ends the process at once.
 */
final class Signals {
  private static final int INTERRUPTED = 130;

  private Signals() {}

  /** Stops the kernel whenever and however the process ends. */
  static void stopAtExit(Kernel kernel) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  Signal.handle(
                      new Signal("INT"), signal -> Runtime.getRuntime().halt(INTERRUPTED));
                  kernel.stop();
                },
                "stoa-stop"));
  }
}
