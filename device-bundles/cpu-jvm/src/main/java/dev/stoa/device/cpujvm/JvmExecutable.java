package dev.stoa.device.cpujvm;

import dev.stoa.device.Arguments;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;

/** Computes a plan's steps on its own arrays and copies the outputs when all are there. */
final class JvmExecutable implements Executable {
  private final Graph graph;
  private final Plan plan;
  private final JvmSession session;
  private final int[] donated;
  private boolean closed;

  JvmExecutable(Graph graph, Plan plan, JvmSession session) {
    this.graph = graph;
    this.plan = plan;
    this.session = session;
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
    if (closed) {
      throw new IllegalStateException("the executable of graph " + graph.name() + " is closed");
    }
    Arguments.check(graph, inputs, outputs);
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i] != null) {
        elements(outputs[i], "output", i);
      }
    }
    try {
      for (int i = 0; i < inputs.length; i++) {
        plan.inputs().get(i).bind(elements(inputs[i], "input", i));
      }
      plan.compute();
      for (int i = 0; i < outputs.length; i++) {
        DeviceBuffer target = donated[i] < 0 ? outputs[i] : inputs[donated[i]];
        Value value = plan.outputs().get(i);
        System.arraycopy(value.array(), 0, elements(target, "output", i), 0, value.size());
      }
    } finally {
      for (int i = 0; i < inputs.length; i++) {
        plan.inputs().get(i).bind(null);
      }
    }
  }

  private Object elements(DeviceBuffer buffer, String kind, int position) {
    Object array = buffer instanceof JvmBuffer ours ? ours.array(session) : null;
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
