package dev.stoa.algorithm.ppo;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.lib.networks.ParameterSpec;
import dev.stoa.lib.optimisers.Slot;
import dev.stoa.state.State;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Networks, optimiser and rollout in the memory of a device, and the two executables on them. */
final class PpoDevice implements AutoCloseable {
  /** Purpose of the streams from which weights are initialised. */
  private static final int INITIALISATION = 0x70706F10;

  private final DeviceSession session;
  private final PpoGraphs graphs;
  private final int minibatch;
  private final List<DeviceBuffer> buffers = new ArrayList<>();
  private final Map<String, DeviceBuffer> trained = new LinkedHashMap<>();
  private final Map<String, DeviceBuffer> slots = new LinkedHashMap<>();

  private final Executable decide;
  private final DeviceBuffer[] decideInputs;
  private final DeviceBuffer[] decideOutputs;
  private final DeviceBuffer observation;
  private final DeviceBuffer counter;
  private final int[] counterWords = new int[2];

  private final Executable update;
  private final DeviceBuffer[] updateInputs;
  private final DeviceBuffer[] updateOutputs;
  private final float[] scalar = new float[1];

  /**
   * Networks with first values from the seed, an optimiser at its beginning.
   *
   * @param copies batch of a decision
   * @param batch transitions of a rollout
   * @param minibatch transitions of an update
   */
  PpoDevice(
      DeviceSession session, PpoGraphs graphs, long seed, int copies, int batch, int minibatch) {
    this.session = session;
    this.graphs = graphs;
    this.minibatch = minibatch;
    for (ParameterSpec spec : graphs.trained().specs()) {
      trained.put(spec.name(), allocate(new TensorType(DataType.FLOAT32, spec.shape())));
    }
    for (Slot slot : graphs.slots()) {
      slots.put(slot.name(), allocate(slot.type()));
    }
    decide = session.compile(graphs.decide(copies));
    decideInputs = inputs(decide.graph());
    decideOutputs = outputs(decide.graph());
    observation = decideInputs[decide.graph().input("observation")];
    counter = decideInputs[decide.graph().input("counter")];
    update = session.compile(graphs.update(batch, minibatch));
    updateInputs = inputs(update.graph());
    updateOutputs = outputs(update.graph());

    DeviceBuffer key = decideInputs[decide.graph().input("key")];
    key.write(new int[] {(int) seed, (int) (seed >>> 32)});
    Iterator<float[]> values = graphs.trained().initialise(seed, INITIALISATION).iterator();
    trained.values().forEach(buffer -> buffer.write(values.next()));
  }

  private DeviceBuffer allocate(TensorType type) {
    DeviceBuffer buffer = session.allocate(type);
    buffers.add(buffer);
    return buffer;
  }

  /** A buffer for each input: what is trained and carried is shared, the rest new. */
  private DeviceBuffer[] inputs(Graph graph) {
    DeviceBuffer[] inputs = new DeviceBuffer[graph.inputNames().size()];
    for (int i = 0; i < inputs.length; i++) {
      String name = graph.inputNames().get(i);
      DeviceBuffer carried = trained.getOrDefault(name, slots.get(name));
      inputs[i] = carried == null ? allocate(graph.inputTypes().get(i)) : carried;
    }
    return inputs;
  }

  /** A buffer for each output, none for those that update an input in place. */
  private DeviceBuffer[] outputs(Graph graph) {
    DeviceBuffer[] outputs = new DeviceBuffer[graph.outputNames().size()];
    for (int i = 0; i < outputs.length; i++) {
      if (!graph.donations().containsKey(i)) {
        outputs[i] = allocate(graph.outputType(i));
      }
    }
    return outputs;
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
    decide.run(decideInputs, decideOutputs);
    int row = rollout.row();
    int copies = rollout.copies;
    if (graphs.discrete()) {
      decideOutputs[0].read(0, rollout.choices, row, copies);
    } else {
      int size = rollout.actionSize;
      decideOutputs[0].read(0, rollout.vectors, row * size, copies * size);
    }
    decideOutputs[1].read(0, rollout.logProbabilities, row, copies);
    decideOutputs[2].read(0, rollout.values, row, copies);
  }

  /**
   * The value of each observation.
   *
   * @param out {@code [copies]}, written
   */
  void value(float[] seen, float[] out) {
    observation.write(seen);
    decide.run(decideInputs, decideOutputs);
    decideOutputs[2].read(out);
  }

  /** Takes over a full rollout with its estimates. */
  void load(Rollout rollout) {
    given("observation").write(rollout.observations);
    if (graphs.discrete()) {
      given("action").write(rollout.choices);
    } else {
      given("action").write(rollout.vectors);
    }
    given("logProbability").write(rollout.logProbabilities);
    given("value").write(rollout.values);
    given("advantage").write(rollout.advantages);
    given("return").write(rollout.returns);
  }

  /**
   * One gradient step on transitions of the loaded rollout.
   *
   * @param order indices of transitions; those from {@code from} on are taken
   * @param diagnostics as {@link PpoGraphs#DIAGNOSTICS}, written
   */
  void update(int[] order, int from, double learningRate, double clipRange, float[] diagnostics) {
    given("indices").write(0, order, from, minibatch);
    write(given("learningRate"), learningRate);
    write(given("clipRange"), clipRange);
    update.run(updateInputs, updateOutputs);
    updateOutputs[0].read(diagnostics);
  }

  /** The buffer of an input of the update. */
  private DeviceBuffer given(String input) {
    return updateInputs[update.graph().input(input)];
  }

  private void write(DeviceBuffer buffer, double value) {
    scalar[0] = (float) value;
    buffer.write(scalar);
  }

  void save(State.Builder state) {
    List<String> policy = graphs.policyParameters().names();
    trained.forEach(
        (name, buffer) -> {
          int[] shape = buffer.type().shape().extents();
          if (policy.contains(name)) {
            state.policy(name, contents(buffer), shape);
          } else {
            state.array(name, contents(buffer), shape);
          }
        });
    slots.forEach(
        (name, buffer) -> state.array(name, contents(buffer), buffer.type().shape().extents()));
  }

  void restore(State state) {
    trained.forEach((name, buffer) -> restore(state, name, buffer));
    slots.forEach((name, buffer) -> restore(state, name, buffer));
  }

  private static Object contents(DeviceBuffer buffer) {
    int size = buffer.type().shape().size();
    if (buffer.type().dataType() == DataType.FLOAT64) {
      double[] values = new double[size];
      buffer.read(values);
      return values;
    }
    float[] values = new float[size];
    buffer.read(values);
    return values;
  }

  private static void restore(State state, String name, DeviceBuffer buffer) {
    int size = buffer.type().shape().size();
    if (buffer.type().dataType() == DataType.FLOAT64) {
      double[] values = new double[size];
      StateArrays.read(state, name, values);
      buffer.write(values);
    } else {
      float[] values = new float[size];
      StateArrays.read(state, name, values);
      buffer.write(values);
    }
  }

  @Override
  public void close() {
    decide.close();
    update.close();
    buffers.forEach(DeviceBuffer::close);
  }
}
