package dev.stoa.device.compiler;

import dev.stoa.tensor.While;

/** A loop over the plans of its condition and its body; carries stand in the results' arrays. */
final class WhileStep implements Step {
  private final While loop;
  private final SubPlan condition;
  private final SubPlan body;
  private final Value[] operands;
  private final Value[] results;

  WhileStep(While loop, SubPlan condition, SubPlan body, Value[] operands, Value[] results) {
    this.loop = loop;
    this.condition = condition;
    this.body = body;
    this.operands = operands;
    this.results = results;
  }

  @Override
  public void run() {
    int carries = loop.carries();
    for (int i = 0; i < carries; i++) {
      System.arraycopy(operands[i].array(), 0, results[i].array(), 0, results[i].size());
    }
    int iterations = 0;
    while (iterations < loop.bound() && holds()) {
      bind(body);
      body.run();
      for (int i = 0; i < carries; i++) {
        System.arraycopy(body.output(i).array(), 0, results[i].array(), 0, results[i].size());
      }
      iterations++;
    }
    results[carries].ints()[0] = iterations;
    for (int i = 0; i < operands.length; i++) {
      condition.input(i).bind(null);
      body.input(i).bind(null);
    }
  }

  private boolean holds() {
    bind(condition);
    condition.run();
    return condition.output(0).booleans()[0];
  }

  private void bind(SubPlan plan) {
    for (int i = 0; i < operands.length; i++) {
      plan.input(i).bind(i < loop.carries() ? results[i].array() : operands[i].array());
    }
  }
}
