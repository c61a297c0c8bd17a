package dev.stoa.device.cpujvm.loops;

/** A compiled loop nest. Stateless: what it works on is handed to it. */
@FunctionalInterface
public interface Kernel {
  /**
   * Runs the loops once.
   *
   * @param arrays as numbered by the {@link Nest}
   * @param extent of the outermost loop; of none, folds over it give what they start with
   */
  void run(Object[] arrays, int extent);
}
