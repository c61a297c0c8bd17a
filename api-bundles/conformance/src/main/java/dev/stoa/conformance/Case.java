package dev.stoa.conformance;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * One graph, its inputs and what must come out. Arrays hold float64 numbers whatever the element
 * type; they are converted as the buffer wants. A real result fits when it differs by at most
 * {@code tolerance * (1 + |expected|)}; not-a-number and infinities must be met exactly, and so
 * must int32 and bool.
 *
 * @param name a sentence
 * @param graph what is computed
 * @param length rows of the run; empty for a graph without a capacity
 * @param inputs elements of each input; of bounded ones those of as many rows as the capacity
 * @param expected elements of each output; of bounded ones those of the rows that exist
 * @param tolerance 0 for exact
 */
public record Case(
    String name,
    Graph graph,
    OptionalInt length,
    List<double[]> inputs,
    List<double[]> expected,
    double tolerance) {

  /** A case of a graph without a capacity. */
  public Case(
      String name, Graph graph, List<double[]> inputs, List<double[]> expected, double tolerance) {
    this(name, graph, OptionalInt.empty(), inputs, expected, tolerance);
  }

  /**
   * Runs the graph and compares.
   *
   * @throws AssertionError naming the case, the output and the first element that differs
   */
  public void check(DeviceSession device) {
    DeviceBuffer[] in = new DeviceBuffer[inputs.size()];
    DeviceBuffer[] out = new DeviceBuffer[expected.size()];
    try (Executable executable = device.compile(graph)) {
      for (int i = 0; i < in.length; i++) {
        in[i] = device.allocate(graph.inputTypes().get(i));
        Buffers.write(in[i], inputs.get(i));
      }
      for (int i = 0; i < out.length; i++) {
        out[i] = device.allocate(graph.outputType(i));
      }
      if (length.isPresent()) {
        executable.run(in, out, length.getAsInt());
      } else {
        executable.run(in, out);
      }
      for (int i = 0; i < out.length; i++) {
        compare(i, out[i].type().dataType(), existing(out[i]));
      }
    } finally {
      Buffers.close(in);
      Buffers.close(out);
    }
  }

  /** Elements of a buffer; of a bounded one those of rows that exist. */
  double[] existing(DeviceBuffer buffer) {
    double[] all = Buffers.read(buffer);
    if (!buffer.type().isBounded()) {
      return all;
    }
    int row = all.length / buffer.type().shape().extent(0);
    return Arrays.copyOf(all, length.getAsInt() * row);
  }

  private void compare(int output, DataType type, double[] got) {
    double[] wanted = expected.get(output);
    if (got.length != wanted.length) {
      throw new AssertionError(
          name + ": output " + output + " has " + got.length + " elements, not " + wanted.length);
    }
    for (int i = 0; i < got.length; i++) {
      double exact = type == DataType.FLOAT32 ? (float) wanted[i] : wanted[i];
      boolean same = Double.compare(got[i] + 0.0, exact + 0.0) == 0;
      boolean near =
          type.isFloating()
              && Double.isFinite(exact)
              && Math.abs(got[i] - wanted[i]) <= tolerance * (1 + Math.abs(wanted[i]));
      if (!same && !near) {
        throw new AssertionError(
            name
                + ": element "
                + i
                + " of output '"
                + graph.outputNames().get(output)
                + "' is "
                + got[i]
                + ", not "
                + exact);
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
