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
   *     the input or output
   * @throws DeviceException for a fault of the device
   */
  void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs);

  /** Frees what it holds; no other call follows. */
  @Override
  void close();
}
