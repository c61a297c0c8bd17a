package dev.stoa.device.cpujvm;

import java.util.List;

/**
 * A graph made ready: steps in order on arrays that were all made beforehand.
 *
 * @param inputs where each input is bound, by position
 * @param outputs where each output is found, by position; never an input's own place
 * @param bytes what the plan's arrays hold
 */
record Plan(List<Value> inputs, List<Value> outputs, Step[] steps, long bytes) {
  void compute() {
    for (Step step : steps) {
      step.run();
    }
  }
}
