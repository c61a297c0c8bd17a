package dev.stoa.lib.optimisers;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/** Slow copies of parameters: target networks, averages for evaluation. */
public final class Targets {
  private Targets() {}

  /**
   * Copies moved a little: {@code (1 - rate) target + rate source} (Polyak averaging; Lillicrap et
   * al.: "Continuous control with deep reinforcement learning", ICLR 2016, with the rate tau); the
   * exponential moving average whose decay is one less the rate.
   *
   * @param targets present copies
   * @param sources the parameters, of the same types
   * @param rate in [0, 1]; 1 copies exactly
   */
  public static List<Tensor> average(List<Tensor> targets, List<Tensor> sources, double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException("the rate of an average is in [0, 1], got " + rate);
    }
    return each(targets, sources, (target, source) -> target.mul(1 - rate).add(source.mul(rate)));
  }

  /**
   * Copies renewed once in a while: at every step that the period divides, 0 included (Mnih et al.:
   * "Human-level control through deep reinforcement learning", 2015).
   *
   * @param step int32 scalar, not negative
   * @param period at least 1
   * @param targets present copies
   * @param sources the parameters, of the same types
   */
  public static List<Tensor> renew(
      Tracer tracer, Tensor step, int period, List<Tensor> targets, List<Tensor> sources) {
    if (period < 1) {
      throw new IllegalArgumentException("a period is at least 1, got " + period);
    }
    Tensor periods = tracer.constant(DataType.INT32, period);
    Tensor due = step.eq(step.div(periods).mul(periods));
    return each(targets, sources, (target, source) -> due.select(source, target));
  }

  private static List<Tensor> each(
      List<Tensor> targets, List<Tensor> sources, BinaryOperator<Tensor> next) {
    if (targets.size() != sources.size()) {
      throw new IllegalArgumentException(
          targets.size() + " copies of " + sources.size() + " parameters");
    }
    List<Tensor> made = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      Tensor target = targets.get(i);
      if (!target.type().equals(sources.get(i).type())) {
        throw new IllegalArgumentException(
            "copy " + i + " is " + target.type() + ", the parameter " + sources.get(i).type());
      }
      made.add(next.apply(target, sources.get(i)));
    }
    return made;
  }
}
