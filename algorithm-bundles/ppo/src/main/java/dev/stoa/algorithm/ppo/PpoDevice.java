package dev.stoa.algorithm.ppo;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.lib.learners.CarriedArrays;
import dev.stoa.lib.learners.Program;
import dev.stoa.lib.networks.ParameterSpec;
import dev.stoa.lib.optimisers.Slot;
import dev.stoa.state.State;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.TensorType;
import java.util.Iterator;

/** Networks, optimiser and rollout in the memory of a device, and the two executables on them. */
final class PpoDevice implements AutoCloseable {
  /** Purpose of the streams from which weights are initialised. */
  private static final int INITIALISATION = 0x70706F10;

  private final PpoGraphs graphs;
  private final int minibatch;
  private final CarriedArrays arrays;

  private final Program decide;
  private final DeviceBuffer observation;
  private final DeviceBuffer counter;
  private final DeviceBuffer action;
  private final DeviceBuffer logProbability;
  private final DeviceBuffer value;
  private final int[] counterWords = new int[2];

  private final Program update;

  /**
   * Networks with first values from the seed, an optimiser at its beginning.
   *
   * @param copies batch of a decision
   * @param batch transitions of a rollout
   * @param minibatch transitions of an update
   */
  PpoDevice(
      DeviceSession session, PpoGraphs graphs, long seed, int copies, int batch, int minibatch) {
    this.graphs = graphs;
    this.minibatch = minibatch;
    arrays = new CarriedArrays(session);
    for (ParameterSpec spec : graphs.trained().specs()) {
      arrays.carry(spec.name(), new TensorType(DataType.FLOAT32, spec.shape()));
    }
    for (Slot slot : graphs.slots()) {
      arrays.carry(slot.name(), slot.type());
    }
    decide = arrays.compile(graphs.decide(copies));
    observation = decide.input("observation");
    counter = decide.input("counter");
    action = decide.output("action");
    logProbability = decide.output("logProbability");
    value = decide.output("value");
    update = arrays.compile(graphs.update(batch, minibatch));

    decide.input("key").write(new int[] {(int) seed, (int) (seed >>> 32)});
    Iterator<float[]> values = graphs.trained().initialise(seed, INITIALISATION).iterator();
    graphs.trained().names().forEach(name -> arrays.get(name).write(values.next()));
  }

  /**
   * Draws an action for each observation; writes actions, their log-probabilities and the values
   * into the rollout's present row.
   *
   * @param seen {@code [copies, size]}, as the networks take them
   * @param decision number of decisions taken before: what the draw depends on beside the seed
   */
  void decide(float[] seen, long decision, Rollout rollout) {
    counterWords[0] = (int) decision;
    counterWords[1] = (int) (decision >>> 32);
    counter.write(counterWords);
    observation.write(seen);
    decide.run();
    int row = rollout.row();
    int copies = rollout.copies;
    if (graphs.discrete()) {
      action.read(0, rollout.choices, row, copies);
    } else {
      int size = rollout.actionSize;
      action.read(0, rollout.vectors, row * size, copies * size);
    }
    logProbability.read(0, rollout.logProbabilities, row, copies);
    value.read(0, rollout.values, row, copies);
  }

  /**
   * The value of each observation.
   *
   * @param out {@code [copies]}, written
   */
  void value(float[] seen, float[] out) {
    observation.write(seen);
    decide.run();
    value.read(out);
  }

  /** Takes over a full rollout with its estimates. */
  void load(Rollout rollout) {
    update.input("observation").write(rollout.observations);
    if (graphs.discrete()) {
      update.input("action").write(rollout.choices);
    } else {
      update.input("action").write(rollout.vectors);
    }
    update.input("logProbability").write(rollout.logProbabilities);
    update.input("value").write(rollout.values);
    update.input("advantage").write(rollout.advantages);
    update.input("return").write(rollout.returns);
  }

  /**
   * One gradient step on transitions of the loaded rollout.
   *
   * @param order indices of transitions; those from {@code from} on are taken
   * @param diagnostics as {@link PpoGraphs#DIAGNOSTICS}, written
   */
  void update(int[] order, int from, double learningRate, double clipRange, float[] diagnostics) {
    update.input("indices").write(0, order, from, minibatch);
    update.write("learningRate", learningRate);
    update.write("clipRange", clipRange);
    update.run();
    update.output("diagnostics").read(diagnostics);
  }

  void save(State.Builder state) {
    arrays.save(state, graphs.policyParameters().names());
  }

  void restore(State state) {
    arrays.restore(state);
  }

  @Override
  public void close() {
    arrays.close();
  }
}
