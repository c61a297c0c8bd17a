package dev.stoa.tensor;

import java.util.Locale;

/** Element types of tensors. */
public enum DataType {
  /** IEEE 754 single precision. */
  FLOAT32(4),
  /** IEEE 754 double precision. */
  FLOAT64(8),
  /** Signed 32-bit integers; arithmetic wraps. */
  INT32(4),
  /** Truth values. */
  BOOL(1);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements are real numbers, and hence differentiable. */
  public boolean isFloating() {
    return this == FLOAT32 || this == FLOAT64;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
