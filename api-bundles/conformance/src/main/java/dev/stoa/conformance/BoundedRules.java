package dev.stoa.conformance;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Transforms;
import java.util.Arrays;
import java.util.List;

/** What holds of runs with a length. */
final class BoundedRules {
  private BoundedRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule("A length outside, missing or surplus is refused", BoundedRules::refused),
        new Rule("Rows are updated in place", BoundedRules::updates),
        new Rule("Bounded graphs leave nothing allocated", BoundedRules::memory));
  }

  /** What devices promise whose float32 is the processor's. */
  static Rule skipping() {
    return new Rule("Skipped rows leave the bits of the masked graph", BoundedRules::bits);
  }

  private static void that(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static Graph doubled() {
    return Graph.trace(
        "doubled",
        t -> {
          Tensor x = t.bounded("x", 4, 2);
          t.update(x, x.mul(2));
          t.output("sum", x.sum(0));
        });
  }

  private static void refused(Device device) {
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      DeviceBuffer[] in = {session.allocate(doubled().inputTypes().get(0))};
      DeviceBuffer[] out = {null, session.allocate(TensorType.of(DataType.FLOAT32, 2))};
      Buffers.write(in[0], new double[] {1, 2, 3, 4, 5, 6, 7, 8});
      Executable executable = session.compile(doubled());
      refused(() -> executable.run(in, out, -1), "doubled", "-1", "from 0 to 4");
      refused(() -> executable.run(in, out, 5), "doubled", "5", "from 0 to 4");
      refused(() -> executable.run(in, out), "doubled", "a length", "4 rows");
      Graph plain = Graph.trace("plain", t -> t.output("y", t.input("x", 4, 2).sum(0)));
      Executable other = session.compile(plain);
      DeviceBuffer[] sum = {out[1]};
      refused(() -> other.run(in, sum, 3), "plain", "no bounded axis");
      double[] kept = Buffers.read(in[0]);
      that(
          Arrays.equals(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, kept),
          "a refused run leaves " + Arrays.toString(kept));
      other.run(in, sum);
      // The same buffer without its bound: 1 + 3 + 5 + 7 and 2 + 4 + 6 + 8.
      double[] got = Buffers.read(out[1]);
      that(Arrays.equals(new double[] {16, 20}, got), "all rows sum to " + Arrays.toString(got));
    }
  }

  private static void refused(Runnable action, String... named) {
    try {
      action.run();
    } catch (IllegalArgumentException e) {
      for (String each : named) {
        that(e.getMessage().contains(each), "'" + e.getMessage() + "' does not name " + each);
      }
      return;
    }
    throw new AssertionError("not refused: " + Arrays.toString(named));
  }

  private static void updates(Device device) {
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      // Not allocated as bounded: a buffer only holds as many rows as the capacity.
      DeviceBuffer x = session.allocate(TensorType.of(DataType.FLOAT32, 4, 2));
      DeviceBuffer sum = session.allocate(TensorType.of(DataType.FLOAT32, 2));
      Executable executable = session.compile(doubled());
      Buffers.write(x, new double[] {1, 2, 3, 4, 5, 6, Double.NaN, Double.NaN});
      DeviceBuffer[] in = {x};
      DeviceBuffer[] out = {null, sum};
      executable.run(in, out, 3);
      double[] got = Arrays.copyOf(Buffers.read(x), 6);
      that(Arrays.equals(new double[] {2, 4, 6, 8, 10, 12}, got), Arrays.toString(got));
      executable.run(in, out, 2);
      // Sums of the rows before they are doubled: 2 + 6 and 4 + 8.
      that(Arrays.equals(new double[] {8, 12}, Buffers.read(sum)), "two rows sum otherwise");
      got = Arrays.copyOf(Buffers.read(x), 4);
      that(Arrays.equals(new double[] {4, 8, 12, 16}, got), Arrays.toString(got));
    }
  }

  /** The graphs of the cases, each made ready once and run with its lengths in turn, twice. */
  private static void bits(Device device) {
    List<Case> cases = BoundedCases.all();
    List<Graph> graphs = cases.stream().map(Case::graph).distinct().toList();
    for (Graph graph : graphs) {
      List<Case> own = cases.stream().filter(each -> each.graph().equals(graph)).toList();
      try (DeviceSession session = device.open(DeviceContext.singleThread())) {
        Executable bounded = session.compile(graph);
        Executable masked = session.compile(Transforms.masked(graph));
        for (int round = 0; round < 2; round++) {
          own.forEach(each -> compare(session, each, bounded, masked));
        }
      }
    }
  }

  private static void compare(
      DeviceSession session, Case each, Executable bounded, Executable masked) {
    int length = each.length().orElseThrow();
    Graph graph = each.graph();
    DeviceBuffer[] in = new DeviceBuffer[each.inputs().size() + 1];
    for (int i = 0; i < in.length - 1; i++) {
      in[i] = session.allocate(graph.inputTypes().get(i));
      Buffers.write(in[i], each.inputs().get(i));
    }
    in[in.length - 1] = session.allocate(TensorType.of(DataType.INT32));
    in[in.length - 1].write(new int[] {length});
    DeviceBuffer[] skipped = outputs(session, graph);
    DeviceBuffer[] all = outputs(session, graph);
    bounded.run(Arrays.copyOf(in, in.length - 1), skipped, length);
    masked.run(in, all);
    for (int i = 0; i < all.length; i++) {
      double[] wanted = each.existing(all[i]);
      double[] got = each.existing(skipped[i]);
      for (int e = 0; e < wanted.length; e++) {
        long difference = Double.doubleToLongBits(wanted[e]) ^ Double.doubleToLongBits(got[e]);
        that(
            difference == 0,
            each.name()
                + ", output '"
                + graph.outputNames().get(i)
                + "', element "
                + e
                + ": "
                + got[e]
                + ", masked "
                + wanted[e]);
      }
    }
    Buffers.close(in);
    Buffers.close(skipped);
    Buffers.close(all);
  }

  private static DeviceBuffer[] outputs(DeviceSession session, Graph graph) {
    DeviceBuffer[] buffers = new DeviceBuffer[graph.outputs().size()];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = session.allocate(graph.outputType(i));
    }
    return buffers;
  }

  private static void memory(Device device) {
    long before = device.allocatedBytes();
    Case each = BoundedCases.all().get(0);
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      each.check(session);
      that(device.allocatedBytes() == before, "closed buffers and executables are counted");
      session.compile(each.graph());
    }
    that(device.allocatedBytes() == before, "a closed session is counted");
  }
}
