package dev.stoa.benchmarks;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Training steps of small transformers, microseconds each; drawn tokens, microseconds each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TransformerBenchmark {
  /** Device. */
  @Param({"cpu-jvm", "cpu-nd4j"})
  public String device;

  /** Width and number of blocks. */
  @Param({"64x2", "256x4"})
  public String model;

  private final int[] none = new int[TransformerGraphs.BATCH];
  private final int[] counts = new int[2];
  private DeviceSession session;
  private Program training;
  private Program products;
  private Program sampling;
  private DeviceBuffer tokens;
  private DeviceBuffer positions;
  private DeviceBuffer counter;

  /** Compiles. */
  @Setup
  public void open() {
    session = Devices.open(device);
    TransformerGraphs graphs = TransformerGraphs.named(model);
    Graph graph = graphs.training();
    training = weighted(graph);
    training.input("tokens").write(random(1));
    training.input("targets").write(random(2));
    training.input("learningRate").write(new float[] {3e-4f});
    products = new Program(session, DotFloor.of(graph)).fill(name -> true, 1);
    sampling = weighted(graphs.sampling());
    tokens = sampling.input("tokens");
    positions = sampling.input("positions");
    counter = sampling.input("counter");
  }

  /** Gains are one; the rest is small. */
  private Program weighted(Graph graph) {
    Program program = new Program(session, graph).fill(name -> name.startsWith("model/"), .02);
    for (int i = 0; i < graph.inputNames().size(); i++) {
      String name = graph.inputNames().get(i);
      if (name.startsWith("model/") && name.endsWith("/gain")) {
        float[] ones = new float[graph.inputTypes().get(i).shape().size()];
        Arrays.fill(ones, 1);
        program.input(name).write(ones);
      }
    }
    return program;
  }

  private static int[] random(int purpose) {
    RandomStream stream = new RandomStream(1, purpose, 0);
    int[] values = new int[TransformerGraphs.BATCH * TransformerGraphs.TIME];
    for (int i = 0; i < values.length; i++) {
      values[i] = stream.nextInt(TransformerGraphs.VOCABULARY);
    }
    return values;
  }

  /** One step of training. */
  @Benchmark
  public void transformer() {
    training.run();
  }

  /** Its matrix products alone. */
  @Benchmark
  public void transformerProducts() {
    products.run();
  }

  /** Whole sequences, token by token. */
  @Benchmark
  @OperationsPerInvocation(TransformerGraphs.BATCH * TransformerGraphs.TIME)
  public void sampling() {
    tokens.write(none);
    positions.write(none);
    for (int i = 0; i < TransformerGraphs.TIME; i++) {
      counts[0]++;
      counter.write(counts);
      sampling.run();
    }
  }

  /** Closes. */
  @TearDown
  public void close() {
    session.close();
  }
}
