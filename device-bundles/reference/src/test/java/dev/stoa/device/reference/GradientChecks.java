package dev.stoa.device.reference;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.stream.Stream;

/** Functions whose derivatives are compared with differences; inputs lie between 0.5 and 1.5. */
final class GradientChecks {
  private GradientChecks() {}

  interface Function {
    Tensor of(Tracer tracer, Tensor[] inputs);
  }

  record Check(String name, Function function, int[]... shapes) {}

  static Check check(String name, Function function, int[]... shapes) {
    return new Check(name, function, shapes);
  }

  static int[] of(int... shape) {
    return shape;
  }

  static List<Check> all() {
    return Stream.of(elements(), layouts(), rows(), whole(), StructureChecks.all())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Check> elements() {
    return List.of(
        check("negation", (t, x) -> x[0].neg(), of(3)),
        check("absolute value", (t, x) -> x[0].sub(1).abs(), of(5)),
        check("square root", (t, x) -> x[0].sqrt(), of(2, 3)),
        check("exponential", (t, x) -> x[0].exp(), of(2, 3)),
        check("logarithm", (t, x) -> x[0].log(), of(2, 3)),
        check("hyperbolic tangent", (t, x) -> x[0].tanh(), of(2, 3)),
        check("sine", (t, x) -> x[0].sin(), of(2, 3)),
        check("cosine", (t, x) -> x[0].cos(), of(2, 3)),
        check("reciprocal square root", (t, x) -> x[0].rsqrt(), of(2, 3)),
        check("expm1", (t, x) -> x[0].expm1(), of(2, 3)),
        check("log1p", (t, x) -> x[0].sub(1).log1p(), of(2, 3)),
        check("erf", (t, x) -> x[0].sub(0.7).erf(), of(2, 3)),
        check("lgamma", (t, x) -> x[0].lgamma(), of(2, 3)),
        check("lgamma below zero", (t, x) -> x[0].mul(0.3).sub(1.8).lgamma(), of(2, 3)),
        check("digamma", (t, x) -> x[0].digamma(), of(2, 3)),
        check("digamma below zero", (t, x) -> x[0].mul(0.3).sub(1.8).digamma(), of(2, 3)),
        check("power", (t, x) -> x[0].pow(x[1]), of(2, 3), of(3)),
        check("cube", (t, x) -> x[0].sub(1.1).pow(3), of(6)),
        check("sum", (t, x) -> x[0].add(x[1]), of(2, 3), of(3)),
        check("difference", (t, x) -> x[0].sub(x[1]), of(2, 1), of(2, 3)),
        check("product", (t, x) -> x[0].mul(x[1]), of(2, 3), of()),
        check("square", (t, x) -> x[0].square(), of(4)),
        check("quotient", (t, x) -> x[0].div(x[1]), of(2, 3), of(2, 3)),
        check("lesser", (t, x) -> x[0].min(x[1]), of(9), of(9)),
        check("greater", (t, x) -> x[0].max(x[1]), of(9), of(9)),
        check("clip", (t, x) -> x[0].clip(0.8, 1.2), of(9)),
        check("selection", (t, x) -> x[0].gt(x[1]).select(x[0].square(), x[1]), of(9), of(9)),
        check(
            "conversion",
            (t, x) -> x[0].add(x[0].convert(DataType.BOOL).convert(DataType.FLOAT64)).square(),
            of(3)));
  }

  private static List<Check> layouts() {
    return List.of(
        check("dot", (t, x) -> x[0].dot(x[1], false, false), of(2, 3), of(3, 4)),
        check("dot, left transposed", (t, x) -> x[0].dot(x[1], true, false), of(3, 2), of(3, 4)),
        check("dot, right transposed", (t, x) -> x[0].dot(x[1], false, true), of(2, 3), of(4, 3)),
        check("dot, both transposed", (t, x) -> x[0].dot(x[1], true, true), of(3, 2), of(4, 3)),
        check("batched dot", (t, x) -> x[0].dot(x[1], true, false), of(2, 3, 2), of(2, 3, 4)),
        check("dot with itself", (t, x) -> x[0].dot(x[0], false, true), of(2, 3)),
        check("sum over one axis", (t, x) -> x[0].sum(1).square(), of(2, 3, 2)),
        check("sum over two axes", (t, x) -> x[0].sum(0, 2).square(), of(2, 3, 2)),
        check("mean", (t, x) -> x[0].mean().square(), of(2, 3)),
        check("maximum", (t, x) -> x[0].maximum(1).square(), of(3, 4)),
        check("minimum over all", (t, x) -> x[0].minimum().square(), of(3, 4)),
        check("reduced product", (t, x) -> x[0].product(1), of(2, 5)),
        check("product over outer axes", (t, x) -> x[0].product(0, 2), of(2, 3, 2)),
        check("product of one element", (t, x) -> x[0].product(0).square(), of(1, 2)),
        check("broadcast", (t, x) -> x[0].broadcast(Shape.of(4, 2, 3)).square(), of(2, 1)),
        check("reshape", (t, x) -> x[0].reshape(3, 2).dot(x[0]), of(2, 3)),
        check("transpose", (t, x) -> x[0].transpose(2, 0, 1).square(), of(2, 3, 4)),
        check("slice", (t, x) -> x[0].slice(1, 1, 3).square(), of(2, 4)),
        check("pad", (t, x) -> t.pad(x[0], List.of(1, 0), List.of(0, 2)).add(1).square(), of(2, 2)),
        check(
            "concatenate",
            (t, x) -> t.concatenate(1, x[0], x[1], x[0]).square(),
            of(2, 1),
            of(2, 3)));
  }

  private static List<Check> rows() {
    return List.of(
        check("gather", (t, x) -> x[0].gather(indices(t)).square(), of(3, 2)),
        check("scatter", (t, x) -> x[0].scatterAdd(indices(t), x[1]).square(), of(3, 2), of(4, 2)),
        check("rows set", (t, x) -> x[0].scatterSet(indices(t), x[1]).square(), of(3, 2), of(4, 2)),
        check(
            "greatest rows",
            (t, x) -> x[0].scatterMax(indices(t), x[1]).square(),
            of(3, 2),
            of(4, 2)),
        check(
            "greatest of elements",
            (t, x) -> x[0].scatterMax(indices(t).reshape(2, 2), x[1]).square(),
            of(3),
            of(2, 2)),
        check("reversal", (t, x) -> x[0].reverse(0, 2).mul(x[0]), of(2, 2, 3)),
        check("dynamic slice", (t, x) -> x[0].dynamicSlice(start(t), 2, 2).square(), of(3, 4)),
        check(
            "dynamic update",
            (t, x) -> x[0].dynamicUpdate(start(t), x[1]).square(),
            of(3, 4),
            of(2, 2)),
        check("running sum", (t, x) -> x[0].cumulativeSum(1).square(), of(2, 3, 2)),
        check("running product", (t, x) -> x[0].cumulativeProduct(0).square(), of(4, 2)),
        check("running product along the last", (t, x) -> x[0].cumulativeProduct(1), of(2, 4)),
        check(
            "recurrence",
            (t, x) -> t.linearRecurrence(1, x[0], x[1], x[2]).square(),
            of(2, 4),
            of(2, 4),
            of(2)),
        check(
            "recurrence along the first",
            (t, x) -> t.linearRecurrence(0, x[0], x[1], x[2]),
            of(3, 2),
            of(3, 2),
            of(2)),
        check("recurrence of one", (t, x) -> t.linearRecurrence(0, x[0], x[0], x[1]), of(1), of()),
        check("sorted", (t, x) -> x[0].takeAlong(1, x[0].argSort(1, false)).square(), of(2, 4)),
        check("greatest two", (t, x) -> x[0].takeAlong(0, x[0].topK(0, 2)).square(), of(4, 2)));
  }

  private static List<Check> whole() {
    return List.of(
        check("log-softmax", GradientChecks::logSoftmax, of(3, 4)),
        check(
            "network",
            (t, x) -> x[0].dot(x[1].dot(x[2]).add(x[3]).tanh(), false, false).square(),
            of(2, 3),
            of(3, 2),
            of(2, 4),
            of(4)));
  }

  /** 2, 0, 2 and, clamped in a gather and dropped in a scatter, 5. */
  private static Tensor indices(Tracer tracer) {
    return tracer.constant(new float[] {2, 0, 2, 5}).convert(DataType.INT32);
  }

  /** (1, 9), the second clamped to 2 in a slice of 2 from 4. */
  private static Tensor start(Tracer tracer) {
    return tracer.constant(new float[] {1, 9}).convert(DataType.INT32);
  }

  private static Tensor logSoftmax(Tracer tracer, Tensor... x) {
    Tensor shifted = x[0].sub(x[0].maximum(1).stopGradient().reshape(-1, 1));
    return shifted.sub(shifted.exp().sum(1).log().reshape(-1, 1));
  }
}
