package dev.stoa.conformance;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import java.util.List;

/**
 * One graph, its inputs and what must come out. Arrays hold float64 numbers whatever the element
 * type; they are converted as the buffer wants. A real result fits when it differs by at most
 * {@code tolerance * (1 + |expected|)}; not-a-number and infinities must be met exactly, and so
 * must int32 and bool.
 *
 * @param name a sentence
 * @param graph what is computed
 * @param inputs elements of each input
 * @param expected elements of each output
 * @param tolerance 0 for exact
 */
public record Case(
    String name, Graph graph, List<double[]> inputs, List<double[]> expected, double tolerance) {

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
      executable.run(in, out);
      for (int i = 0; i < out.length; i++) {
        compare(i, out[i].type().dataType(), Buffers.read(out[i]));
      }
    } finally {
      Buffers.close(in);
      Buffers.close(out);
    }
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
