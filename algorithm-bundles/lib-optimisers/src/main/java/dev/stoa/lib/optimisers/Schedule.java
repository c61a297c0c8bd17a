package dev.stoa.lib.optimisers;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.Objects;

/**
 * A number that depends on how far a run is: a learning rate, a clip range. Progress is counted in
 * whatever unit the lengths are: updates, environment steps, or the share of a run with lengths of
 * at most 1.
 */
public sealed interface Schedule {
  /**
   * Traces the number.
   *
   * @param tracer of the graph
   * @param progress scalar, int32 or real, not negative
   * @return float64 scalar; to be converted to what it is multiplied with
   */
  Tensor at(Tracer tracer, Tensor progress);

  /**
   * One value.
   *
   * @param value always
   */
  record Constant(double value) implements Schedule {
    @Override
    public Tensor at(Tracer tracer, Tensor progress) {
      return tracer.constant(DataType.FLOAT64, value);
    }
  }

  /**
   * A straight line, then the last value.
   *
   * @param from at the beginning
   * @param to at the end
   * @param length progress at the end, above 0
   */
  record Linear(double from, double to, double length) implements Schedule {
    /** Checks the length. */
    public Linear {
      positive(length);
    }

    @Override
    public Tensor at(Tracer tracer, Tensor progress) {
      return share(progress, length).mul(to - from).add(from);
    }
  }

  /**
   * Half a cosine wave, then the last value: {@code to + (from - to) (1 + cos(pi p / length)) / 2}
   * (Loshchilov, Hutter: "SGDR: stochastic gradient descent with warm restarts", ICLR 2017,
   * equation 5).
   *
   * @param from at the beginning
   * @param to at the end
   * @param length progress at the end, above 0
   */
  record Cosine(double from, double to, double length) implements Schedule {
    /** Checks the length. */
    public Cosine {
      positive(length);
    }

    @Override
    public Tensor at(Tracer tracer, Tensor progress) {
      Tensor wave = share(progress, length).mul(Math.PI).cos().add(1);
      return wave.mul((from - to) / 2).add(to);
    }
  }

  /**
   * A straight line from 0 to the first value of another schedule, which begins at its end.
   *
   * @param length of the line, above 0
   * @param then what follows
   */
  record WarmUp(double length, Schedule then) implements Schedule {
    /** Checks the length. */
    public WarmUp {
      positive(length);
      Objects.requireNonNull(then, "then");
    }

    @Override
    public Tensor at(Tracer tracer, Tensor progress) {
      Tensor since = real(progress).sub(length).max(0);
      return then.at(tracer, since).mul(share(progress, length));
    }
  }

  /**
   * Steps: value i holds from boundary i - 1 on and until before boundary i.
   *
   * @param boundaries ascending
   * @param values one more
   */
  record Piecewise(List<Double> boundaries, List<Double> values) implements Schedule {
    /** Checks numbers and order, and takes copies. */
    public Piecewise {
      boundaries = List.copyOf(boundaries);
      values = List.copyOf(values);
      boolean fits = values.size() == boundaries.size() + 1;
      for (int i = 1; i < boundaries.size(); i++) {
        fits &= boundaries.get(i - 1) < boundaries.get(i);
      }
      if (!fits) {
        throw new IllegalArgumentException(
            "ascending boundaries and one more value, not " + boundaries + " and " + values);
      }
    }

    @Override
    public Tensor at(Tracer tracer, Tensor progress) {
      Tensor value = tracer.constant(DataType.FLOAT64, values.get(0));
      for (int i = 0; i < boundaries.size(); i++) {
        Tensor next = tracer.constant(DataType.FLOAT64, values.get(i + 1));
        value =
            real(progress)
                .ge(tracer.constant(DataType.FLOAT64, boundaries.get(i)))
                .select(next, value);
      }
      return value;
    }
  }

  private static Tensor real(Tensor progress) {
    if (progress.shape().rank() != 0 || progress.dataType() == DataType.BOOL) {
      throw new IllegalArgumentException("progress is a number, not " + progress.type());
    }
    return progress.convert(DataType.FLOAT64);
  }

  private static Tensor share(Tensor progress, double length) {
    return real(progress).div(length).clip(0, 1);
  }

  private static void positive(double length) {
    if (!(length > 0 && length < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the length of a schedule is above 0, got " + length);
    }
  }
}
