package dev.stoa.benchmarks;

import dev.stoa.device.DeviceSession;
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

/** Whole gradient steps; microseconds each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class UpdateBenchmark {
  /** Device. */
  @Param({"cpu-jvm", "cpu-nd4j"})
  public String device;

  private DeviceSession session;
  private PpoUpdate ppo;
  private Program sac;
  private Program sacProducts;

  /** Compiles. */
  @Setup
  public void open() {
    session = Devices.open(device);
    ppo = new PpoUpdate(session, PpoUpdate.graph());
    sac =
        new Program(session, SacGraph.trace())
            .fill(SacGraph::trained, .06)
            .fill(name -> name.matches("observation|next|action|reward|.*[nN]oise"), 1);
    sacProducts = new Program(session, DotFloor.of(SacGraph.trace())).fill(name -> true, 1);
  }

  /** PPO: two 64-64 networks, minibatch 64. */
  @Benchmark
  public float[] ppo() {
    return ppo.update();
  }

  /** SAC: 256-256, batch 256. */
  @Benchmark
  public void sac() {
    sac.run();
  }

  /** SAC's matrix products alone. */
  @Benchmark
  public void sacProducts() {
    sacProducts.run();
  }

  /** Closes. */
  @TearDown
  public void close() {
    session.close();
  }
}
