package dev.stoa.device.compiler;

import dev.stoa.device.DeviceContext;
import dev.stoa.device.compiler.loops.Kernels;
import dev.stoa.device.compiler.loops.LoopKernel;
import dev.stoa.device.compiler.loops.Nest;
import dev.stoa.device.compiler.loops.Rehearsal;
import dev.stoa.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Runs a generated kernel on the arrays of values; where much is to be computed and nothing is
 * folded over the outermost loop, in pieces of that loop, which threads share.
 */
final class LoopStep implements Step, IntConsumer {
  /** Operations on elements from which handing a piece to another thread pays. */
  private static final long PIECE = 1L << 20;

  private static final int MOST_PIECES = 8;

  private final LoopKernel kernel;
  private final DeviceContext context;
  private final Value[] values;

  /** For each piece, all arrays; those that a kernel uses while it runs are the piece's own. */
  private final Object[][] arrays;

  /** Which arrays are shared by the pieces. */
  private final int[] shared;

  private final int piece;
  private final Nest nest;
  private int extent;
  private long bytes;

  LoopStep(Kernels kernels, DeviceContext context, Nest nest, List<Value> values, int extent) {
    this.kernel = kernels.kernel(nest);
    this.context = context;
    this.nest = nest;
    this.values = values.toArray(Value[]::new);
    this.extent = extent;
    int pieces = context.threads() > 1 ? pieces(nest, extent) : 1;
    int rows = (extent + pieces - 1) / pieces;
    this.piece = nest.depth() == 1 ? (rows + Nest.SUMS - 1) / Nest.SUMS * Nest.SUMS : rows;
    this.arrays = new Object[pieces][this.values.length];
    List<Integer> common = new ArrayList<>();
    for (int i = 0; i < this.values.length; i++) {
      if (pieces == 1 || !own(i)) {
        common.add(i);
        continue;
      }
      DataType type = this.values[i].dataType();
      for (Object[] each : arrays) {
        each[i] = Value.array(type, size(i));
        bytes += (long) type.bytes() * size(i);
      }
    }
    this.shared = common.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int pieces(Nest nest, int extent) {
    if (nest.folds().stream().anyMatch(fold -> fold.loop() == 0)) {
      return 1;
    }
    long work = (long) extent * nest.inside(0) * nest.operations();
    return (int) Math.max(1, Math.min(Math.min(MOST_PIECES, extent), work / PIECE));
  }

  /** What the pieces' own arrays hold. */
  long bytes() {
    return bytes;
  }

  private boolean own(int array) {
    return array >= nest.arrays().size()
        || nest.folds().stream().anyMatch(fold -> fold.room() == array);
  }

  private int size(int array) {
    return nest.folds().stream()
        .filter(fold -> fold.room() == array)
        .mapToInt(fold -> Nest.SUMS * nest.inside(fold.loop()))
        .findFirst()
        .orElse(Nest.SUMS);
  }

  /** Ends the outermost loop of the next runs at another extent, at most the first one. */
  void end(int extent) {
    this.extent = extent;
  }

  @Override
  public List<Rehearsal> rehearsals() {
    return List.of(kernel);
  }

  @Override
  public void run() {
    for (Object[] each : arrays) {
      for (int i : shared) {
        each[i] = values[i].array();
      }
    }
    if (arrays.length == 1 || extent <= piece) {
      kernel.run(arrays[0], 0, extent);
    } else {
      context.parallel((extent + piece - 1) / piece, this);
    }
  }

  /** Computes a piece. */
  @Override
  public void accept(int index) {
    kernel.run(arrays[index], index * piece, Math.min(extent, (index + 1) * piece));
  }

  @Override
  public String toString() {
    return "loop over " + extent + " " + nest;
  }
}
