package dev.stoa.device.reference;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.LoopResult;
import dev.stoa.tensor.ScanOptions;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Functions of tensors with any number of rows, an extent of {@code ROWS}: the same code is traced
 * with a bounded axis and with exactly as many rows.
 */
final class BoundedChecks {
  /** The extent of a first axis that is bounded in one of the graphs. */
  static final int ROWS = -1;

  private BoundedChecks() {}

  interface Function {
    Tensor of(Tracer tracer, Tensor[] inputs);
  }

  /**
   * A function.
   *
   * @param least rows with which it can be traced
   */
  record Check(String name, Function function, int least, int[]... shapes) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Check check(String name, Function function, int[]... shapes) {
    return new Check(name, function, 0, shapes);
  }

  /** A tensor with rows of these extents. */
  private static int[] rows(int... row) {
    int[] shape = new int[row.length + 1];
    shape[0] = ROWS;
    System.arraycopy(row, 0, shape, 1, row.length);
    return shape;
  }

  private static int[] of(int... shape) {
    return shape;
  }

  static List<Check> all() {
    return Stream.of(elements(), reductions(), products(), layouts(), places(), orders(), loops())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Check> elements() {
    return List.of(
        check("rows and a row", (t, x) -> x[0].mul(x[1]).sub(x[0].exp()), rows(3), of(3)),
        check("rows and a number", (t, x) -> x[0].div(x[1]), rows(3), of()),
        check("rows and one row", (t, x) -> x[0].add(x[1]).square(), rows(3), of(1, 3)),
        check("rows and a column", (t, x) -> x[0].mul(x[1]), rows(3), rows(1)),
        check("numbers by row", (t, x) -> x[0].gt(x[1]).select(x[0].log(), x[1]), rows(), rows()),
        check("extremes", (t, x) -> x[0].min(x[1]).add(x[0].max(1)), rows(4), rows(4)),
        check("infinite rows", (t, x) -> x[0].sub(1).log().exp().rsqrt(), rows(4)),
        check("softmax", (t, x) -> Functions.softmax(x[0], 1), rows(4)),
        check("logSoftmax", (t, x) -> Functions.logSoftmax(x[0], -1), rows(2, 4)));
  }

  private static List<Check> reductions() {
    return List.of(
        check("sum of rows", (t, x) -> x[0].square().sum(0), rows(3)),
        check("sum of all", (t, x) -> x[0].exp().sum(), rows(3)),
        check("sum of ones", (t, x) -> x[0].gt(0).select(x[1], x[1]).sum(), rows(), of()),
        check("sum within rows", (t, x) -> x[0].square().sum(1), rows(3)),
        check("sum over first and last", (t, x) -> x[0].exp().sum(0, 2), rows(3, 2)),
        check("mean of rows", (t, x) -> x[0].square().mean(0), rows(3)),
        check("mean of all", (t, x) -> x[0].square().mean(), rows(3, 2)),
        check("mean within rows", (t, x) -> x[0].mean(1), rows(3)),
        check("maximum of rows", (t, x) -> x[0].maximum(0), rows(3)),
        check("minimum of all", (t, x) -> x[0].minimum(), rows(3)),
        check("product of rows", (t, x) -> x[0].product(0), rows(3)),
        check("product of all", (t, x) -> x[0].product(), rows(2)),
        check("product within rows", (t, x) -> x[0].product(1), rows(3)),
        check("greatest row", (t, x) -> x[1].gather(x[0].argMax(0)), rows(3), of(20, 2)),
        check(
            "greatest in rows",
            (t, x) -> x[0].takeAlong(1, x[0].argMax(1).reshape(-1, 1)),
            rows(3)));
  }

  private static List<Check> products() {
    return List.of(
        check("rows times a matrix", (t, x) -> x[0].dot(x[1]), rows(3), of(3, 4)),
        check("by its transpose", (t, x) -> x[0].dot(x[1], false, true), rows(3), of(4, 3)),
        check("over the rows", (t, x) -> x[0].dot(x[1], true, false), rows(3), rows(4)),
        check("with itself", (t, x) -> x[0].dot(x[0], true, false), rows(3)),
        check("a matrix per row", (t, x) -> x[0].dot(x[1]), rows(2, 3), rows(3, 4)),
        check(
            "network",
            (t, x) -> x[0].dot(x[1]).add(x[2]).tanh().dot(x[3]).square().mean(),
            rows(3),
            of(3, 5),
            of(5),
            of(5, 1)));
  }

  private static List<Check> layouts() {
    return List.of(
        check("reshape", (t, x) -> x[0].reshape(-1, 3, 2).sum(2), rows(6)),
        check("transpose", (t, x) -> x[0].transpose().exp(), rows(2, 3)),
        check("slice", (t, x) -> x[0].slice(1, 1, 3).mul(2), rows(4)),
        check("pad", (t, x) -> t.pad(x[0], List.of(0, 1), List.of(0, 2)).add(1), rows(3)),
        check("concatenate", (t, x) -> t.concatenate(1, x[0], x[1], x[0]), rows(2), rows(3)),
        check("stretched to rows", (t, x) -> x[1].broadcast(x[0].shape()).sum(0), rows(3), of(3)),
        check("one row stretched", (t, x) -> x[1].broadcast(x[0].shape()), rows(3), of(1, 3)),
        check("reversal of rows", (t, x) -> x[0].reverse(0).mul(x[0]), rows(3)),
        check("reversal of both", (t, x) -> x[0].reverse(0, 1).mul(x[0]), rows(3)),
        check("one-hot", (t, x) -> x[0].mul(onehot(t, x[0])), rows(4)),
        check("positions", (t, x) -> x[0].mul(position(t, x[0])), rows(2)));
  }

  private static Tensor onehot(Tracer tracer, Tensor x) {
    return Functions.oneHot(x.argMax(1), 4, x.dataType());
  }

  /** The index of its row, for each element. */
  private static Tensor position(Tracer tracer, Tensor x) {
    return tracer.iota(x.shape(), 0).convert(x.dataType());
  }

  /** Whole numbers below {@code count} made of each row of real ones. */
  private static Tensor index(Tensor x, int count) {
    return x.mul(1000)
        .convert(DataType.INT32)
        .sub(x.mul(1000.0 / count).floor().mul(count).convert(DataType.INT32));
  }

  private static List<Check> places() {
    return List.of(
        check("gather by rows", (t, x) -> x[1].gather(index(x[0], 5)), rows(), of(4, 2)),
        check("gather of rows", (t, x) -> x[0].gather(index(x[1], 25)), rows(2), of(6)),
        check("rows by rows", (t, x) -> x[0].gather(index(x[1], 25)).square(), rows(2), rows(2)),
        check(
            "scatter rows",
            (t, x) -> x[1].scatterAdd(index(x[0].sum(1), 5), x[0]),
            rows(2),
            of(4, 2)),
        check(
            "set rows", (t, x) -> x[1].scatterSet(index(x[0].sum(1), 5), x[0]), rows(2), of(4, 2)),
        check("set by pairs", (t, x) -> x[1].scatterSet(index(x[0], 5), x[0]), rows(2), of(4)),
        check(
            "max rows", (t, x) -> x[1].scatterMax(index(x[0].sum(1), 5), x[0]), rows(2), of(4, 2)),
        check(
            "scatter into rows",
            (t, x) -> x[0].scatterAdd(index(x[1], 25), x[2]),
            rows(2),
            of(6),
            of(6, 2)),
        check(
            "set into rows",
            (t, x) -> x[0].scatterSet(index(x[1], 25), x[2]),
            rows(2),
            of(6),
            of(6, 2)),
        check("rows into rows", (t, x) -> x[0].scatterAdd(index(x[1], 25), x[0]), rows(2), rows()),
        check("taken within rows", (t, x) -> x[0].takeAlong(1, index(x[1], 4)), rows(3), rows(2)),
        new Check(
            "taken along rows", (t, x) -> x[0].takeAlong(0, index(x[1], 25)), 1, rows(2), of(4, 2)),
        check("part of rows", (t, x) -> part(t, x[0], x[1]), rows(4), of()),
        check("part replaced", (t, x) -> replaced(t, x[0], x[1]), rows(4), rows(2)));
  }

  private static Tensor part(Tracer tracer, Tensor x, Tensor at) {
    Tensor start = index(at, 3).reshape(1);
    Tensor both = tracer.concatenate(0, start.mul(0), start);
    return x.dynamicSlice(both, x.shape().extent(0), 2);
  }

  private static Tensor replaced(Tracer tracer, Tensor x, Tensor part) {
    Tensor start = tracer.constant(new float[] {0, 1}).convert(DataType.INT32);
    return x.dynamicUpdate(start, part.square());
  }

  private static List<Check> orders() {
    return List.of(
        check("running sum of rows", (t, x) -> x[0].cumulativeSum(0).square(), rows(3)),
        check("running sum in rows", (t, x) -> x[0].cumulativeSum(1).square(), rows(3)),
        check("running product of rows", (t, x) -> x[0].cumulativeProduct(0), rows(2)),
        check("running product in rows", (t, x) -> x[0].cumulativeProduct(1), rows(3)),
        check(
            "recurrence along rows",
            (t, x) -> t.linearRecurrence(0, x[0].mul(0.5), x[1], x[2]),
            rows(2),
            rows(2),
            of(2)),
        check(
            "recurrence within rows",
            (t, x) -> t.linearRecurrence(1, x[0], x[1], x[2]),
            rows(3),
            rows(3),
            rows()),
        check("sorted rows", (t, x) -> x[0].takeAlong(0, x[0].argSort(0, false)), rows(2)),
        check("rows descending", (t, x) -> x[0].takeAlong(0, x[0].argSort(0, true)), rows(2)),
        check("sorted whole", (t, x) -> sortedWhole(x[0]), rows()),
        check("greatest in each row", (t, x) -> x[0].takeAlong(1, x[0].topK(1, 2)), rows(4)));
  }

  private static Tensor sortedWhole(Tensor x) {
    Tensor places = index(x, 7).argSort(0, true).add(index(x, 5).argSort(0, false).mul(2));
    return x.mul(places.convert(x.dataType()));
  }

  private static List<Check> loops() {
    return List.of(
        check("scan of rows", (t, x) -> recurrent(t, false, false, x), rows(3), of(3, 3), of(3)),
        check("backward scan", (t, x) -> recurrent(t, true, false, x), rows(3), of(3, 3), of(3)),
        check("recomputed scan", (t, x) -> recurrent(t, false, true, x), rows(3), of(3, 3), of(3)),
        check("last carry", BoundedChecks::last, rows(3), of(3)),
        check("scan with rows in it", BoundedChecks::epochs, rows(3), of(3)),
        check("rows carried", BoundedChecks::carried, rows(3), of(3)),
        check("scan of rows with rows in it", BoundedChecks::inner, rows(3), rows(2)),
        check("loop with rows", BoundedChecks::loop, rows(3), of(3)),
        check("extremes by call", BoundedChecks::called, rows(3), of(3)));
  }

  private static Tensor recurrent(Tracer t, boolean reverse, boolean recompute, Tensor... x) {
    ScanOptions options = new ScanOptions(x[0].shape().extent(0), reverse, recompute);
    return t.scan(
            options,
            List.of(x[2]),
            List.of(x[0]),
            (s, carry, in) -> {
              Tensor row = carry.get(0).reshape(1, 3).dot(x[1]).reshape(3);
              return Step.of(row.mul(0.3).add(in.get(0)).tanh(), row.square());
            })
        .output(0);
  }

  private static Tensor last(Tracer t, Tensor... x) {
    return t.scan(
            x[0].shape().extent(0),
            List.of(x[1]),
            List.of(x[0]),
            (s, carry, in) -> Step.carry(carry.get(0).mul(0.5).add(in.get(0)).sin()))
        .carry(0);
  }

  /** Three steps of descent on all rows. */
  private static Tensor epochs(Tracer t, Tensor... x) {
    return t.scan(
            3,
            List.of(x[1]),
            List.of(),
            (s, carry, none) -> {
              Tensor errors = x[0].mul(carry.get(0)).tanh().sum(1).square();
              return Step.of(carry.get(0).sub(x[0].mul(errors.reshape(-1, 1)).sum(0).mul(0.01)));
            })
        .carry(0);
  }

  private static Tensor carried(Tracer t, Tensor... x) {
    return t.scan(
            3,
            List.of(x[0]),
            List.of(),
            (s, carry, none) -> Step.carry(carry.get(0).mul(x[1]).sin().add(x[0])))
        .carry(0);
  }

  private static Tensor inner(Tracer t, Tensor... x) {
    return t.scan(
            x[0].shape().extent(0),
            List.of(x[1]),
            List.of(x[0]),
            (s, carry, in) -> {
              Tensor all = carry.get(0).mul(in.get(0).slice(0, 0, 2)).tanh();
              return Step.of(all, all.sum(0).add(in.get(0).sum()));
            })
        .output(0);
  }

  private static Tensor loop(Tracer t, Tensor... x) {
    LoopResult result =
        t.whileLoop(
            10,
            List.of(x[0], x[1]),
            (s, carry) -> carry.get(0).sum().lt(200),
            (s, carry) ->
                List.of(carry.get(0).mul(1.5), carry.get(1).add(carry.get(0).sum(0).mul(0.1))));
    return result.carry(1).stopGradient().add(x[1]);
  }

  private static Tensor called(Tracer t, Tensor... x) {
    Graph graph =
        Graph.trace(
            "rms",
            g -> {
              Tensor rows = g.input("rows", x[0].type());
              Tensor scale = g.input("scale", x[1].type());
              g.output("scaled", rows.mul(scale).div(rows.square().sum(0).add(1).sqrt()));
            });
    return t.call("rms", graph, x[0], x[1]).get(0);
  }
}
