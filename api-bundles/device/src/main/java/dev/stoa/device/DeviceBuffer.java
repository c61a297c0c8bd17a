package dev.stoa.device;

import dev.stoa.tensor.TensorType;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Memory on a device for one tensor, row-major. Copies are typed as the tensor is: float32 by
 * {@code float[]}, float64 by {@code double[]}, int32 by {@code int[]}, bool by {@code boolean[]};
 * another type is an {@link IllegalArgumentException} that names both.
 */
@ConsumerType
public interface DeviceBuffer extends AutoCloseable {
  /** Type and shape. */
  TensorType type();

  /**
   * Copies {@code count} elements from the host.
   *
   * @param offset first element in this buffer
   * @param from first element in the source
   */
  default void write(int offset, float[] source, int from, int count) {
    throw mismatch("float32");
  }

  /** As {@link #write(int, float[], int, int)}. */
  default void write(int offset, double[] source, int from, int count) {
    throw mismatch("float64");
  }

  /** As {@link #write(int, float[], int, int)}. */
  default void write(int offset, int[] source, int from, int count) {
    throw mismatch("int32");
  }

  /** As {@link #write(int, float[], int, int)}. */
  default void write(int offset, boolean[] source, int from, int count) {
    throw mismatch("bool");
  }

  /**
   * Copies {@code count} elements to the host.
   *
   * @param offset first element in this buffer
   * @param to first element in the target
   */
  default void read(int offset, float[] target, int to, int count) {
    throw mismatch("float32");
  }

  /** As {@link #read(int, float[], int, int)}. */
  default void read(int offset, double[] target, int to, int count) {
    throw mismatch("float64");
  }

  /** As {@link #read(int, float[], int, int)}. */
  default void read(int offset, int[] target, int to, int count) {
    throw mismatch("int32");
  }

  /** As {@link #read(int, float[], int, int)}. */
  default void read(int offset, boolean[] target, int to, int count) {
    throw mismatch("bool");
  }

  /** Writes the whole tensor. */
  default void write(float[] source) {
    write(0, source, 0, checked(source.length));
  }

  /** Writes the whole tensor. */
  default void write(double[] source) {
    write(0, source, 0, checked(source.length));
  }

  /** Writes the whole tensor. */
  default void write(int[] source) {
    write(0, source, 0, checked(source.length));
  }

  /** Writes the whole tensor. */
  default void write(boolean[] source) {
    write(0, source, 0, checked(source.length));
  }

  /** Reads the whole tensor. */
  default void read(float[] target) {
    read(0, target, 0, checked(target.length));
  }

  /** Reads the whole tensor. */
  default void read(double[] target) {
    read(0, target, 0, checked(target.length));
  }

  /** Reads the whole tensor. */
  default void read(int[] target) {
    read(0, target, 0, checked(target.length));
  }

  /** Reads the whole tensor. */
  default void read(boolean[] target) {
    read(0, target, 0, checked(target.length));
  }

  private int checked(int length) {
    if (length != type().shape().size()) {
      throw new IllegalArgumentException(
          "the buffer "
              + type()
              + " has "
              + type().shape().size()
              + " elements, the array "
              + length);
    }
    return length;
  }

  private IllegalArgumentException mismatch(String asked) {
    return new IllegalArgumentException("the buffer is " + type() + ", the array " + asked);
  }

  /** Frees the memory; no other call follows. Closing twice is allowed. */
  @Override
  void close();
}
