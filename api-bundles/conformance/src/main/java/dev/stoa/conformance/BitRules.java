package dev.stoa.conformance;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.math.Elementary;
import dev.stoa.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Equal bits. */
final class BitRules {
  private static final long SEED = 0x0123456789abcdefL;
  private static final long INDEX = 0x100000002L;
  private static final int PURPOSE = 7;
  private static final int DRAWS = 1023;
  private static final int CALLS = Extent.of(2_000, 100_000);

  private BitRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule("Call " + CALLS + " has the bits of the first", BitRules::manyCalls),
        new Rule("Two threads give the bits of one", BitRules::threads),
        new Rule("Another session gives the same bits", BitRules::sessions),
        new Rule("Sessions on several threads at once give the same bits", BitRules::atOnce),
        new Rule("Random bits and uniform numbers are the host's", BitRules::uniform),
        new Rule("Normal numbers are near the host's", device -> normal(device, 4e-6f)));
  }

  static Rule hostNormals() {
    return new Rule("Normal numbers are the host's, bit for bit", device -> normal(device, 0));
  }

  /** Odd, small and even extents, both real types. */
  static List<Graph> networks() {
    return List.of(
        network(9, 33, 17),
        network(1, 5, 3),
        network(16, 64, 32),
        network(DataType.FLOAT64, 5, 3, 11));
  }

  private static Graph network(int batch, int in, int hidden) {
    return network(DataType.FLOAT32, batch, in, hidden);
  }

  /** A small network with every kind of real kernel, its gradients included. */
  private static Graph network(DataType type, int batch, int in, int hidden) {
    return Graph.trace(
        "network",
        t -> {
          Tensor x = t.input("x", TensorType.of(type, batch, in));
          Tensor w = t.input("w", TensorType.of(type, in, hidden));
          Tensor b = t.input("b", TensorType.of(type, hidden));
          Tensor v = t.input("v", TensorType.of(type, hidden, 3));
          Tensor h = x.dot(w).add(b).tanh();
          Tensor y = h.dot(v);
          Tensor shifted = y.sub(y.maximum(1).reshape(batch, 1));
          Tensor logits = shifted.sub(shifted.exp().sum(1).log().reshape(batch, 1));
          Tensor wave = h.sin().add(h.cos().mul(h.square().add(1).sqrt()));
          Tensor special = h.erf().mul(h.expm1()).add(h.square().log1p());
          Tensor gamma = h.add(2).lgamma().add(h.add(2).pow(1.5)).mul(h.add(2).rsqrt());
          Tensor sums = h.cumulativeSum(1).add(h.reverse(0).cumulativeProduct(0));
          Tensor trace = t.linearRecurrence(0, h, wave, t.constant(b.type(), 0.5));
          Tensor best = h.takeAlong(1, h.argSort(1, true)).slice(1, 0, 2);
          Tensor memory =
              t.scan(
                      batch,
                      List.of(b),
                      List.of(h),
                      (s, carry, row) -> {
                        Tensor sum = carry.get(0).mul(0.5).add(row.get(0).mul(b));
                        return Step.carry(sum.div(sum.abs().add(1)));
                      })
                  .carry(0);
          Tensor loss =
              logits
                  .mean()
                  .neg()
                  .add(wave.mean())
                  .add(special.add(gamma).add(sums).mul(trace).mean())
                  .add(best.mean())
                  .add(memory.mean());
          t.output("loss", loss);
          List<Tensor> gradients = t.gradient(loss, w, b, v);
          for (int i = 0; i < gradients.size(); i++) {
            t.output("gradient" + i, gradients.get(i));
          }
        });
  }

  /**
   * Runs a graph on fixed inputs some times; the outputs' numbers after the first and last call.
   */
  static List<List<double[]>> run(DeviceSession session, Graph graph, int calls) {
    DeviceBuffer[] in = new DeviceBuffer[graph.inputTypes().size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = session.allocate(graph.inputTypes().get(i));
      Buffers.write(in[i], Numbers.random(in[i].type().shape().size(), -1, 1, 20 + i));
    }
    DeviceBuffer[] out = new DeviceBuffer[graph.outputs().size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = session.allocate(graph.outputType(i));
    }
    List<List<double[]>> results = new ArrayList<>();
    try (Executable executable = session.compile(graph)) {
      for (int call = 1; call <= calls; call++) {
        executable.run(in, out);
        if (call == 1 || call == calls) {
          results.add(Arrays.stream(out).map(Buffers::read).toList());
        }
      }
    }
    return results;
  }

  private static void equal(List<double[]> first, List<double[]> second, String otherwise) {
    for (int i = 0; i < first.size(); i++) {
      // Arrays.equals compares bits: not-a-number equals itself, 0 and -0 differ.
      if (!Arrays.equals(first.get(i), second.get(i))) {
        throw new AssertionError(otherwise + " in output " + i);
      }
    }
    if (!Double.isFinite(first.get(0)[0])) {
      throw new AssertionError("the loss is " + first.get(0)[0]);
    }
  }

  private static void manyCalls(Device device) {
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      List<List<double[]>> results = run(session, network(9, 33, 17), CALLS);
      equal(results.get(0), results.get(1), "other bits after " + CALLS + " calls");
    }
  }

  private static void threads(Device device) {
    Graph graph = network(400, 130, 100);
    List<double[]> one;
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      one = run(session, graph, 1).get(0);
    }
    try (TwoThreads two = new TwoThreads();
        DeviceSession session = device.open(two)) {
      for (int attempt = 0; attempt < 20; attempt++) {
        equal(one, run(session, graph, 1).get(0), "other bits on two threads");
      }
    }
  }

  private static void sessions(Device device) {
    Graph graph = network(33, 7, 65);
    List<List<double[]>> results = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (DeviceSession session = device.open(DeviceContext.singleThread())) {
        results.add(run(session, graph, 1).get(0));
      }
    }
    equal(results.get(0), results.get(1), "other bits in another session");
  }

  /** As many sessions of one device as runs that train side by side. */
  private static void atOnce(Device device) {
    List<Graph> graphs = networks();
    List<List<double[]>> alone = new ArrayList<>();
    for (Graph graph : graphs) {
      try (DeviceSession session = device.open(DeviceContext.singleThread())) {
        alone.add(run(session, graph, 1).get(0));
      }
    }
    ExecutorService threads = Executors.newFixedThreadPool(graphs.size());
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 2 * graphs.size(); i++) {
        int which = i % graphs.size();
        all.add(threads.submit(() -> again(device, graphs.get(which), alone.get(which))));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new AssertionError("beside other sessions: " + e.getCause().getMessage(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static void again(Device device, Graph graph, List<double[]> alone) {
    for (int i = 0; i < Extent.of(3, 30); i++) {
      try (DeviceSession session = device.open(DeviceContext.singleThread())) {
        for (List<double[]> results : run(session, graph, 100)) {
          equal(alone, results, "other bits beside other sessions");
        }
      }
    }
  }

  private static double[] draw(Device device, Graph graph) {
    try (DeviceSession session = device.open(DeviceContext.singleThread());
        Executable executable = session.compile(graph)) {
      TensorType pair = TensorType.of(DataType.INT32, 2);
      DeviceBuffer key = session.allocate(pair);
      key.write(new int[] {(int) SEED, (int) (SEED >>> 32)});
      DeviceBuffer counter = session.allocate(pair);
      counter.write(new int[] {(int) INDEX, (int) (INDEX >>> 32)});
      DeviceBuffer out = session.allocate(graph.outputType(0));
      executable.run(new DeviceBuffer[] {key, counter}, new DeviceBuffer[] {out});
      return Buffers.read(out);
    }
  }

  private static int word(int e) {
    int[] block = new int[4];
    Philox.block(SEED, INDEX, PURPOSE, e / 4, block, 0);
    return block[e % 4];
  }

  private interface Draw {
    Tensor of(Tracer tracer, Tensor key, Tensor counter);
  }

  private static Graph drawing(Draw draw) {
    TensorType pair = TensorType.of(DataType.INT32, 2);
    return Graph.trace(
        "draw", t -> t.output("y", draw.of(t, t.input("key", pair), t.input("counter", pair))));
  }

  private static void uniform(Device device) {
    double[] bits =
        draw(device, drawing((t, key, counter) -> t.randomBits(key, counter, PURPOSE, DRAWS)));
    double[] uniform =
        draw(device, drawing((t, key, counter) -> t.uniform(key, counter, PURPOSE, 31, 33)));
    for (int e = 0; e < DRAWS; e++) {
      if (bits[e] != word(e)) {
        throw new AssertionError("word " + e + " is " + bits[e] + ", on the host " + word(e));
      }
      if (uniform[e] != Philox.uniform(word(e))) {
        throw new AssertionError(
            "number " + e + " is " + uniform[e] + ", on the host " + Philox.uniform(word(e)));
      }
    }
  }

  private static void normal(Device device, float tolerance) {
    double[] normal =
        draw(device, drawing((t, key, counter) -> t.normal(key, counter, PURPOSE, 31, 33)));
    for (int e = 0; e < DRAWS; e++) {
      float host = Elementary.normal(word(2 * e), word(2 * e + 1));
      if (!(Math.abs(normal[e] - host) <= tolerance)) {
        throw new AssertionError("number " + e + " is " + normal[e] + ", on the host " + host);
      }
    }
  }
}
