package dev.stoa.device.compiler;

import java.util.List;

/**
 * A graph made ready: steps in order on arrays that were all made beforehand.
 *
 * @param inputs where each input is bound, by position
 * @param outputs where each output is found, by position
 * @param bytes what the plan's arrays hold
 * @param warming of its vector code
 */
record Plan(List<Value> inputs, List<Output> outputs, Step[] steps, long bytes, Warming warming) {
  /** How an output comes into its buffer. */
  enum Way {
    /** Its value is bound to the buffer's array before the run. */
    BOUND,
    /** Its value is the donated input's. */
    IN_PLACE,
    /** It is copied when all steps have run. */
    COPIED
  }

  /** An output. */
  record Output(Value value, Way way) {}

  void compute() {
    if (warming.done()) {
      runAll();
    } else {
      long start = System.nanoTime();
      runAll();
      warming.after(System.nanoTime() - start);
    }
  }

  private void runAll() {
    for (Step step : steps) {
      step.run();
    }
  }
}
