package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.LoopResult;
import dev.stoa.tensor.ScanOptions;
import dev.stoa.tensor.ScanResult;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Loops and calls. */
final class StructureCases {
  private static final List<DataType> NUMBERS =
      List.of(DataType.FLOAT32, DataType.FLOAT64, DataType.INT32);
  private static final int[] LENGTHS = {0, 1, 2, 7};
  private static final int[] WIDTHS = {0, 1, 3, 33};

  private final List<Case> cases = new ArrayList<>();

  static List<Case> all() {
    StructureCases suite = new StructureCases();
    for (int length : LENGTHS) {
      for (boolean reverse : new boolean[] {false, true}) {
        for (DataType type : NUMBERS) {
          for (int width : WIDTHS) {
            suite.numbers(type, length, width, reverse);
          }
        }
        suite.truth(length, reverse);
        suite.exchange(length, reverse);
        suite.nested(length, reverse);
      }
    }
    for (DataType type : NUMBERS) {
      for (int bound : new int[] {0, 1, 3, 9}) {
        suite.loop(type, bound);
      }
      suite.call(type);
    }
    suite.gradient(false);
    suite.gradient(true);
    suite.known();
    suite.twice();
    suite.loopInScan();
    return suite.cases;
  }

  private static ScanOptions options(int length, boolean reverse) {
    return reverse ? ScanOptions.of(length).reversed() : ScanOptions.of(length);
  }

  private static String name(String what, TensorType type, int length, boolean reverse) {
    return what + " over " + length + (reverse ? " backwards" : "") + " of " + type;
  }

  private void add(
      String name, Consumer<Tracer> body, List<double[]> inputs, List<double[]> expected) {
    cases.add(new Case(name, Graph.trace(name, body), inputs, expected, 0));
  }

  /**
   * c' = c k + x with small whole numbers, k from outside, of which all sums are exact; a second
   * carry counts, and outputs are c' - x and the count.
   */
  private void numbers(DataType type, int length, int width, boolean reverse) {
    TensorType row = TensorType.of(type, width);
    TensorType rows = row.stacked(length);
    double[] x = Numbers.of(length * width, i -> i * 7 % 11 - 5);
    double[] k = Numbers.of(width, i -> i % 3 - 1);
    double[] carry = Numbers.of(width, i -> i % 5);
    double[] differences = new double[length * width];
    double[] counts = new double[length];
    double[] end = carry.clone();
    for (int step = 0; step < length; step++) {
      int at = reverse ? length - 1 - step : step;
      for (int i = 0; i < width; i++) {
        differences[at * width + i] = end[i] * k[i];
        end[i] = end[i] * k[i] + x[at * width + i];
      }
      counts[at] = step + 1;
    }
    add(
        name("scan", row, length, reverse),
        t -> {
          Tensor factor = t.input("k", row);
          ScanResult scan =
              t.scan(
                  options(length, reverse),
                  List.of(t.input("c", row), t.constant(DataType.INT32, 0)),
                  List.of(t.input("x", rows)),
                  (s, c, in) -> {
                    Tensor next = c.get(0).mul(factor).add(in.get(0));
                    Tensor count = c.get(1).add(1);
                    return Step.of(List.of(next, count), List.of(next.sub(in.get(0)), count));
                  });
          t.output("end", scan.carry(0));
          t.output("steps", scan.carry(1));
          t.output("differences", scan.output(0));
          t.output("counts", scan.output(1));
        },
        List.of(k, carry, x),
        List.of(end, new double[] {length}, differences, counts));
  }

  /** Whether any flag was set before, and flags as they are. */
  private void truth(int length, boolean reverse) {
    TensorType flags = TensorType.of(DataType.BOOL, length, 2);
    double[] x = Numbers.of(2 * length, i -> i % 5 == 2 ? 1 : 0);
    double[] before = new double[2 * length];
    double[] any = new double[2];
    for (int step = 0; step < length; step++) {
      int at = reverse ? length - 1 - step : step;
      for (int i = 0; i < 2; i++) {
        before[2 * at + i] = any[i];
        any[i] = Math.max(any[i], x[2 * at + i]);
      }
    }
    add(
        name("scan", flags, length, reverse),
        t -> {
          ScanResult scan =
              t.scan(
                  options(length, reverse),
                  List.of(t.constant(TensorType.of(DataType.BOOL, 2), 0)),
                  List.of(t.input("x", flags)),
                  (s, c, in) -> Step.of(c.get(0).or(in.get(0)), c.get(0), in.get(0)));
          t.output("any", scan.carry(0));
          t.output("before", scan.output(0));
          t.output("same", scan.output(1));
        },
        List.of(x),
        List.of(any, before, x));
  }

  /** (a, b, c) becomes (b, a, c): after n steps exchanged if n is odd. */
  private void exchange(int length, boolean reverse) {
    TensorType pair = TensorType.of(DataType.FLOAT32, 2);
    double[] a = {1, 2};
    double[] b = {3, 4};
    double[] c = {5, 6};
    boolean odd = length % 2 == 1;
    add(
        name("scan that exchanges", pair, length, reverse),
        t -> {
          ScanResult scan =
              t.scan(
                  options(length, reverse),
                  List.of(t.input("a", pair), t.input("b", pair), t.input("c", pair)),
                  List.of(),
                  (s, carry, in) -> Step.carry(carry.get(1), carry.get(0), carry.get(2)));
          t.output("first", scan.carry(0));
          t.output("second", scan.carry(1));
          t.output("third", scan.carry(2));
        },
        List.of(a, b, c),
        List.of(odd ? b : a, odd ? a : b, c));
  }

  /** Products of all in a matrix and sums by row, a scan of columns within one of rows. */
  private void nested(int length, boolean reverse) {
    TensorType matrix = TensorType.of(DataType.FLOAT32, length, 3);
    double[] x = Numbers.of(3 * length, i -> i % 4 - 1.5);
    double[] sums = new double[length];
    double[] running = new double[3 * length];
    double total = 2;
    for (int step = 0; step < length; step++) {
      int at = reverse ? length - 1 - step : step;
      for (int i = 2; i >= 0; i--) {
        sums[at] += x[3 * at + i];
        running[3 * at + i] = sums[at] + total;
      }
      total += sums[at] * 4;
    }
    double end = total;
    add(
        name("scan within a scan", matrix, length, reverse),
        t -> {
          Tensor four = t.input("four");
          ScanResult scan =
              t.scan(
                  options(length, reverse),
                  List.of(t.input("start")),
                  List.of(t.input("x", matrix)),
                  (s, total1, row) -> {
                    ScanResult columns =
                        s.scan(
                            options(3, true),
                            List.of(s.constant(DataType.FLOAT32, 0)),
                            List.of(row.get(0)),
                            (u, c, in) -> {
                              Tensor sum = c.get(0).add(in.get(0));
                              return Step.of(sum, sum.add(total1.get(0)));
                            });
                    Tensor sum = columns.carry(0);
                    return Step.of(total1.get(0).add(sum.mul(four)), sum, columns.output(0));
                  });
          t.output("total", scan.carry(0));
          t.output("sums", scan.output(0));
          t.output("running", scan.output(1));
        },
        List.of(new double[] {4}, new double[] {2}, x),
        List.of(new double[] {end}, sums, running));
  }

  /** Twice as much while less than a limit: from 3, below 40, that is 6, 12, 24, 48. */
  private void loop(DataType type, int bound) {
    TensorType scalar = TensorType.of(type);
    int iterations = Math.min(bound, 4);
    add(
        "loop of at most " + bound + " on " + scalar,
        t -> {
          Tensor limit = t.input("limit", scalar);
          Tensor step = t.input("step", TensorType.of(type, 3));
          LoopResult loop =
              t.whileLoop(
                  bound,
                  List.of(t.input("x", scalar), t.constant(step.type(), 0)),
                  (s, c) -> c.get(0).lt(limit),
                  (s, c) -> List.of(c.get(0).add(c.get(0)), c.get(1).add(step)));
          t.output("end", loop.carry(0));
          t.output("sum", loop.carry(1));
          t.output("iterations", loop.iterations());
        },
        List.of(new double[] {40}, new double[] {1, 2, 3}, new double[] {3}),
        List.of(
            new double[] {3 << iterations},
            new double[] {iterations, 2 * iterations, 3 * iterations},
            new double[] {iterations}));
  }

  /** (a + b, a b) of (1, 2) and (3, 4), then of these two again. */
  private void call(DataType type) {
    TensorType pair = TensorType.of(type, 2);
    Graph both =
        Graph.trace(
            "both",
            t -> {
              Tensor a = t.input("a", pair);
              Tensor b = t.input("b", pair);
              t.output("sum", a.add(b));
              t.output("product", a.mul(b));
            });
    add(
        "call on " + pair,
        t -> {
          List<Tensor> once = t.call("both", both, t.input("a", pair), t.input("b", pair));
          List<Tensor> again = t.call("both", both, once.get(0), once.get(1));
          t.output("sum", again.get(0));
          t.output("product", again.get(1));
          t.output("first", once.get(1));
        },
        List.of(new double[] {1, 2}, new double[] {3, 4}),
        List.of(new double[] {7, 14}, new double[] {12, 48}, new double[] {3, 8}));
  }

  /** From c' = c x: the last is c x1 x2 x3, its derivatives the products of the others. */
  private void gradient(boolean recompute) {
    add(
        "gradient through a scan" + (recompute ? ", recomputed" : ""),
        t -> {
          Tensor c = t.input("c");
          Tensor x = t.input("x", 3);
          ScanOptions options = ScanOptions.of(3);
          Tensor end =
              t.scan(
                      recompute ? options.recomputed() : options,
                      List.of(c),
                      List.of(x),
                      (s, carry, in) -> Step.carry(carry.get(0).mul(in.get(0))))
                  .carry(0);
          List<Tensor> slopes = t.gradient(end, c, x);
          t.output("end", end);
          t.output("byStart", slopes.get(0));
          t.output("byFactors", slopes.get(1));
        },
        List.of(new double[] {2}, new double[] {3, 5, 7}),
        List.of(new double[] {210}, new double[] {105}, new double[] {70, 42, 30}));
  }

  /** Of a loop that depends on no input: powers of 2. */
  private void known() {
    add(
        "scan that takes nothing",
        t -> {
          ScanResult scan =
              t.scan(
                  4,
                  List.of(t.constant(DataType.FLOAT32, 1)),
                  List.of(),
                  (s, carry, in) -> Step.of(carry.get(0).mul(2), carry.get(0)));
          t.output("powers", scan.output(0).add(t.input("zero")));
          t.output("end", scan.carry(0));
        },
        List.of(new double[] {0}),
        List.of(new double[] {1, 2, 4, 8}, new double[] {16}));
  }

  /** One body for two scans and within another: (1, 2) summed from 0 is 3, from 3 is 6, twice. */
  private void twice() {
    add(
        "scans with equal bodies",
        t -> {
          Tensor x = t.input("x", 2);
          Tensor first = sum(t, t.input("zero"), x);
          Tensor second = sum(t, first, x);
          Tensor third =
              t.scan(
                      2,
                      List.of(second),
                      List.of(),
                      (s, carry, in) -> Step.carry(sum(s, carry.get(0), x)))
                  .carry(0);
          t.output("first", first);
          t.output("second", second);
          t.output("third", third);
        },
        List.of(new double[] {1, 2}, new double[] {0}),
        List.of(new double[] {3}, new double[] {6}, new double[] {12}));
  }

  private static Tensor sum(Tracer t, Tensor start, Tensor x) {
    return t.scan(
            2,
            List.of(start),
            List.of(x),
            (s, carry, in) -> Step.carry(carry.get(0).add(in.get(0))))
        .carry(0);
  }

  /** How often 1, 3 and 9 can be doubled below 10: 4, 2 and 1 times, to 16, 12 and 18. */
  private void loopInScan() {
    add(
        "loop within a scan",
        t -> {
          Tensor ten = t.input("ten");
          ScanResult scan =
              t.scan(
                  3,
                  List.of(),
                  List.of(t.input("x", 3)),
                  (s, none, in) -> {
                    LoopResult loop =
                        s.whileLoop(
                            9,
                            List.of(in.get(0)),
                            (u, c) -> c.get(0).lt(ten),
                            (u, c) -> List.of(c.get(0).mul(2)));
                    return Step.output(loop.carry(0), loop.iterations());
                  });
          t.output("ends", scan.output(0));
          t.output("iterations", scan.output(1));
        },
        List.of(new double[] {10}, new double[] {1, 3, 9}),
        List.of(new double[] {16, 12, 18}, new double[] {4, 2, 1}));
  }
}
