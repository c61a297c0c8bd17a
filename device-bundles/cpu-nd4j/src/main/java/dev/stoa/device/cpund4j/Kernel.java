package dev.stoa.device.cpund4j;

/** One operation, bound to its node. Used by one thread at a time. */
@FunctionalInterface
interface Kernel {
  /**
   * Computes the node's value.
   *
   * @param values the arrays of all nodes, by index; those of the operands are complete
   */
  void run(NativeArray[] values);
}
