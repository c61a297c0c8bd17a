package dev.stoa.benchmarks;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.reference.ReferenceDevice;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.random.RandomStream;
import java.util.Arrays;

/**
 * One gradient step of PPO on a minibatch of 64 from a rollout of 2,048 transitions, as the learner
 * makes it: indices and rates go in, diagnostics come out.
 */
final class PpoUpdate {
  private static final int ROLLOUT = 2048;
  private static final int MINIBATCH = 64;

  private final Program program;
  private final DeviceBuffer indices;
  private final DeviceBuffer learningRate;
  private final DeviceBuffer clipRange;
  private final DeviceBuffer diagnostics;
  private final int[] order = new int[ROLLOUT];
  private final float[] rate = {3e-4f};
  private final float[] range = {.2f};
  private final float[] told;
  private int from;

  /**
   * Compiles.
   *
   * @param graph as {@link #graph()} gives it
   */
  PpoUpdate(DeviceSession session, Graph graph) {
    program = new Program(session, graph);
    program.fill(PpoRun::trained, .1).fill(name -> name.matches("observation|advantage|return"), 1);
    float[] even = new float[ROLLOUT];
    Arrays.fill(even, (float) -Math.log(2));
    program.input("logProbability").write(even);
    RandomStream stream = new RandomStream(1, 0, 0);
    stream.permutation(order, ROLLOUT);
    int[] actions = Arrays.stream(order).map(each -> each & 1).toArray();
    program.input("action").write(actions);
    indices = program.input("indices");
    learningRate = program.input("learningRate");
    clipRange = program.input("clipRange");
    diagnostics = program.output("diagnostics");
    told = new float[diagnostics.type().shape().size()];
  }

  /** The learner's own graph, recorded where it is compiled: on a device that is not measured. */
  static Graph graph() {
    DeviceSession recording = new ReferenceDevice().open(DeviceContext.singleThread());
    try (PpoRun run = new PpoRun(recording, PpoRun.SB3)) {
      return run.graph("ppo/update");
    }
  }

  float[] update() {
    indices.write(0, order, from, MINIBATCH);
    learningRate.write(rate);
    clipRange.write(range);
    program.run();
    diagnostics.read(told);
    from = (from + MINIBATCH) % ROLLOUT;
    return told;
  }
}
