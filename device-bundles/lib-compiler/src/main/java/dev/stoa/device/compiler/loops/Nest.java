package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A nest of loops as data: what one generated class computes. Values are numbered; each is loaded,
 * a literal, or computed element by element; some are stored, some are folded over one loop.
 *
 * <p>A fold over {@code count} elements keeps 16 sums, element {@code e} going to sum {@code e %
 * 16}, and adds them as a tree (8, 4, 2, 1): the order is the same whatever the width of vectors.
 *
 * @param vectors whether the innermost loop works on Java's vectors
 * @param extents of the loops, the outermost first; the outermost is known only when it runs
 * @param arrays types of the arrays, in order
 * @param values in computing order
 * @param stores what is written to arrays
 * @param folds what is folded
 */
public record Nest(
    boolean vectors,
    int[] extents,
    List<DataType> arrays,
    List<Value> values,
    List<Store> stores,
    List<Fold> folds) {
  /** Virtual sums of a fold. */
  public static final int SUMS = 16;

  private static final Set<Operation.Unary> SIMPLE =
      EnumSet.of(Operation.Unary.NEG, Operation.Unary.ABS, Operation.Unary.NOT);

  /** A value of the body. */
  public sealed interface Value {
    /** Its element type. */
    DataType type();
  }

  /**
   * Where elements of an array are found: element {@code (i, j, ...)} of the loops at {@code offset
   * + i * strides[0] + j * strides[1] ...}.
   */
  public record Place(int array, int offset, int[] strides) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Place that
          && array == that.array
          && offset == that.offset
          && Arrays.equals(strides, that.strides);
    }

    @Override
    public int hashCode() {
      return (array * 31 + offset) * 31 + Arrays.hashCode(strides);
    }
  }

  /** An element of an array. */
  public record Load(DataType type, Place place) implements Value {}

  /** A number. */
  public record Literal(DataType type, double number) implements Value {}

  /** An element-wise operation on earlier values. */
  public record Compute(DataType type, Operation operation, List<Integer> operands)
      implements Value {}

  /** A value that is written. */
  public record Store(int value, Place place) {}

  /**
   * A value that is folded over one loop.
   *
   * @param value what is folded
   * @param kind how
   * @param loop over which
   * @param place of the result; its stride along that loop is 0
   * @param room array for the sums: 16, times the product of the extents inside the loop
   */
  public record Fold(int value, Operation.Reduction kind, int loop, Place place, int room) {}

  /** The same without vectors: shorter code, the same bits. */
  Nest oneByOne() {
    return new Nest(false, extents, arrays, values, stores, folds);
  }

  /**
   * Types of the arrays, 16 elements each, that it takes after its own ones: for values on their
   * way between vectors and numbers.
   */
  public List<DataType> scratch() {
    Set<DataType> types = EnumSet.of(DataType.FLOAT32);
    if (vectors) {
      values.forEach(value -> types.add(value.type()));
    }
    return List.copyOf(types);
  }

  /** Operations for each element, about, an elementary function taken as 32. */
  public int operations() {
    int operations = stores.size() + 2 * folds.size();
    for (Value value : values) {
      boolean function =
          value instanceof Compute compute
              && compute.operation() instanceof Operation.Unary unary
              && !SIMPLE.contains(unary);
      operations += function ? 32 : 1;
    }
    return operations;
  }

  /** Number of loops. */
  public int depth() {
    return extents.length;
  }

  /** Elements that the loops inside a loop run through. */
  public int inside(int loop) {
    int size = 1;
    for (int i = loop + 1; i < extents.length; i++) {
      size *= extents[i];
    }
    return size;
  }

  @Override
  public String toString() {
    return (vectors ? "by vectors, extents " : "one by one, extents ")
        + Arrays.toString(extents)
        + ", "
        + arrays.size()
        + " arrays: "
        + values.stream()
            .filter(value -> value instanceof Compute)
            .map(value -> Operation.print(((Compute) value).operation()))
            .collect(Collectors.joining(" "))
        + folds.stream()
            .map(fold -> " " + fold.kind() + " over " + fold.loop())
            .collect(Collectors.joining());
  }
}
