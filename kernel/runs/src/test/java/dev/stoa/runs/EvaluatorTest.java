package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.run.Evaluation;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  @Test
  void theStandardErrorIsTheSampleDeviationOverTheRootOfTheCount() {
    // 1, 2, 3, 4: mean 2.5, sum of squares 5, deviation sqrt(5/3), over sqrt(4): sqrt(5/12).
    Evaluation evaluation = Evaluator.summary(new double[] {1, 2, 3, 4}, true);
    assertEquals(2.5, evaluation.mean());
    assertEquals(Math.sqrt(5.0 / 12), evaluation.standardError(), 1e-15);
    assertEquals(1, evaluation.min());
    assertEquals(4, evaluation.max());
    assertEquals(0, Evaluator.summary(new double[] {7}, false).standardError());
  }
}
