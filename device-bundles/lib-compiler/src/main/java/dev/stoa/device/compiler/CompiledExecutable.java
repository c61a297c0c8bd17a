package dev.stoa.device.compiler;

import dev.stoa.device.Arguments;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import java.util.Arrays;

/**
 * Computes a plan's steps. Steps do not fail: what can go wrong is checked before the first one.
 */
final class CompiledExecutable implements Executable {
  private final Graph graph;
  private final Plan plan;
  private final Rows rows;
  private final CompiledSession session;
  private final int[] donated;
  private final Value[] inputs;
  private final Plan.Output[] outputs;

  /** The buffers that were found to fit; those of a training are always the same. */
  private final DeviceBuffer[] lastInputs;

  private final DeviceBuffer[] lastOutputs;
  private boolean closed;

  CompiledExecutable(Graph graph, Plan plan, Rows rows, CompiledSession session) {
    this.graph = graph;
    this.plan = plan;
    this.rows = rows;
    this.session = session;
    this.inputs = plan.inputs().toArray(Value[]::new);
    this.outputs = plan.outputs().toArray(Plan.Output[]::new);
    this.lastInputs = new DeviceBuffer[inputs.length];
    this.lastOutputs = new DeviceBuffer[outputs.length];
    this.donated = new int[graph.outputs().size()];
    for (int i = 0; i < donated.length; i++) {
      donated[i] = graph.donations().getOrDefault(i, -1);
    }
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
    if (graph.capacity().isPresent()) {
      throw Arguments.lengthMissing(graph);
    }
    compute(inputs, outputs);
  }

  @Override
  public void run(DeviceBuffer[] inputs, DeviceBuffer[] outputs, int length) {
    Arguments.checkLength(graph, length);
    rows.set(length);
    compute(inputs, outputs);
  }

  private void compute(DeviceBuffer[] inputs, DeviceBuffer[] outputs) {
    if (closed) {
      throw new IllegalStateException("the executable of graph " + graph.name() + " is closed");
    }
    if (!Arrays.equals(inputs, lastInputs) || !Arrays.equals(outputs, lastOutputs)) {
      Arguments.check(graph, inputs, outputs);
      System.arraycopy(inputs, 0, lastInputs, 0, inputs.length);
      System.arraycopy(outputs, 0, lastOutputs, 0, outputs.length);
    }
    try {
      bind(inputs, outputs);
      plan.compute();
      copy(inputs, outputs);
    } finally {
      for (int i = 0; i < inputs.length; i++) {
        this.inputs[i].bind(null);
      }
      for (Plan.Output output : this.outputs) {
        if (output.way() == Plan.Way.BOUND) {
          output.value().bind(null);
        }
      }
    }
  }

  private void bind(DeviceBuffer[] given, DeviceBuffer[] taken) {
    for (int i = 0; i < taken.length; i++) {
      if (taken[i] != null) {
        Object array = elements(taken[i], "output", i);
        if (outputs[i].way() == Plan.Way.BOUND) {
          outputs[i].value().bind(array);
        }
      }
    }
    for (int i = 0; i < given.length; i++) {
      inputs[i].bind(elements(given[i], "input", i));
    }
  }

  private void copy(DeviceBuffer[] given, DeviceBuffer[] taken) {
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i].way() == Plan.Way.COPIED) {
        DeviceBuffer target = donated[i] < 0 ? taken[i] : given[donated[i]];
        Value value = outputs[i].value();
        System.arraycopy(value.array(), 0, elements(target, "output", i), 0, value.size());
      }
    }
  }

  private Object elements(DeviceBuffer buffer, String kind, int position) {
    Object array = buffer instanceof ArrayBuffer ours ? ours.array(session) : null;
    if (array == null) {
      String name = (kind.equals("input") ? graph.inputNames() : graph.outputNames()).get(position);
      throw new IllegalArgumentException(
          "graph "
              + graph.name()
              + ": the buffer of "
              + kind
              + " '"
              + name
              + "' is closed or of another session");
    }
    return array;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      session.closed(this);
    }
  }
}
