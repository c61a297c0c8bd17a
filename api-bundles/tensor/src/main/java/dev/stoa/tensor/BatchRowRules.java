package dev.stoa.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Batched operations about rows and places. The examples' rows lie one below the other in one
 * table, and every example's indices are moved to its own part of it; an index outside is clamped
 * or dropped before, so that it never meets another example's rows.
 */
final class BatchRowRules {
  private final Tracer tracer;
  private final Batching batch;

  BatchRowRules(Tracer tracer, Batching batch) {
    this.tracer = tracer;
    this.batch = batch;
  }

  static boolean knows(Operation operation) {
    return operation instanceof Operation.Gather
        || isScatter(operation)
        || operation instanceof Operation.DynamicSlice
        || operation instanceof Operation.DynamicUpdate
        || operation instanceof Operation.RandomBits;
  }

  private static boolean isScatter(Operation operation) {
    return operation instanceof Operation.ScatterAdd
        || operation instanceof Operation.ScatterSet
        || operation instanceof Operation.ScatterMax;
  }

  Tensor rule(Operation operation, List<Batching.Value> operands) {
    Batching.Value first = operands.get(0);
    Batching.Value second = operands.get(1);
    if (operation instanceof Operation.Gather) {
      return gather(first, second);
    }
    if (operation instanceof Operation.DynamicSlice slice) {
      return dynamicSlice(first, second, slice.part());
    }
    if (operation instanceof Operation.DynamicUpdate) {
      return dynamicUpdate(first, second, operands.get(2));
    }
    if (operation instanceof Operation.RandomBits bits) {
      return randomBits(bits, first, second);
    }
    return scatter(operation, first, second, operands.get(2));
  }

  private Tensor gather(Batching.Value values, Batching.Value indices) {
    if (!values.mapped()) {
      return values.tensor().gather(indices.tensor());
    }
    int rows = values.shape().extent(0);
    Tensor clamped = leading(indices).max(0).min(rows - 1);
    return table(values.tensor(), 1).gather(offset(clamped, rows));
  }

  private Tensor scatter(
      Operation kind, Batching.Value values, Batching.Value indices, Batching.Value rows) {
    int count = values.shape().extent(0);
    Tensor wanted = leading(indices);
    Tensor inside = wanted.ge(tracer.constant(DataType.INT32, 0)).and(wanted.lt(count));
    Tensor places = inside.select(offset(wanted, count), tracer.constant(DataType.INT32, -1));
    return tracer
        .operators()
        .scatter(kind, table(batch.spread(values), 1), places, batch.spread(rows))
        .reshape(batch.lead(values.shape()).extents());
  }

  /** Indices with an axis in front: of the examples, or of extent 1 when they share them. */
  private Tensor leading(Batching.Value indices) {
    return indices.mapped() ? indices.tensor() : indices.tensor().reshape(one(indices.shape()));
  }

  private static int[] one(Shape shape) {
    int[] extents = new int[shape.rank() + 1];
    extents[0] = 1;
    System.arraycopy(shape.extents(), 0, extents, 1, shape.rank());
    return extents;
  }

  /**
   * Indices {@code [size or 1, ...]} moved to the example's part of a table: {@code [size, ...]}.
   */
  private Tensor offset(Tensor indices, int rows) {
    int[] extents = new int[indices.shape().rank()];
    Arrays.fill(extents, 1);
    extents[0] = batch.size();
    return indices.add(tracer.iota(Shape.of(extents), 0).mul(rows));
  }

  /** The axis of the examples and so many after it as one axis. */
  private static Tensor table(Tensor value, int axes) {
    int[] extents = value.shape().extents();
    int rows = 1;
    for (int axis = 0; axis <= axes; axis++) {
      rows *= extents[axis];
    }
    int[] joined = Arrays.copyOfRange(extents, axes, extents.length);
    joined[0] = rows;
    return value.reshape(joined);
  }

  private Tensor dynamicSlice(Batching.Value value, Batching.Value start, Shape part) {
    if (!start.mapped()) {
      return value.tensor().dynamicSlice(atFirst(start.tensor()), batch.lead(part).extents());
    }
    Shape whole = value.shape();
    int axes = placed(whole, part);
    if (axes == 0) {
      return batch.spread(value);
    }
    Tensor places = places(start.tensor(), whole, part, axes);
    if (!value.mapped()) {
      return table(value.tensor().reshape(one(whole)), axes).gather(places);
    }
    return table(value.tensor(), axes).gather(offset(places, rows(whole, axes)));
  }

  private Tensor dynamicUpdate(Batching.Value value, Batching.Value part, Batching.Value start) {
    if (!start.mapped()) {
      return batch.spread(value).dynamicUpdate(atFirst(start.tensor()), batch.spread(part));
    }
    Shape whole = value.shape();
    int axes = placed(whole, part.shape());
    if (axes == 0) {
      return batch.spread(part);
    }
    Tensor places = places(start.tensor(), whole, part.shape(), axes);
    return table(batch.spread(value), axes)
        .scatterSet(offset(places, rows(whole, axes)), batch.spread(part))
        .reshape(batch.lead(whole).extents());
  }

  /** A shared start, with that of the examples in front. */
  private Tensor atFirst(Tensor start) {
    return tracer.concatenate(0, tracer.constant(TensorType.of(DataType.INT32, 1), 0), start);
  }

  /** How many axes a part's place is told by: behind them it has the whole's extents. */
  private static int placed(Shape whole, Shape part) {
    int axes = whole.rank();
    while (axes > 0 && whole.extent(axes - 1) == part.extent(axes - 1)) {
      axes--;
    }
    return axes;
  }

  private static int rows(Shape whole, int axes) {
    return Shape.of(Arrays.copyOf(whole.extents(), axes)).size();
  }

  /** The rows of a part within the whole, its first axes as one: {@code [size, part...]}. */
  private Tensor places(Tensor start, Shape whole, Shape part, int axes) {
    int[] strides = Shape.of(Arrays.copyOf(whole.extents(), axes)).strides();
    Shape within = Shape.of(Arrays.copyOf(part.extents(), axes));
    int[] single = new int[axes + 1];
    Arrays.fill(single, 1);
    single[0] = batch.size();
    Tensor places = tracer.constant(DataType.INT32, 0);
    for (int axis = 0; axis < axes; axis++) {
      Tensor first = start.slice(1, axis, axis + 1).reshape(single);
      Tensor clamped = first.max(0).min(whole.extent(axis) - part.extent(axis));
      places = places.add(clamped.add(tracer.iota(within, axis)).mul(strides[axis]));
    }
    return places;
  }

  /** A primitive has one key and one counter: each example draws in a step of its own. */
  private Tensor randomBits(Operation.RandomBits bits, Batching.Value key, Batching.Value counter) {
    List<Batching.Value> mapped = Stream.of(key, counter).filter(Batching.Value::mapped).toList();
    return tracer
        .scan(
            batch.size(),
            List.of(),
            mapped.stream().map(Batching.Value::tensor).toList(),
            (step, none, own) ->
                Step.output(
                    step.randomBits(
                        key.mapped() ? own.get(0) : key.tensor(),
                        counter.mapped() ? own.get(own.size() - 1) : counter.tensor(),
                        bits.purpose(),
                        bits.shape().extents())))
        .output(0);
  }
}
