package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Unary;
import java.util.ArrayList;
import java.util.List;

/**
 * Derivatives of ordinary nodes of a tracer in reverse mode. Every rule is written in traced
 * operations, so that a derivative can be differentiated again.
 *
 * <p>Where a function has no derivative, these rules hold: the derivative through comparisons,
 * {@code argMax}, {@code sign}, {@code floor}, integers, truth values and random bits is zero, and
 * so is that of {@code abs} at 0. Of equal operands of {@code min} and {@code max} the first takes
 * the whole cotangent; equal greatest (least) elements of a reduction share it equally. The rules
 * of scattered rows are at {@link SequenceRules}.
 */
final class Differentiation {
  private final Tracer tracer;

  Differentiation(Tracer tracer) {
    this.tracer = tracer;
  }

  /** The share of one operand in the cotangent {@code g} of a node's result. */
  Tensor rule(Node node, int position, Tensor[] operands, Tensor g) {
    Operation operation = node.operation();
    Tensor x = operands[position];
    if (operation instanceof Unary unary) {
      return unary(unary, x, tracer.tensor(node.index()), g);
    }
    if (operation instanceof Binary binary) {
      return binary(binary, position, operands, tracer.tensor(node.index()), g);
    }
    if (operation instanceof Operation.Select) {
      Tensor zero = tracer.constant(g.type(), 0);
      return position == 1 ? operands[0].select(g, zero) : operands[0].select(zero, g);
    }
    if (operation instanceof Operation.Convert) {
      return g.convert(x.dataType());
    }
    if (operation instanceof Operation.Dot dot) {
      return dot(dot, position, operands, g);
    }
    if (operation instanceof Operation.Reduce reduce) {
      return reduce(reduce, x, tracer.tensor(node.index()), g);
    }
    if (operation instanceof Operation.Gather) {
      Tensor clamped = operands[1].max(0).min(tracer.operators().rows(x).sub(1));
      return tracer.constant(x.type(), 0).scatterAdd(clamped, g);
    }
    if (SequenceRules.knows(operation)) {
      return new SequenceRules(tracer, operands, tracer.tensor(node.index()), g)
          .rule(operation, position);
    }
    return layout(operation, position, operands, g);
  }

  private Tensor unary(Unary operation, Tensor x, Tensor y, Tensor g) {
    return switch (operation) {
      case NEG -> g.neg();
      case ABS -> g.mul(x.sign());
      case SQRT -> g.div(y.mul(2));
      case RSQRT -> g.mul(y).div(x).mul(-0.5);
      case EXP -> g.mul(y);
      case EXPM1 -> g.mul(x.exp());
      case LOG -> g.div(x);
      case LOG1P -> g.div(x.add(1));
      case ERF -> g.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI));
      case LGAMMA -> g.mul(x.digamma());
      case DIGAMMA -> g.mul(SpecialRules.trigamma(tracer, x));
      case TANH -> g.mul(y.square().neg().add(1));
      case SIN -> g.mul(x.cos());
      case COS -> g.mul(x.sin()).neg();
      case SIGN, FLOOR, IS_FINITE, NOT ->
          throw new IllegalStateException("no derivative passes through " + operation);
    };
  }

  private Tensor binary(Binary operation, int position, Tensor[] operands, Tensor y, Tensor g) {
    boolean first = position == 0;
    Tensor left = operands[0];
    Tensor right = operands[1];
    return switch (operation) {
      case ADD -> g;
      case SUB -> first ? g : g.neg();
      case MUL -> g.mul(first ? right : left);
      case DIV -> first ? g.div(right) : g.mul(y).div(right).neg();
      case MIN -> chosen(left.le(right), first, g);
      case MAX -> chosen(left.ge(right), first, g);
      case POW -> g.mul(SpecialRules.power(tracer, first, left, right, y));
      case AND, OR -> throw new IllegalStateException("no derivative passes through " + operation);
    };
  }

  private Tensor chosen(Tensor firstWins, boolean first, Tensor g) {
    Tensor zero = tracer.constant(g.type(), 0);
    return first ? firstWins.select(g, zero) : firstWins.select(zero, g);
  }

  private static Tensor dot(Operation.Dot dot, int position, Tensor[] operands, Tensor g) {
    boolean left = dot.transposeLeft();
    boolean right = dot.transposeRight();
    if (position == 0) {
      return left ? operands[1].dot(g, right, true) : g.dot(operands[1], false, !right);
    }
    return right ? g.dot(operands[0], true, left) : operands[0].dot(g, !left, false);
  }

  private Tensor reduce(Operation.Reduce reduce, Tensor x, Tensor y, Tensor g) {
    return switch (reduce.kind()) {
      case SUM -> expand(g, x.shape(), reduce.axes());
      case MAX, MIN -> {
        Tensor extreme = x.eq(expand(y, x.shape(), reduce.axes()));
        Tensor zero = tracer.constant(x.type(), 0);
        Tensor one = tracer.constant(x.type(), 1);
        int[] axes = reduce.axes().stream().mapToInt(Integer::intValue).toArray();
        Tensor count = extreme.select(one, zero).sum(axes);
        yield extreme.select(expand(g.div(count), x.shape(), reduce.axes()), zero);
      }
      case PRODUCT -> expand(g, x.shape(), reduce.axes()).mul(others(x, reduce.axes()));
    };
  }

  /** A reduced tensor stretched over the axes that had disappeared. */
  private static Tensor expand(Tensor reduced, Shape to, List<Integer> axes) {
    int[] extents = to.extents();
    for (int axis : axes) {
      extents[axis] = 1;
    }
    return reduced.reshape(extents).broadcast(to);
  }

  /**
   * For each element the product of all others along the axes: products of all before and of all
   * behind, without a division, and hence right to any order at zeros.
   */
  private Tensor others(Tensor x, List<Integer> axes) {
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < x.shape().rank(); axis++) {
      if (!axes.contains(axis)) {
        order.add(axis);
      }
    }
    int count = 1;
    for (int axis : axes) {
      order.add(axis);
      count *= x.shape().extent(axis);
    }
    if (count == 0) {
      return tracer.constant(x.type(), 1);
    }
    if (x.type().isBounded()) {
      return others(x.filled(1), axes).bounded();
    }
    int[] permutation = order.stream().mapToInt(Integer::intValue).toArray();
    Tensor moved = x.transpose(permutation);
    Tensor rows = moved.reshape(x.shape().size() / count, count);
    Tensor before = running(shift(rows, 1, true), true);
    Tensor behind = running(shift(rows, 1, false), false);
    int[] inverse = new int[permutation.length];
    for (int i = 0; i < permutation.length; i++) {
      inverse[permutation[i]] = i;
    }
    return before.mul(behind).reshape(moved.shape().extents()).transpose(inverse);
  }

  private Tensor running(Tensor rows, boolean forward) {
    Tensor product = rows;
    for (int distance = 1; distance < rows.shape().extent(1); distance *= 2) {
      product = product.mul(shift(product, distance, forward));
    }
    return product;
  }

  /** Columns moved to the right (left), ones filled in. */
  private Tensor shift(Tensor rows, int distance, boolean right) {
    int columns = rows.shape().extent(1);
    Tensor ones =
        tracer.constant(
            TensorType.of(rows.dataType(), rows.shape().extent(0), Math.min(distance, columns)), 1);
    if (distance >= columns) {
      return ones;
    }
    return right
        ? tracer.concatenate(1, ones, rows.slice(1, 0, columns - distance))
        : tracer.concatenate(1, rows.slice(1, distance, columns), ones);
  }

  /** The sum over the axes that a broadcast from a shape had stretched. */
  private static Tensor sumTo(Tensor g, Shape shape) {
    int lead = g.shape().rank() - shape.rank();
    List<Integer> stretched = new ArrayList<>();
    for (int axis = 0; axis < g.shape().rank(); axis++) {
      boolean rows = axis == 0 && g.type().isBounded() && !shape.isBounded();
      if (axis < lead || rows || shape.extent(axis - lead) != g.shape().extent(axis)) {
        stretched.add(axis);
      }
    }
    int[] axes = stretched.stream().mapToInt(Integer::intValue).toArray();
    return (axes.length == 0 ? g : g.sum(axes)).reshape(shape.extents());
  }

  private Tensor layout(Operation operation, int position, Tensor[] operands, Tensor g) {
    Tensor x = operands[position];
    Shape shape = x.shape();
    if (operation instanceof Operation.Broadcast) {
      return sumTo(g, shape);
    }
    if (operation instanceof Operation.Reshape) {
      return g.reshape(shape.extents());
    }
    if (operation instanceof Operation.Fill) {
      return g.bounded();
    }
    if (operation instanceof Operation.Bound) {
      return g.filled(0);
    }
    if (operation instanceof Operation.Transpose transpose) {
      int[] inverse = new int[shape.rank()];
      for (int i = 0; i < inverse.length; i++) {
        inverse[transpose.permutation().get(i)] = i;
      }
      return g.transpose(inverse);
    }
    if (operation instanceof Operation.Slice slice) {
      List<Integer> after = new ArrayList<>();
      for (int i = 0; i < shape.rank(); i++) {
        after.add(shape.extent(i) - slice.end().get(i));
      }
      return tracer.pad(g, slice.start(), after);
    }
    if (operation instanceof Operation.Pad pad) {
      List<Integer> end = new ArrayList<>();
      for (int i = 0; i < shape.rank(); i++) {
        end.add(pad.before().get(i) + shape.extent(i));
      }
      return tracer.operators().slice(g, pad.before(), end);
    }
    if (operation instanceof Operation.Concatenate concatenate) {
      int start = 0;
      for (int i = 0; i < position; i++) {
        start += operands[i].shape().extent(concatenate.axis());
      }
      int end = start + shape.extent(concatenate.axis());
      return g.slice(concatenate.axis(), start, end);
    }
    throw new IllegalStateException("no derivative passes through " + operation);
  }
}
