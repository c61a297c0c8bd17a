package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.ScanOptions;
import dev.stoa.tensor.ScanResult;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A bounded first axis, against plain loops over the rows that exist. Rows beyond the length hold
 * not-a-number, or an index far outside.
 */
final class BoundedCases {
  static final int CAPACITY = 40;

  /** None, one, all, and around the 16 sums of a reduction. */
  static final int[] LENGTHS = {0, 1, 15, 16, 17, 39, 40};

  /** Extent of a row. */
  private static final int ROW = 3;

  private static final int WIDE = 5;

  private final int length;
  private final List<Case> cases = new ArrayList<>();

  private BoundedCases(int length) {
    this.length = length;
  }

  static List<Case> all() {
    List<Case> all = new ArrayList<>();
    for (int length : LENGTHS) {
      BoundedCases suite = new BoundedCases(length);
      suite.elements();
      suite.reductions();
      suite.wholeReductions();
      suite.products();
      suite.lengths();
      suite.random();
      suite.places();
      suite.orders();
      suite.scans(false);
      suite.scans(true);
      suite.loss();
      all.addAll(suite.cases);
    }
    return all;
  }

  private void add(
      String name,
      double tolerance,
      Consumer<Tracer> traced,
      List<double[]> inputs,
      double[]... expected) {
    cases.add(
        new Case(
            name + " of " + length + " rows",
            Graph.trace("bounded " + name, traced),
            OptionalInt.of(length),
            inputs,
            List.of(expected),
            tolerance));
  }

  /** Rows of as many numbers, not-a-number beyond the length. */
  private double[] rows(int row, int purpose) {
    double[] all = Numbers.random(CAPACITY * row, 0.5, 1.5, purpose);
    Arrays.fill(all, length * row, all.length, Double.NaN);
    return all;
  }

  /** One index per row, below so many; far outside beyond the length. */
  private double[] indices(int below) {
    return Numbers.of(CAPACITY, i -> i < length ? i * 7 % below : Integer.MAX_VALUE);
  }

  private void elements() {
    double[] x = rows(ROW, 1);
    double[] by = Numbers.random(ROW, 0.5, 1.5, 2);
    add(
        "elements",
        2e-6,
        t -> {
          Tensor a = t.bounded("x", CAPACITY, ROW);
          Tensor b = t.input("by", ROW);
          t.output("sum", a.mul(b).add(a));
          t.output("whether", a.gt(b));
          t.output("column", a.slice(1, 1, 2));
          t.output("turned", a.reshape(-1, ROW, 1).transpose());
          t.output("log", a.log());
        },
        List.of(x, by),
        Numbers.of(length * ROW, i -> x[i] * by[i % ROW] + x[i]),
        Numbers.of(length * ROW, i -> x[i] > by[i % ROW] ? 1 : 0),
        Numbers.of(length, i -> x[i * ROW + 1]),
        Arrays.copyOf(x, length * ROW),
        Numbers.of(length * ROW, i -> Math.log(x[i])));
  }

  private void reductions() {
    double[] x = rows(ROW, 3);
    add(
        "reductions",
        1e-5,
        t -> {
          Tensor a = t.bounded("x", CAPACITY, ROW);
          t.output("sum", a.sum(0));
          t.output("maximum", a.maximum(0));
          t.output("minimum", a.minimum(0));
          t.output("product", a.product(0));
          t.output("mean", a.mean());
          t.output("squares", a.square().sum());
          t.output("within", a.sum(1));
          t.output("logs", a.sub(1).log().maximum(0));
        },
        List.of(x),
        Numbers.of(ROW, j -> column(x, j).sum()),
        Numbers.of(ROW, j -> column(x, j).max().orElse(Double.NEGATIVE_INFINITY)),
        Numbers.of(ROW, j -> column(x, j).min().orElse(Double.POSITIVE_INFINITY)),
        Numbers.of(ROW, j -> column(x, j).reduce(1, (a, b) -> a * b)),
        new double[] {Arrays.stream(x, 0, length * ROW).sum() / (length * ROW)},
        new double[] {Arrays.stream(x, 0, length * ROW).map(v -> v * v).sum()},
        Numbers.of(length, i -> x[i * ROW] + x[i * ROW + 1] + x[i * ROW + 2]),
        Numbers.of(ROW, j -> greatestLog(column(x, j).toArray())));
  }

  private DoubleStream column(double[] x, int column) {
    return IntStream.range(0, length).mapToDouble(i -> x[i * ROW + column]);
  }

  /** Of numbers below 1 the logarithm of what is left over is none: not-a-number wins. */
  private static double greatestLog(double... x) {
    return Arrays.stream(x)
        .map(v -> Math.log((float) (v - 1)))
        .reduce(Double.NEGATIVE_INFINITY, Math::max);
  }

  private void wholeReductions() {
    double[] x =
        Numbers.of(CAPACITY * ROW, i -> i < length * ROW ? i * 37 % 11 - 5 : Integer.MAX_VALUE - i);
    add(
        "whole reductions",
        0,
        t -> {
          Tensor a = t.input("x", TensorType.bounded(DataType.INT32, CAPACITY, ROW));
          t.output("sum", a.sum(0));
          t.output("maximum", a.maximum(0));
          t.output("minimum", a.minimum(0));
          t.output("all", a.sum());
        },
        List.of(x),
        Numbers.of(ROW, j -> column(x, j).sum()),
        Numbers.of(ROW, j -> column(x, j).max().orElse(Integer.MIN_VALUE)),
        Numbers.of(ROW, j -> column(x, j).min().orElse(Integer.MAX_VALUE)),
        new double[] {Arrays.stream(x, 0, length * ROW).sum()});
  }

  private void products() {
    double[] x = rows(ROW, 4);
    double[] y = rows(WIDE, 5);
    double[] w = Numbers.random(ROW * WIDE, 0.5, 1.5, 6);
    add(
        "products",
        1e-5,
        t -> {
          Tensor a = t.bounded("x", CAPACITY, ROW);
          Tensor b = t.bounded("y", CAPACITY, WIDE);
          Tensor c = t.input("w", ROW, WIDE);
          t.output("rows", a.dot(c));
          t.output("back", b.dot(c, false, true));
          t.output("over", a.dot(b, true, false));
          t.output("narrow", b.dot(a.slice(1, 0, 1), true, false));
          Tensor rows = a.reshape(-1, 1, ROW);
          t.output("each", rows.dot(b.reshape(-1, 1, WIDE), true, false));
        },
        List.of(x, y, w),
        Numbers.of(
            length * WIDE, e -> sum(ROW, p -> x[e / WIDE * ROW + p] * w[p * WIDE + e % WIDE])),
        Numbers.of(
            length * ROW, e -> sum(WIDE, p -> y[e / ROW * WIDE + p] * w[e % ROW * WIDE + p])),
        Numbers.of(
            ROW * WIDE, e -> sum(length, p -> x[p * ROW + e / WIDE] * y[p * WIDE + e % WIDE])),
        Numbers.of(WIDE, e -> sum(length, p -> y[p * WIDE + e] * x[p * ROW])),
        Numbers.of(length * ROW * WIDE, e -> x[e / WIDE] * y[e / (ROW * WIDE) * WIDE + e % WIDE]));
  }

  private static double sum(int count, IntToDoubleFunction part) {
    return IntStream.range(0, count).mapToDouble(part).sum();
  }

  private void lengths() {
    double[] x = rows(ROW, 7);
    double[] plain = Numbers.random(CAPACITY, 0.5, 1.5, 8);
    add(
        "the length",
        1e-5,
        t -> {
          Tensor a = t.bounded("x", CAPACITY, ROW);
          Tensor b = t.input("plain", CAPACITY);
          t.output("length", t.length());
          t.output("positions", t.iota(a.shape(), 0));
          t.output("filled", a.filled(-2));
          t.output("first", b.bounded());
          t.output("sum", b.bounded().sum());
          t.output("ones", t.constant(a.type(), 1).sum(0));
        },
        List.of(x, plain),
        new double[] {length},
        Numbers.of(length * ROW, i -> i / ROW),
        Numbers.of(CAPACITY * ROW, i -> i < length * ROW ? x[i] : -2),
        Arrays.copyOf(plain, length),
        new double[] {Arrays.stream(plain, 0, length).sum()},
        Numbers.of(ROW, j -> length));
  }

  /** Rows draw what they draw at any length. */
  private void random() {
    TensorType pair = TensorType.of(DataType.INT32, 2);
    int[] block = new int[4];
    add(
        "random bits",
        0,
        t -> {
          Tensor x = t.bounded("x", CAPACITY, ROW);
          Tensor key = t.input("key", pair);
          Tensor counter = t.input("counter", pair);
          t.output("bits", t.randomBits(key, counter, 9, x.shape()));
          t.output("uniform", t.uniform(key, counter, 9, x.shape()));
        },
        List.of(rows(ROW, 9), new double[] {11, 12}, new double[] {13, 14}),
        Numbers.of(length * ROW, e -> word(block, e)),
        Numbers.of(length * ROW, e -> Philox.uniform(word(block, e))));
  }

  private static int word(int[] block, int element) {
    Philox.block(12L << 32 | 11, 14L << 32 | 13, 9, element / 4, block, 0);
    return block[element % 4];
  }

  private void places() {
    double[] x = rows(ROW, 10);
    double[] table = Numbers.random(4 * ROW, 0.5, 1.5, 11);
    double[] at = indices(5);
    double[] from = {0, 39, 7, -3};
    add(
        "places",
        1e-5,
        t -> {
          Tensor a = t.bounded("x", CAPACITY, ROW);
          Tensor b = t.input("table", 4, ROW);
          Tensor i = t.input("at", TensorType.bounded(DataType.INT32, CAPACITY));
          Tensor j = t.input("from", TensorType.of(DataType.INT32, 4));
          t.output("looked up", b.gather(i));
          t.output("read", a.gather(j));
          t.output("added", b.scatterAdd(i, a));
          t.output("set", b.scatterSet(i, a));
          t.output("changed", a.scatterAdd(j, b));
          t.output("picked", a.takeAlong(1, i.sub(1).reshape(-1, 1)));
        },
        List.of(x, table, at, from),
        Numbers.of(length * ROW, e -> table[Math.min(3, (int) at[e / ROW]) * ROW + e % ROW]),
        Numbers.of(4 * ROW, e -> length == 0 ? 0 : x[clamped(from[e / ROW]) * ROW + e % ROW]),
        Numbers.of(
            4 * ROW, e -> table[e] + sum(length, p -> at[p] == e / ROW ? x[p * ROW + e % ROW] : 0)),
        Numbers.of(
            4 * ROW, e -> last(at, e / ROW) < 0 ? table[e] : x[last(at, e / ROW) * ROW + e % ROW]),
        Numbers.of(
            length * ROW,
            e -> x[e] + sum(4, p -> from[p] == e / ROW ? table[p * ROW + e % ROW] : 0)),
        Numbers.of(length, e -> x[e * ROW + (int) Math.max(0, Math.min(2, at[e] - 1))]));
  }

  private int clamped(double row) {
    return (int) Math.max(0, Math.min(length - 1, row));
  }

  private int last(double[] at, int wanted) {
    return IntStream.range(0, length).filter(p -> at[p] == wanted).max().orElse(-1);
  }

  private void orders() {
    double[] x = rows(ROW, 12);
    double[] whole = indices(9);
    add(
        "orders",
        1e-5,
        t -> {
          Tensor a = t.bounded("x", CAPACITY, ROW);
          Tensor k = t.input("whole", TensorType.bounded(DataType.INT32, CAPACITY));
          t.output("running", a.cumulativeSum(0));
          t.output("turned", a.reverse(0));
          t.output("both", a.reverse(0, 1));
          t.output("greatest", a.argMax(0));
          t.output("ascending", k.argSort(0, false));
          t.output("descending", k.argSort(0, true));
          t.output("sorted", a.takeAlong(0, a.argSort(0, true)).slice(1, 0, 1));
          t.output("recurrence", t.linearRecurrence(0, a, a, a.sum(0).mul(0)));
        },
        List.of(x, whole),
        Numbers.of(length * ROW, e -> sum(e / ROW + 1, p -> x[p * ROW + e % ROW])),
        Numbers.of(length * ROW, e -> x[(length - 1 - e / ROW) * ROW + e % ROW]),
        Numbers.of(length * ROW, e -> x[length * ROW - 1 - e]),
        Numbers.of(ROW, j -> greatest(x, j)),
        sorted((a, b) -> Double.compare(whole[a], whole[b])),
        sorted((a, b) -> Double.compare(whole[b], whole[a])),
        column(x, 0).map(v -> -v).sorted().map(v -> -v).toArray(),
        recurrence(x));
  }

  private int greatest(double[] x, int column) {
    int best = 0;
    for (int i = 1; i < length; i++) {
      best = x[i * ROW + column] > x[best * ROW + column] ? i : best;
    }
    return best;
  }

  /** Rows in stable order. */
  private double[] sorted(Comparator<Integer> order) {
    return IntStream.range(0, length).boxed().sorted(order).mapToDouble(i -> i).toArray();
  }

  private double[] recurrence(double[] x) {
    double[] y = new double[length * ROW];
    for (int e = 0; e < y.length; e++) {
      y[e] = x[e] * (e < ROW ? 0 : y[e - ROW]) + x[e];
    }
    return y;
  }

  /** {@code c = c / 2 + x}, its carry after all rows, its outputs, and its gradients. */
  private void scans(boolean reverse) {
    double[] x = rows(ROW, 13);
    double[] start = Numbers.random(ROW, 0.5, 1.5, 14);
    double[] carry = start.clone();
    double[] all = new double[length * ROW];
    for (int step = 0; step < length; step++) {
      int at = reverse ? length - 1 - step : step;
      for (int j = 0; j < ROW; j++) {
        carry[j] = carry[j] * 0.5 + x[at * ROW + j];
        all[at * ROW + j] = carry[j] + 1;
      }
    }
    ScanOptions forward = ScanOptions.of(CAPACITY);
    add(
        "scan" + (reverse ? " backwards" : ""),
        1e-5,
        t -> {
          Tensor a = t.bounded("x", CAPACITY, ROW);
          Tensor c = t.input("start", ROW);
          ScanResult scan =
              t.scan(
                  reverse ? forward.reversed() : forward,
                  List.of(c),
                  List.of(a),
                  (s, before, in) -> {
                    Tensor next = before.get(0).mul(0.5).add(in.get(0));
                    return Step.of(next, next.add(1));
                  });
          t.output("carry", scan.carry(0));
          t.output("all", scan.output(0));
          List<Tensor> gradients = t.gradient(scan.carry(0).sum(), a, c);
          t.output("by rows", gradients.get(0));
          t.output("by start", gradients.get(1));
        },
        List.of(x, start),
        carry,
        all,
        // A row is halved in each step after its own.
        Numbers.of(length * ROW, e -> Math.pow(0.5, reverse ? e / ROW : length - 1 - e / ROW)),
        Numbers.of(ROW, j -> Math.pow(0.5, length)));
  }

  /**
   * The clipped surrogate of proximal policy optimisation on a minibatch (Schulman et al., 2017,
   * equation 7), its gradient by central differences of the loops below.
   */
  private void loss() {
    double[] x = rows(ROW, 15);
    double[] action = indices(4);
    double[] advantage = rows(1, 16);
    double[] old = rows(1, 17);
    double[] w = Numbers.random(ROW * 4, -1, 1, 18);
    double[] gradient = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      double step = 1e-6;
      double[] above = w.clone();
      above[i] += step;
      double[] below = w.clone();
      below[i] -= step;
      gradient[i] =
          (loss(x, action, advantage, old, above) - loss(x, action, advantage, old, below))
              / (2 * step);
    }
    add(
        "clipped surrogate",
        1e-5,
        t -> {
          Tensor states = t.bounded("x", CAPACITY, ROW);
          Tensor actions = t.input("actions", TensorType.bounded(DataType.INT32, CAPACITY));
          Tensor advantages = t.bounded("advantages", CAPACITY);
          Tensor before = t.bounded("before", CAPACITY);
          Tensor weights = t.input("w", ROW, 4);
          Tensor log = Functions.logSoftmax(states.dot(weights), 1);
          Tensor chosen = log.takeAlong(1, actions.reshape(-1, 1)).reshape(-1);
          Tensor ratio = chosen.add(before).exp();
          Tensor clipped = ratio.clip(0.8, 1.2).mul(advantages);
          Tensor loss = ratio.mul(advantages).min(clipped).mean().neg();
          t.output("loss", loss);
          t.output("gradient", t.gradient(loss, weights).get(0));
        },
        List.of(x, action, advantage, old, w),
        new double[] {loss(x, action, advantage, old, w)},
        length == 0 ? new double[w.length] : gradient);
  }

  private double loss(double[] x, double[] action, double[] advantage, double[] old, double[] w) {
    double total = 0;
    for (int i = 0; i < length; i++) {
      int row = i;
      double[] logits = Numbers.of(4, a -> sum(ROW, p -> x[row * ROW + p] * w[p * 4 + a]));
      double normal = Math.log(Arrays.stream(logits).map(Math::exp).sum());
      double ratio = Math.exp(logits[(int) action[i]] - normal + old[i]);
      double clipped = Math.max(0.8, Math.min(1.2, ratio));
      total += Math.min(ratio * advantage[i], clipped * advantage[i]);
    }
    return -total / length;
  }
}
