package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Unary;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a tracer need not record: constants that can be folded exactly, and identities. Only
 * rewritings that keep every bit of every device's result are made, NaN and infinities included;
 * the one exception is the sign of a zero in {@code x + 0}.
 */
final class Simplification {
  private final Tracer tracer;

  Simplification(Tracer tracer) {
    this.tracer = tracer;
  }

  /** An equal tensor that is already there, or a constant; empty when the node must be recorded. */
  Optional<Tensor> simplify(Operation operation, TensorType type, Tensor... operands) {
    if (operation instanceof Binary binary) {
      return binary(binary, type, operands[0], operands[1]);
    }
    if (operation == Unary.NEG) {
      return negation(type, operands[0]);
    }
    if (operation instanceof Operation.Reverse
        && tracer.node(operands[0].node).operation().equals(operation)) {
      return Optional.of(tracer.tensor(tracer.node(operands[0].node).operands().get(0)));
    }
    if (operation instanceof Operation.Select && operands[1].node == operands[2].node) {
      return Optional.of(operands[1]);
    }
    if (operation instanceof Operation.Broadcast
        || operation instanceof Operation.Reshape
        || operation instanceof Operation.Transpose
        || operation instanceof Operation.Slice
        || operation instanceof Operation.Reverse
        || operation instanceof Operation.DynamicSlice
        || operation instanceof Operation.StopGradient) {
      OptionalDouble value = uniform(operands[0]);
      return value.isPresent()
          ? Optional.of(tracer.constant(type, value.getAsDouble()))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private Optional<Tensor> negation(TensorType type, Tensor operand) {
    Node node = tracer.node(operand.node);
    if (node.operation() == Unary.NEG) {
      return Optional.of(tracer.tensor(node.operands().get(0)));
    }
    OptionalDouble value = uniform(operand);
    return value.isPresent() && type.dataType().isFloating()
        ? Optional.of(tracer.constant(type, -value.getAsDouble()))
        : Optional.empty();
  }

  private Optional<Tensor> binary(Binary operation, TensorType type, Tensor left, Tensor right) {
    OptionalDouble a = uniform(left);
    OptionalDouble b = uniform(right);
    if (a.isPresent() && b.isPresent() && type.dataType().isFloating()) {
      Optional<Tensor> folded = fold(operation, type, a.getAsDouble(), b.getAsDouble());
      if (folded.isPresent()) {
        return folded;
      }
    }
    if (operation == Binary.POW && is(b, 0)) {
      return Optional.of(tracer.constant(type, 1));
    }
    boolean identity =
        switch (operation) {
          case ADD, SUB -> is(b, 0);
          case MUL, DIV, POW -> is(b, 1);
          default -> false;
        };
    if (identity) {
      return Optional.of(left);
    }
    boolean mirrored =
        switch (operation) {
          case ADD -> is(a, 0);
          case MUL -> is(a, 1);
          default -> false;
        };
    return mirrored ? Optional.of(right) : Optional.empty();
  }

  /** Rounding a float64 result to float32 gives the float32 result for these four operations. */
  private Optional<Tensor> fold(Binary operation, TensorType type, double a, double b) {
    return switch (operation) {
      case ADD -> Optional.of(tracer.constant(type, a + b));
      case SUB -> Optional.of(tracer.constant(type, a - b));
      case MUL -> Optional.of(tracer.constant(type, a * b));
      case DIV -> Optional.of(tracer.constant(type, a / b));
      default -> Optional.empty();
    };
  }

  private static boolean is(OptionalDouble value, double wanted) {
    return value.isPresent() && value.getAsDouble() == wanted;
  }

  private OptionalDouble uniform(Tensor tensor) {
    return Structures.uniform(tensor);
  }
}
