package dev.stoa.device.compiler;

import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Nodes that are computed together in one nest of loops over a common shape: element-wise ones, and
 * reductions of them that end with the loops.
 */
final class Loop implements Unit {
  /** Axes, after merging, beyond which nothing more is fused. */
  private static final int MOST_AXES = 4;

  /** How much code one nest may have, in vector operations. */
  private static final int MOST_WORK = 160;

  private static final int MOST_ARRAYS = 40;

  private final boolean vectors;
  private final boolean bounded;
  private final int[] extents;
  private final List<Integer> members = new ArrayList<>();
  private final List<Folded> folds = new ArrayList<>();
  private final List<int[]> strides = new ArrayList<>();
  private int work;
  private int arrays;

  /**
   * A reduction.
   *
   * @param node of the reduction
   * @param kind of it
   * @param operand what is reduced
   * @param along for each axis of the loop's shape, whether it is reduced
   * @param out strides of the result by the loop's axes, 0 along those that are reduced
   */
  record Folded(int node, Reduction kind, int operand, boolean[] along, int[] out) {}

  /** Neighbouring axes become one: first axes of each group of axes, in order. */
  record Axes(int[] firsts, int[] extents) {
    int depth() {
      return firsts.length;
    }

    /** Strides along the merged axes: those of the last axis of each group. */
    int[] strides(int[] all) {
      int[] merged = new int[firsts.length];
      for (int i = 0; i < merged.length; i++) {
        int end = i + 1 < firsts.length ? firsts[i + 1] : all.length;
        merged[i] = all[end - 1];
      }
      return merged;
    }
  }

  /**
   * A loop of nothing yet.
   *
   * @param vectors whether its operations are done by vectors
   * @param bounded whether its first axis is bounded: it ends at the length of a run
   */
  Loop(boolean vectors, boolean bounded, int[] extents) {
    this.vectors = vectors;
    this.bounded = bounded;
    this.extents = extents;
    this.strides.add(Views.consecutive(extents));
  }

  /** Whether it is made of operations that vectors can do. */
  boolean vectors() {
    return vectors;
  }

  boolean bounded() {
    return bounded;
  }

  int[] extents() {
    return extents;
  }

  /** Element-wise nodes, in computing order. */
  List<Integer> members() {
    return members;
  }

  List<Folded> folds() {
    return folds;
  }

  boolean contains(int node) {
    return members.contains(node);
  }

  boolean sameShape(Shape shape) {
    return bounded == shape.isBounded() && Arrays.equals(extents, Views.extents(shape));
  }

  boolean sameShape(Loop other) {
    return bounded == other.bounded && Arrays.equals(extents, other.extents);
  }

  /** Adds an element-wise node that reads operands by these strides; false if it does not fit. */
  boolean add(int node, int cost, List<int[]> reads) {
    if (!fits(cost, reads, folds)) {
      return false;
    }
    members.add(node);
    strides.addAll(reads);
    work += cost;
    arrays += reads.size() + 1;
    return true;
  }

  /** Adds a reduction whose operand it reads by these strides or computes; false if not fitting. */
  boolean add(Folded fold, List<int[]> reads) {
    List<Folded> more = new ArrayList<>(folds);
    more.add(fold);
    if (!fits(1, reads, more)) {
      return false;
    }
    folds.add(fold);
    strides.addAll(reads);
    work++;
    arrays += reads.size() + 2;
    return true;
  }

  /** This loop and another one of its shape in one; empty if that would be too much. */
  Optional<Loop> with(Loop other) {
    Loop both = new Loop(vectors, bounded, extents);
    both.members.addAll(members);
    both.members.addAll(other.members);
    both.folds.addAll(folds);
    both.folds.addAll(other.folds);
    Collections.sort(both.members);
    both.strides.addAll(strides);
    both.strides.addAll(other.strides);
    both.work = work + other.work;
    both.arrays = arrays + other.arrays;
    return both.fits(0, List.of(), both.folds) ? Optional.of(both) : Optional.empty();
  }

  private boolean fits(int cost, List<int[]> reads, List<Folded> all) {
    boolean first = members.isEmpty() && folds.isEmpty();
    if (!first && (work + cost > MOST_WORK || arrays + reads.size() + 1 > MOST_ARRAYS)) {
      return false;
    }
    List<int[]> together = new ArrayList<>(strides);
    together.addAll(reads);
    Axes axes = merge(together, all);
    if (!first && axes.depth() > MOST_AXES) {
      return false;
    }
    if (!first && vectors) {
      for (int[] each : reads) {
        int stride = each[each.length - 1];
        if (stride != 0 && stride != 1 && extents[extents.length - 1] > 1) {
          return false;
        }
      }
    }
    for (Folded fold : all) {
      if (loop(fold, axes) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The axes of the nest. */
  Axes axes() {
    return merge(strides, folds);
  }

  private Axes merge(List<int[]> reads, List<Folded> all) {
    int[] firsts = new int[extents.length];
    int[] sizes = new int[extents.length];
    int count = 0;
    for (int axis = 0; axis < extents.length; axis++) {
      if (axis > 0 && joins(axis, reads, all)) {
        sizes[count - 1] *= extents[axis];
      } else {
        firsts[count] = axis;
        sizes[count++] = extents[axis];
      }
    }
    return new Axes(Arrays.copyOf(firsts, count), Arrays.copyOf(sizes, count));
  }

  /** Whether an axis and the one before it can be run through as one. */
  private boolean joins(int axis, List<int[]> reads, List<Folded> all) {
    for (int[] each : reads) {
      if (each[axis - 1] != each[axis] * extents[axis]) {
        return false;
      }
    }
    for (Folded fold : all) {
      if (fold.along()[axis - 1] != fold.along()[axis]) {
        return false;
      }
    }
    return true;
  }

  /** The one merged axis over which a reduction goes; -1 if there is more than one. */
  static int loop(Folded fold, Axes axes) {
    int found = -1;
    for (int i = 0; i < axes.depth(); i++) {
      if (fold.along()[axes.firsts()[i]]) {
        if (found >= 0) {
          return -1;
        }
        found = i;
      }
    }
    return found;
  }

  /** What an operation costs, in vector operations. */
  static int cost(Operation operation) {
    if (operation instanceof Operation.Unary unary) {
      return switch (unary) {
        case SIN, COS -> 48;
        case LOG1P, ERF -> 40;
        case EXP, EXPM1, LOG, TANH -> 32;
        case FLOOR -> 8;
        case SIGN -> 4;
        default -> 1;
      };
    }
    return operation instanceof Operation.Convert ? 2 : 1;
  }
}
