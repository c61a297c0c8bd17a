package dev.stoa.nd4j;

import org.osgi.annotation.versioning.ProviderType;

/**
 * ND4J in this process. Whoever uses ND4J's packages from this bundle calls {@link #load} first: it
 * puts the natives in place, sets ND4J to one thread per call, and says why where ND4J cannot work.
 */
@ProviderType
public interface Nd4jRuntime {
  /**
   * Loads ND4J and its natives the first time; later calls return what the first found. The very
   * first time on a machine the natives are unpacked (some 370 MB, seconds), after that it takes
   * about half a second. Thread-safe; never throws for a platform that cannot be served.
   */
  Nd4jStatus load();

  /**
   * Removes what ND4J's operations left in the calling thread's locals. A thread that outlives this
   * bundle would keep all of ND4J in memory by it: such a thread calls this as the last it does
   * with ND4J, outside of any workspace. Threads that end need not. Does nothing where ND4J is not
   * loaded.
   */
  default void forgetThread() {}
}
