package dev.stoa.device.compiler.loops;

/** A compiled loop nest. Stateless: what it works on is handed to it. */
@FunctionalInterface
public interface Kernel {
  /**
   * Runs the loops once.
   *
   * @param arrays as numbered by the {@link Nest}
   * @param from where the outermost loop begins; above zero only where nothing is folded over it,
   *     and a multiple of 16 where it is the only loop
   * @param to where it ends; of no round at all, folds over it give what they start with
   */
  void run(Object[] arrays, int from, int to);
}
