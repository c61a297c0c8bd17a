package dev.stoa.runs;

import java.util.concurrent.Executor;

/** Work that neither a run nor the kernel's control thread waits for. */
final class Apart {
  private Apart() {}

  /** Does each piece of work on a thread of its own. */
  static Executor thread(String name) {
    return work -> {
      Thread thread = new Thread(null, work, name, 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(Apart.class.getClassLoader());
      thread.start();
    };
  }
}
