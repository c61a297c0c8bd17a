package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;
import java.util.List;
import java.util.stream.IntStream;

/** A nest's kernel on vectors, run on small arrays of its own until it is compiled. */
final class NestRehearsal {
  /** Three vectors of 16 and some elements that are left over; fewer rows of longer nests. */
  private static final int ELEMENTS = 53;

  private static final int ROWS = 2;

  /** Elements up to which a nest's arrays are small. */
  private static final int SMALL = 1 << 14;

  private final Kernel kernel;

  /** Once as short as can be, once longer: vectors at their ends are read in two ways. */
  private final Object[][] arrays;

  private final int extent;
  private final long limit;
  private int calls;

  NestRehearsal(Nest nest, Kernel kernel, int lanes) {
    this.kernel = kernel;
    this.extent = extent(nest);
    this.arrays = new Object[][] {arrays(nest, 0), arrays(nest, Nest.SUMS)};
    long vectors = (long) rows(nest) * (nest.extents()[nest.depth() - 1] / lanes + 1);
    if (nest.depth() == 1) {
      vectors = ELEMENTS / lanes + ELEMENTS % lanes + 1;
    }
    this.limit =
        Rehearsal.NANOS_PER_CALL
            + Rehearsal.NANOS_PER_OPERATION * (vectors * nest.operations() + 16L * rows(nest));
  }

  /** Whether a nest's arrays can be small. */
  static boolean fits(Nest nest) {
    return (long) extent(nest) * nest.inside(0) <= SMALL
        && IntStream.of(lengths(nest)).allMatch(length -> length <= 4 * SMALL);
  }

  Kernel kernel() {
    return kernel;
  }

  /** Runs the kernel once; whether it is compiled. */
  boolean rehearse() {
    Object[] on = arrays[calls++ % 2];
    long start = System.nanoTime();
    kernel.run(on, 0, extent);
    return System.nanoTime() - start <= limit && calls > 2;
  }

  private static int extent(Nest nest) {
    return nest.depth() == 1 ? ELEMENTS : ROWS;
  }

  private static int rows(Nest nest) {
    int rows = 1;
    for (int i = 0; i < nest.depth() - 1; i++) {
      rows *= i == 0 ? ROWS : nest.extents()[i];
    }
    return rows;
  }

  private static int[] lengths(Nest nest) {
    int[] lengths = new int[nest.arrays().size()];
    for (Nest.Value value : nest.values()) {
      if (value instanceof Nest.Load load) {
        reach(nest, load.place(), lengths);
      }
    }
    nest.stores().forEach(store -> reach(nest, store.place(), lengths));
    for (Nest.Fold fold : nest.folds()) {
      reach(nest, fold.place(), lengths);
      lengths[fold.room()] = Math.max(lengths[fold.room()], Nest.SUMS * nest.inside(fold.loop()));
    }
    return lengths;
  }

  private static void reach(Nest nest, Nest.Place place, int[] lengths) {
    int last = place.offset();
    for (int i = 0; i < nest.depth(); i++) {
      last += place.strides()[i] * ((i == 0 ? extent(nest) : nest.extents()[i]) - 1);
    }
    lengths[place.array()] = Math.max(lengths[place.array()], last + 1);
  }

  private static Object[] arrays(Nest nest, int more) {
    int[] lengths = lengths(nest);
    List<DataType> scratch = nest.scratch();
    Object[] arrays = new Object[lengths.length + scratch.size()];
    for (int i = 0; i < lengths.length; i++) {
      arrays[i] = array(nest.arrays().get(i), lengths[i] + more);
    }
    for (int i = 0; i < scratch.size(); i++) {
      arrays[lengths.length + i] = array(scratch.get(i), Nest.SUMS);
    }
    return arrays;
  }

  private static Object array(DataType type, int length) {
    return switch (type) {
      case FLOAT32 -> new float[length];
      case FLOAT64 -> new double[length];
      case INT32 -> new int[length];
      case BOOL -> new boolean[length];
    };
  }
}
