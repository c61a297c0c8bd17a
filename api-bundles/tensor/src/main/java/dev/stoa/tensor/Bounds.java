package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Unary;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a bounded first axis becomes: whether each operation keeps it, ends it or has no meaning
 * with it. One for a graph and all bodies in it: their bounded tensors have one capacity.
 */
final class Bounds {
  private Optional<TensorType> first = Optional.empty();

  /**
   * Takes note of a type of the graph.
   *
   * @throws ShapeException when it is bounded by another capacity, with both types
   */
  void note(Tracer tracer, TensorType type) {
    if (!type.isBounded()) {
      return;
    }
    if (first.isEmpty()) {
      first = Optional.of(type);
    } else if (first.get().shape().extent(0) != type.shape().extent(0)) {
      throw tracer.fault(
          "bounded tensors of one graph have one capacity, not " + first.get() + " and " + type);
    }
  }

  /** The capacity; empty as long as no tensor is bounded. */
  Optional<Integer> capacity() {
    return first.map(type -> type.shape().extent(0));
  }

  /**
   * The type of a result: that given, its first axis bounded or not.
   *
   * @throws ShapeException when the operation has no meaning for these operands, with their types
   */
  static TensorType result(
      Tracer tracer, Operation operation, TensorType type, Tensor... operands) {
    if (operands.length == 0
        || Arrays.stream(operands).noneMatch(each -> each.type().isBounded())) {
      return operation instanceof Operation.Bound
          ? TensorType.bounded(type.dataType(), type.shape().extent(0), row(type.shape()))
          : type;
    }
    boolean bounded;
    if (isElementwise(operation)) {
      bounded = all(tracer, operation, operands);
    } else if (operation instanceof Operation.Dot dot) {
      bounded = dot(tracer, dot, operands);
    } else {
      bounded = rows(tracer, operation, operands);
    }
    return bounded
        ? TensorType.bounded(type.dataType(), type.shape().extent(0), row(type.shape()))
        : type.unbounded();
  }

  private static int[] row(Shape shape) {
    return Arrays.copyOfRange(shape.extents(), 1, shape.rank());
  }

  private static boolean isElementwise(Operation operation) {
    return operation instanceof Unary
        || operation instanceof Binary
        || operation instanceof Compare
        || operation instanceof Operation.Select
        || operation instanceof Operation.Convert
        || operation instanceof Operation.StopGradient;
  }

  private static boolean all(Tracer tracer, Operation operation, Tensor... operands) {
    if (!Arrays.stream(operands).allMatch(each -> each.type().isBounded())) {
      throw refused(tracer, operation, "bounded and other rows do not meet", operands);
    }
    return true;
  }

  /** Rows of the left matrix, an inner axis that both have bounded, or the first of a batch. */
  private static boolean dot(Tracer tracer, Operation.Dot dot, Tensor... operands) {
    boolean left = operands[0].type().isBounded();
    boolean right = operands[1].type().isBounded();
    if (operands[0].shape().rank() > 2) {
      return all(tracer, dot, operands);
    }
    if (left && !right && !dot.transposeLeft()) {
      return true;
    }
    if (left && right && dot.transposeLeft() && !dot.transposeRight()) {
      return false;
    }
    throw refused(
        tracer,
        dot,
        "only the rows of the left matrix, or the inner axis of both, may be bounded",
        operands);
  }

  private static boolean rows(Tracer tracer, Operation operation, Tensor... operands) {
    boolean first = operands[0].type().isBounded();
    boolean second = operands.length > 1 && operands[1].type().isBounded();
    if (operation instanceof Operation.Reduce reduce) {
      return !reduce.axes().contains(0);
    }
    if (operation instanceof Operation.ArgMax argMax) {
      return argMax.axis() != 0;
    }
    if (operation instanceof Operation.Gather) {
      return second;
    }
    if (isScatter(operation)) {
      if (second != operands[2].type().isBounded()) {
        throw refused(tracer, operation, "indices and rows are not both bounded", operands);
      }
      return first;
    }
    if (operation instanceof Operation.Fill) {
      return false;
    }
    if (operation instanceof Operation.Bound) {
      throw refused(tracer, operation, "it is bounded already", operands);
    }
    return moved(tracer, operation, operands);
  }

  private static boolean isScatter(Operation operation) {
    return operation instanceof Operation.ScatterAdd
        || operation instanceof Operation.ScatterSet
        || operation instanceof Operation.ScatterMax;
  }

  /** Operations that leave the first axis alone, or go along it from the first row on. */
  private static boolean moved(Tracer tracer, Operation operation, Tensor... operands) {
    int capacity =
        Arrays.stream(operands)
            .filter(each -> each.type().isBounded())
            .findFirst()
            .orElseThrow()
            .shape()
            .extent(0);
    boolean kept = true;
    if (operation instanceof Operation.Reshape reshape) {
      kept = reshape.to().isBounded();
    } else if (operation instanceof Operation.Transpose transpose) {
      kept = transpose.permutation().get(0) == 0;
    } else if (operation instanceof Operation.Slice slice) {
      kept = slice.start().get(0) == 0 && slice.end().get(0) == capacity;
    } else if (operation instanceof Operation.Pad pad) {
      kept = pad.before().get(0) == 0 && pad.after().get(0) == 0;
    } else if (operation instanceof Operation.Concatenate concatenate) {
      kept = concatenate.axis() != 0 && all(tracer, operation, operands);
    } else if (operation instanceof Operation.DynamicSlice slice) {
      kept = slice.part().isBounded();
    } else if (operation instanceof Operation.DynamicUpdate) {
      kept = all(tracer, operation, Arrays.copyOf(operands, 2));
    } else if (operation instanceof Operation.ArgSort sort) {
      kept = sort.axis() != 0 || sort.count() == capacity;
    } else if (operation instanceof Operation.LinearRecurrence) {
      kept = all(tracer, operation, Arrays.copyOf(operands, 2));
    } else if (operation instanceof Operation.RandomBits) {
      kept = false;
    }
    if (!kept) {
      throw refused(tracer, operation, "it does not keep the bounded axis", operands);
    }
    return true;
  }

  private static ShapeException refused(
      Tracer tracer, Operation operation, String why, Tensor... operands) {
    List<TensorType> types = Arrays.stream(operands).map(Tensor::type).toList();
    return tracer.fault(
        Operation.print(operation)
            + " of "
            + types
            + ": "
            + why
            + "; Tensor.filled makes rows of those beyond the length");
  }
}
