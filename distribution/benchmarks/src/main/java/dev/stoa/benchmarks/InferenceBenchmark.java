package dev.stoa.benchmarks;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.lib.distributions.Categorical;
import dev.stoa.lib.networks.Activation;
import dev.stoa.lib.networks.Initialiser;
import dev.stoa.lib.networks.Mlp;
import dev.stoa.lib.networks.Weights;
import dev.stoa.tensor.Graph;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One decision: an observation goes in, the likeliest action comes out; microseconds each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class InferenceBenchmark {
  /** Device. */
  @Param({"cpu-jvm", "cpu-nd4j"})
  public String device;

  private final float[] seen = {.01f, -.02f, .03f, .04f};
  private final int[] chosen = new int[1];
  private DeviceSession session;
  private Program program;
  private DeviceBuffer observation;
  private DeviceBuffer action;

  /** Compiles. */
  @Setup
  public void open() {
    session = Devices.open(device);
    Initialiser weights = new Initialiser.Orthogonal(1);
    Mlp actor = new Mlp("actor", 4, List.of(64, 64), 2, Activation.TANH, weights, weights);
    Graph graph =
        Graph.trace(
            "policy",
            tracer -> {
              var in = tracer.input("observation", 1, 4);
              Weights bound = actor.parameters().inputs(tracer);
              tracer.output(
                  "action", new Categorical(tracer, actor.apply(tracer, bound, in)).mode());
            });
    program = new Program(session, graph).fill(name -> name.startsWith("actor"), .3);
    observation = program.input("observation");
    action = program.output("action");
  }

  /** The call included. */
  @Benchmark
  public int inference() {
    observation.write(seen);
    program.run();
    action.read(chosen);
    return chosen[0];
  }

  /** Closes. */
  @TearDown
  public void close() {
    session.close();
  }
}
