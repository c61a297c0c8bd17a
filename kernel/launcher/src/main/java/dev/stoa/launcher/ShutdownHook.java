package dev.stoa.launcher;

import sun.misc.Signal;

/**
 * Order at the end of the process. SIGTERM, SIGHUP and the first Ctrl-C are left to the virtual
 * machine, which runs this hook and then exits with 143, 129 or 130; the hook stops the framework.
 * From then on Ctrl-C ends the process at once.
 */
final class ShutdownHook {
  private static final int INTERRUPTED = 130;

  private final Kernel kernel;
  private volatile boolean running;

  ShutdownHook(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Stops the kernel whenever and however the process ends. */
  void install() {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(this::run, "stoa-stop"));
    } catch (IllegalStateException endingAlready) {
      running = true;
    }
  }

  /** Whether the process is ending: what fails from then on fails because of that. */
  boolean running() {
    return running;
  }

  private void run() {
    running = true;
    Signal.handle(new Signal("INT"), signal -> Runtime.getRuntime().halt(INTERRUPTED));
    kernel.stop();
  }
}
