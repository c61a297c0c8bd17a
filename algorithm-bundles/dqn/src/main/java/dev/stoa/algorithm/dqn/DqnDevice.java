package dev.stoa.algorithm.dqn;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.lib.learners.CarriedArrays;
import dev.stoa.lib.learners.Program;
import dev.stoa.lib.networks.ParameterSpec;
import dev.stoa.lib.networks.ParameterTree;
import dev.stoa.lib.optimisers.Slot;
import dev.stoa.state.State;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.TensorType;
import java.util.Iterator;

/** Both networks and the optimiser in the memory of a device, and the executables on them. */
final class DqnDevice implements AutoCloseable {
  /** Purpose of the streams from which weights are initialised. */
  private static final int INITIALISATION = 0x64716E10;

  private final DqnGraphs graphs;
  private final CarriedArrays arrays;

  private final Program decide;
  private final DeviceBuffer observation;
  private final DeviceBuffer counter;
  private final DeviceBuffer epsilon;
  private final DeviceBuffer action;
  private final int[] counterWords = new int[2];
  private final float[] epsilonNumber = new float[1];

  private final Program update;
  private final Program renew;

  /**
   * A network with first values from the seed, a target network equal to it, an optimiser at its
   * beginning.
   *
   * @param copies batch of a decision
   * @param minibatch transitions of an update
   */
  DqnDevice(DeviceSession session, DqnGraphs graphs, long seed, int copies, int minibatch) {
    this.graphs = graphs;
    arrays = new CarriedArrays(session);
    carry(graphs.trained());
    carry(graphs.target());
    for (Slot slot : graphs.slots()) {
      arrays.carry(slot.name(), slot.type());
    }
    decide = arrays.compile(graphs.decide(copies));
    observation = decide.input("observation");
    counter = decide.input("counter");
    epsilon = decide.input(DqnGraphs.EPSILON);
    action = decide.output("action");
    update = arrays.compile(graphs.update(minibatch));
    renew = arrays.compile(graphs.renew());

    decide.input("key").write(new int[] {(int) seed, (int) (seed >>> 32)});
    Iterator<String> targets = graphs.target().names().iterator();
    Iterator<float[]> values = graphs.trained().initialise(seed, INITIALISATION).iterator();
    for (String name : graphs.trained().names()) {
      float[] first = values.next();
      arrays.get(name).write(first);
      arrays.get(targets.next()).write(first);
    }
  }

  private void carry(ParameterTree parameters) {
    for (ParameterSpec spec : parameters.specs()) {
      arrays.carry(spec.name(), new TensorType(DataType.FLOAT32, spec.shape()));
    }
  }

  /**
   * Draws an action for each observation.
   *
   * @param seen {@code [copies, size]}
   * @param decision number of decisions taken before: what the draw depends on beside the seed
   * @param exploring probability of a random action
   * @param out {@code [copies]}, written
   */
  void decide(float[] seen, long decision, double exploring, int[] out) {
    counterWords[0] = (int) decision;
    counterWords[1] = (int) (decision >>> 32);
    counter.write(counterWords);
    epsilonNumber[0] = (float) exploring;
    epsilon.write(epsilonNumber);
    observation.write(seen);
    decide.run();
    action.read(out);
  }

  /**
   * One gradient step.
   *
   * @param diagnostics as {@link DqnGraphs#DIAGNOSTICS}, written
   */
  void update(Replay.Minibatch minibatch, float[] diagnostics) {
    update.input("observation").write(minibatch.observations);
    update.input("action").write(minibatch.actions);
    update.input("reward").write(minibatch.rewards);
    update.input("following").write(minibatch.following);
    update.input("terminated").write(minibatch.terminated);
    update.run();
    update.output("diagnostics").read(diagnostics);
  }

  /** Moves the target network to the network, or towards it. */
  void renewTarget() {
    renew.run();
  }

  void save(State.Builder state) {
    arrays.save(state, graphs.trained().names());
  }

  void restore(State state) {
    arrays.restore(state);
  }

  @Override
  public void close() {
    arrays.close();
  }
}
