package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Batched operations about axes: the same ones with every axis moved back by one. */
final class BatchLayoutRules {
  private final Tracer tracer;
  private final Batching batch;

  BatchLayoutRules(Tracer tracer, Batching batch) {
    this.tracer = tracer;
    this.batch = batch;
  }

  Tensor rule(Node node, List<Batching.Value> operands) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Broadcast broadcast) {
      return broadcast(operands.get(0).tensor(), broadcast.to());
    }
    if (operation instanceof Operation.Reshape reshape) {
      return operands.get(0).tensor().reshape(batch.lead(reshape.to()).extents());
    }
    TensorType type = batch.lead(node.type());
    Tensor[] spread = operands.stream().map(batch::spread).toArray(Tensor[]::new);
    return tracer.add(moved(operation), type, spread);
  }

  /** The operation whose axes are one further back, the first one left alone. */
  private Operation moved(Operation operation) {
    if (operation instanceof Operation.Reduce reduce) {
      return new Operation.Reduce(reduce.kind(), moved(reduce.axes()));
    }
    if (operation instanceof Operation.ArgMax argMax) {
      return new Operation.ArgMax(argMax.axis() + 1);
    }
    if (operation instanceof Operation.Transpose transpose) {
      return new Operation.Transpose(after(0, moved(transpose.permutation())));
    }
    if (operation instanceof Operation.Slice slice) {
      return new Operation.Slice(after(0, slice.start()), after(batch.size(), slice.end()));
    }
    if (operation instanceof Operation.Pad pad) {
      return new Operation.Pad(after(0, pad.before()), after(0, pad.after()));
    }
    if (operation instanceof Operation.Concatenate concatenate) {
      return new Operation.Concatenate(concatenate.axis() + 1);
    }
    if (operation instanceof Operation.Reverse reverse) {
      return new Operation.Reverse(moved(reverse.axes()));
    }
    if (operation instanceof Operation.ArgSort sort) {
      return new Operation.ArgSort(sort.axis() + 1, sort.descending(), sort.count());
    }
    if (operation instanceof Operation.Cumulate cumulate) {
      return new Operation.Cumulate(cumulate.kind(), cumulate.axis() + 1);
    }
    if (operation instanceof Operation.LinearRecurrence recurrence) {
      return new Operation.LinearRecurrence(recurrence.axis() + 1);
    }
    throw new IllegalStateException("no rule for a batch of " + Operation.print(operation));
  }

  private static List<Integer> moved(List<Integer> axes) {
    return axes.stream().map(axis -> axis + 1).toList();
  }

  private static List<Integer> after(int first, List<Integer> others) {
    List<Integer> all = new ArrayList<>();
    all.add(first);
    all.addAll(others);
    return all;
  }

  /** The examples stay the first axis, whatever axes are put before the operand's own. */
  private Tensor broadcast(Tensor value, Shape to) {
    int rank = value.shape().rank();
    int[] extents = new int[to.rank() + 1];
    Arrays.fill(extents, 1);
    extents[0] = batch.size();
    System.arraycopy(value.shape().extents(), 1, extents, extents.length - (rank - 1), rank - 1);
    return value.reshape(extents).broadcast(batch.lead(to));
  }
}
