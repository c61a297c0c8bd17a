package dev.stoa.device.compiler;

/** The plan of a graph inside of another, its outputs in arrays of their own. */
final class SubPlan {
  private final Plan plan;
  private final Value[] inputs;
  private final Value[] outputs;
  private long bytes;

  SubPlan(Plan plan) {
    this.plan = plan;
    this.inputs = plan.inputs().toArray(Value[]::new);
    this.outputs = new Value[plan.outputs().size()];
    this.bytes = plan.bytes();
    for (int i = 0; i < outputs.length; i++) {
      Plan.Output output = plan.outputs().get(i);
      outputs[i] = output.value();
      if (output.way() == Plan.Way.BOUND) {
        outputs[i].bind(Value.array(outputs[i].dataType(), outputs[i].size()));
        bytes += (long) outputs[i].dataType().bytes() * outputs[i].size();
      }
    }
  }

  /** What its arrays hold. */
  long bytes() {
    return bytes;
  }

  /** Where an input is to be bound before each run. */
  Value input(int position) {
    return inputs[position];
  }

  void run() {
    plan.compute();
  }

  /** An output after a run; never in an input's place. */
  Value output(int position) {
    return outputs[position];
  }
}
