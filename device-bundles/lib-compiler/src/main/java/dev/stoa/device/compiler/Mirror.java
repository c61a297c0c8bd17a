package dev.stoa.device.compiler;

import org.osgi.annotation.versioning.ConsumerType;

/** A value in memory of the device. What it holds at first is not defined. */
@ConsumerType
public interface Mirror extends AutoCloseable {
  /**
   * Takes elements over.
   *
   * @param array of its element type, {@code float[]} or {@code double[]}
   * @param count of elements, from the first on
   */
  void write(Object array, int count);

  /** Sets some elements to a number. */
  void fill(int from, int to, double number);

  /**
   * Gives elements.
   *
   * @param array of its element type, {@code float[]} or {@code double[]}
   * @param count of elements, from the first on
   */
  void read(Object array, int count);

  /** Frees the memory; nothing else follows. */
  @Override
  void close();
}
