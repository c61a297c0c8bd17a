package dev.stoa.device;

import dev.stoa.tensor.Graph;
import org.osgi.annotation.versioning.ConsumerType;

/** A graph made ready for a device. Used by one thread at a time. */
@ConsumerType
public interface Executable extends AutoCloseable {
  /** What it computes. */
  Graph graph();

  /**
   * Runs it. Allocates nothing on the host.
   *
   * <p>Inputs and outputs are positional, as in the graph. An output that {@linkplain
   * Graph#donations() updates an input} is written into that input's buffer, and its place in
   * {@code outputs} is null. Apart from that no buffer may appear twice among the outputs, nor as
   * input and output. Either all outputs are written or, on a failure, none.
   *
   * @throws IllegalArgumentException for a missing, surplus, mistyped or doubly used buffer, naming
   *     the input or output; for a graph with a capacity, which needs a length
   * @throws DeviceException for a fault of the device
   */
  void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs);

  /**
   * Runs a graph with a {@linkplain Graph#capacity() capacity} on so many rows. Of bounded inputs
   * the first {@code length} rows are read, whatever the others hold; of bounded outputs as many
   * are written, and those beyond have no defined value. A buffer holds as many rows as the
   * capacity; it need not have been allocated as bounded.
   *
   * @param length rows, from 0 to the capacity
   * @throws IllegalArgumentException as {@link #run(DeviceBuffer[], DeviceBuffer[])}; for a length
   *     outside, and for a graph without a capacity
   * @throws DeviceException for a fault of the device, or one that knows no bounded axis
   */
  default void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs, int length) {
    Arguments.checkLength(graph(), length);
    throw new DeviceException(
        "graph " + graph().name() + " has a bounded axis, which its device does not know");
  }

  /** Frees what it holds; no other call follows. */
  @Override
  void close();
}
