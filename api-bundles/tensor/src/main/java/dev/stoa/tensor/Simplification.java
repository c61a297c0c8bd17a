package dev.stoa.tensor;

import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What need not be computed. Only rewritings that keep every bit of every device's result are made:
 * NaN, infinities and the sign of a zero included.
 *
 * <p>Constants are folded while a graph is traced. Identities, where the result is a tensor that is
 * already there, wait until the trace is finished: before, each tensor must stay one of its own,
 * for a derivative with respect to it to be by it alone.
 */
final class Simplification {
  private final Tracer tracer;
  private final Folding folding;
  private final boolean identities;

  /**
   * @param identities whether they are used, not only constants folded
   */
  Simplification(Tracer tracer, boolean identities) {
    this.tracer = tracer;
    this.folding = new Folding(tracer);
    this.identities = identities;
  }

  /** A traced graph without what need not be computed; signature and donations stay. */
  static Graph of(Graph graph) {
    Tracer tracer = new Tracer(graph.name(), Optional.empty(), true);
    Tensor[] arguments = Transforms.arguments(tracer, graph).toArray(Tensor[]::new);
    List<Tensor> values = tracer.inline(graph, arguments);
    for (int i = 0; i < values.size(); i++) {
      tracer.output(graph.outputNames().get(i), values.get(i));
    }
    Graph simple = tracer.finish();
    return graph.donations().isEmpty() ? simple : Transforms.updating(simple, graph.donations());
  }

  boolean usesIdentities() {
    return identities;
  }

  /** An equal tensor that is already there, or a constant; empty when the node must be recorded. */
  Optional<Tensor> simplify(Operation operation, TensorType type, Tensor... operands) {
    Optional<Tensor> folded = folding.fold(operation, type, operands);
    if (folded.isPresent() || !identities || operands.length == 0) {
      return folded;
    }
    if (operation instanceof Unary unary) {
      return unary(unary, type, operands[0]);
    }
    if (operation instanceof Binary binary) {
      return binary(binary, type, operands[0], operands[1]);
    }
    if (operation instanceof Operation.Select) {
      return select(type, operands[0], operands[1], operands[2]);
    }
    if (operation instanceof Operation.Convert convert) {
      return convert(convert, type, operands[0]);
    }
    return layout(operation, type, operands);
  }

  private Operation operation(Tensor tensor) {
    return tracer.node(tensor.node).operation();
  }

  /** The first operand of the node that gave a tensor. */
  private Tensor source(Tensor tensor) {
    return tracer.tensor(tracer.node(tensor.node).operands().get(0));
  }

  private Optional<Tensor> unary(Unary operation, TensorType type, Tensor x) {
    Operation inner = operation(x);
    return switch (operation) {
      case NEG, NOT -> inner == operation ? Optional.of(source(x)) : Optional.empty();
      case ABS ->
          inner == Unary.NEG
              ? Optional.of(tracer.add(operation, type, source(x)))
              : again(inner == operation, x);
      case FLOOR, SIGN -> again(inner == operation, x);
      default -> Optional.empty();
    };
  }

  private static Optional<Tensor> again(boolean same, Tensor x) {
    return same ? Optional.of(x) : Optional.empty();
  }

  private Optional<Tensor> binary(Binary operation, TensorType type, Tensor left, Tensor right) {
    boolean whole = type.dataType() == DataType.INT32;
    if (operation == Binary.POW && (filled(right, 0) || filled(right, -0.0))) {
      return Optional.of(tracer.constant(type, 1));
    }
    if (operation == Binary.MUL && whole && (filled(left, 0) || filled(right, 0))) {
      return Optional.of(tracer.constant(type, 0));
    }
    if (operation == Binary.AND && (filled(left, 0) || filled(right, 0))
        || operation == Binary.OR && (filled(left, 1) || filled(right, 1))) {
      return Optional.of(tracer.constant(type, operation == Binary.OR ? 1 : 0));
    }
    // -0 + x is x for every x, but 0 + -0 is 0.
    double nothing = whole ? 0 : -0.0;
    boolean first =
        switch (operation) {
          case ADD -> filled(right, nothing);
          case SUB, OR -> filled(right, 0);
          case MUL, DIV, POW, AND -> filled(right, 1);
          case MIN, MAX -> false;
        };
    boolean second =
        switch (operation) {
          case ADD -> filled(left, nothing);
          case OR -> filled(left, 0);
          case MUL, AND -> filled(left, 1);
          case SUB, DIV, POW, MIN, MAX -> false;
        };
    boolean idempotent =
        operation == Binary.MIN
            || operation == Binary.MAX
            || operation == Binary.AND
            || operation == Binary.OR;
    if (first || idempotent && left.node == right.node) {
      return Optional.of(left);
    }
    return second ? Optional.of(right) : Optional.empty();
  }

  private boolean filled(Tensor tensor, double value) {
    return folding.isFilled(tensor, value);
  }

  private Optional<Tensor> select(
      TensorType type, Tensor condition, Tensor whereTrue, Tensor whereFalse) {
    if (whereTrue.node == whereFalse.node || filled(condition, 1)) {
      return Optional.of(whereTrue);
    }
    if (filled(condition, 0)) {
      return Optional.of(whereFalse);
    }
    return operation(condition) == Unary.NOT
        ? Optional.of(
            tracer.add(new Operation.Select(), type, source(condition), whereFalse, whereTrue))
        : Optional.empty();
  }

  /** A conversion by way of a type that holds every value of the first is as good as direct. */
  private Optional<Tensor> convert(Operation.Convert convert, TensorType type, Tensor x) {
    if (x.dataType() == convert.to()) {
      return Optional.of(x);
    }
    if (operation(x) instanceof Operation.Convert && holds(x.dataType(), source(x).dataType())) {
      return source(x).dataType() == convert.to()
          ? Optional.of(source(x))
          : Optional.of(tracer.add(convert, type, source(x)));
    }
    return Optional.empty();
  }

  private static boolean holds(DataType wide, DataType narrow) {
    return switch (narrow) {
      case BOOL -> true;
      case INT32, FLOAT32 -> wide == narrow || wide == DataType.FLOAT64;
      case FLOAT64 -> wide == narrow;
    };
  }

  private Optional<Tensor> layout(Operation operation, TensorType type, Tensor... operands) {
    Tensor x = operands[0];
    boolean unchanged = operands.length == 1 && type.equals(x.type());
    if (unchanged && isTrivial(operation)) {
      return Optional.of(x);
    }
    Operation inner = operation(x);
    if (operation instanceof Operation.Reverse || operation instanceof Operation.StopGradient) {
      boolean twice = inner.equals(operation);
      Tensor found = operation instanceof Operation.Reverse && twice ? source(x) : x;
      return again(twice, found);
    }
    if (operation instanceof Operation.Slice slice
        && inner instanceof Operation.Pad pad
        && slice.start().equals(pad.before())
        && type.equals(source(x).type())) {
      return Optional.of(source(x));
    }
    if (operation instanceof Operation.Bound && inner instanceof Operation.Fill) {
      return Optional.of(source(x));
    }
    return composed(operation, inner).map(both -> tracer.add(both, type, source(x)));
  }

  /** Whether an operation that does not change the type changes nothing. */
  private static boolean isTrivial(Operation operation) {
    if (operation instanceof Operation.Transpose transpose) {
      List<Integer> order = transpose.permutation();
      return order.equals(order.stream().sorted().toList());
    }
    return operation instanceof Operation.Broadcast
        || operation instanceof Operation.Reshape
        || operation instanceof Operation.Slice
        || operation instanceof Operation.Pad
        || operation instanceof Operation.Concatenate
        || operation instanceof Operation.Reduce reduce && reduce.axes().isEmpty();
  }

  /** One operation for two of a kind, the inner one first. */
  private static Optional<Operation> composed(Operation outer, Operation inner) {
    if (outer instanceof Operation.Broadcast && inner instanceof Operation.Broadcast
        || outer instanceof Operation.Reshape && inner instanceof Operation.Reshape) {
      return Optional.of(outer);
    }
    if (outer instanceof Operation.Transpose second && inner instanceof Operation.Transpose first) {
      List<Integer> order =
          second.permutation().stream().map(axis -> first.permutation().get(axis)).toList();
      return Optional.of(new Operation.Transpose(order));
    }
    if (outer instanceof Operation.Slice second && inner instanceof Operation.Slice first) {
      return Optional.of(
          new Operation.Slice(
              sums(first.start(), second.start()), sums(first.start(), second.end())));
    }
    if (outer instanceof Operation.Pad second && inner instanceof Operation.Pad first) {
      return Optional.of(
          new Operation.Pad(
              sums(first.before(), second.before()), sums(first.after(), second.after())));
    }
    return Optional.empty();
  }

  private static List<Integer> sums(List<Integer> first, List<Integer> second) {
    List<Integer> sums = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      sums.add(first.get(i) + second.get(i));
    }
    return sums;
  }
}
