package dev.stoa.shell;

import dev.stoa.run.Catalogue;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunListener;
import dev.stoa.run.Runs;
import java.util.Optional;
import java.util.Set;

/** What commands need of the process they run in. */
interface Installation {
  /**
   * The run manager.
   *
   * @throws IllegalStateException when its bundle does not run
   */
  Runs runs();

  /**
   * The reader of run files.
   *
   * @throws IllegalStateException when its bundle does not run
   */
  RunFiles files();

  /**
   * What is installed.
   *
   * @throws IllegalStateException when its bundle does not run
   */
  Catalogue catalogue();

  /** Lets a listener hear of every run until the registration is closed. */
  Registration listen(RunListener listener);

  /** Names of the runs that somebody watches now; a watch adds and removes its own. */
  Set<String> watched();

  /** A property of the framework or of the system. */
  Optional<String> property(String name);

  /**
   * Updates a bundle in place from where it was installed; returns when it runs again.
   *
   * @throws IllegalStateException when it is not there or cannot be updated
   */
  void updateBundle(String symbolicName);

  /** Ends something; never fails. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
