package dev.stoa.state;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * An immutable array with a type and a shape, row-major. Its contents are copied in and copied out,
 * so that a state never shares memory with a plugin.
 */
public final class StoredArray {
  private final ElementType type;
  private final int[] shape;
  private final Object data;

  private StoredArray(ElementType type, int[] shape, Object data) {
    this.type = type;
    this.shape = shape;
    this.data = data;
  }

  /**
   * Copies a primitive array of one of the host types.
   *
   * @param data {@code boolean[]}, {@code byte[]}, {@code int[]}, {@code long[]}, {@code float[]}
   *     or {@code double[]}
   * @param shape extents, row-major; without any the array is one-dimensional
   * @throws IllegalArgumentException when the product of the extents is not the length
   */
  public static StoredArray of(Object data, int... shape) {
    ElementType type = elementType(data);
    int length = Array.getLength(data);
    int[] extents = shape.length == 0 ? new int[] {length} : shape.clone();
    long product = product(extents);
    if (product != length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(extents) + " needs " + product + " elements, got " + length);
    }
    return new StoredArray(type, extents, copy(data, length));
  }

  /**
   * Copies as many elements from the front of a primitive array as the shape has: of a buffer that
   * is filled in part.
   *
   * @param data as in {@link #of}
   * @param shape extents, row-major; without any a scalar
   * @throws IllegalArgumentException when the array is shorter than the product of the extents
   */
  public static StoredArray front(Object data, int... shape) {
    ElementType type = elementType(data);
    int[] extents = shape.clone();
    long product = product(extents);
    if (product > Array.getLength(data)) {
      throw new IllegalArgumentException(
          "shape "
              + Arrays.toString(extents)
              + " needs "
              + product
              + " elements, the array has "
              + Array.getLength(data));
    }
    return new StoredArray(type, extents, copy(data, (int) product));
  }

  private static ElementType elementType(Object data) {
    Class<?> component = data.getClass().getComponentType();
    if (component == null) {
      throw new IllegalArgumentException("not an array: " + data.getClass().getName());
    }
    return ElementType.of(component);
  }

  private static long product(int[] extents) {
    long product = 1;
    for (int extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException("negative extent in shape " + Arrays.toString(extents));
      }
      product *= extent;
    }
    return product;
  }

  /** A scalar: shape {@code []}, one element. */
  public static StoredArray scalar(double value) {
    return new StoredArray(ElementType.F64, new int[0], new double[] {value});
  }

  /** Takes over an array without a copy; the caller keeps no reference to {@code data}. */
  static StoredArray adopt(Object data, int[] shape) {
    return new StoredArray(ElementType.of(data.getClass().getComponentType()), shape, data);
  }

  /** The contents themselves, for writing only. */
  Object data() {
    return data;
  }

  private static Object copy(Object data, int length) {
    Object copy = Array.newInstance(data.getClass().getComponentType(), length);
    System.arraycopy(data, 0, copy, 0, length);
    return copy;
  }

  /** The element type. */
  public ElementType type() {
    return type;
  }

  /** A copy of the extents. */
  public int[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public int size() {
    return Array.getLength(data);
  }

  /**
   * A copy of the contents.
   *
   * @throws StateException when the elements are not floats
   */
  public float[] floats() {
    return ((float[]) as(ElementType.F32)).clone();
  }

  /** A copy of the contents; as {@link #floats()}. */
  public double[] doubles() {
    return ((double[]) as(ElementType.F64)).clone();
  }

  /** A copy of the contents; as {@link #floats()}. */
  public int[] ints() {
    return ((int[]) as(ElementType.I32)).clone();
  }

  /** A copy of the contents; as {@link #floats()}. */
  public long[] longs() {
    return ((long[]) as(ElementType.I64)).clone();
  }

  /** A copy of the contents; as {@link #floats()}. */
  public byte[] bytes() {
    return ((byte[]) as(ElementType.U8)).clone();
  }

  /** A copy of the contents; as {@link #floats()}. */
  public boolean[] booleans() {
    return ((boolean[]) as(ElementType.BOOL)).clone();
  }

  /** A copy of the contents as the primitive array of its host type. */
  public Object toArray() {
    return copy(data, size());
  }

  /**
   * Copies the contents to the front of an array.
   *
   * @param target a primitive array of the host type, at least as long
   * @throws StateException when it has other elements or is shorter
   */
  public void copyTo(Object target) {
    if (target.getClass() != data.getClass() || Array.getLength(target) < size()) {
      throw new StateException(
          "the stored array "
              + this
              + " does not go into "
              + target.getClass().getSimpleName()
              + " of length "
              + Array.getLength(target));
    }
    System.arraycopy(data, 0, target, 0, size());
  }

  private Object as(ElementType wanted) {
    if (type != wanted) {
      throw new StateException("the stored array has elements " + type + ", not " + wanted);
    }
    return data;
  }

  /**
   * Equal type, shape and bits: a NaN equals a NaN of the same payload only, 0.0 differs from -0.0.
   * So equal arrays are stored as equal bytes.
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof StoredArray that
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && sameBits(that);
  }

  private boolean sameBits(StoredArray that) {
    if (data instanceof float[] mine && that.data instanceof float[] theirs) {
      return mine.length == theirs.length
          && IntStream.range(0, mine.length)
              .allMatch(
                  i -> Float.floatToRawIntBits(mine[i]) == Float.floatToRawIntBits(theirs[i]));
    }
    if (data instanceof double[] mine && that.data instanceof double[] theirs) {
      return mine.length == theirs.length
          && IntStream.range(0, mine.length)
              .allMatch(
                  i ->
                      Double.doubleToRawLongBits(mine[i]) == Double.doubleToRawLongBits(theirs[i]));
    }
    return Arrays.deepEquals(new Object[] {data}, new Object[] {that.data});
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.deepHashCode(new Object[] {data});
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
