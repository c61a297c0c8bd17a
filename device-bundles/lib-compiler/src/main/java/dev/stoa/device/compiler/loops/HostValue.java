package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;

/**
 * What stands for a number of a host method while its byte code is repeated on vectors.
 *
 * @param type FLOAT32 or INT32; FLOAT64 is a float32 about to have its root taken
 * @param local variable with the vector; of no use for whole numbers that are known
 * @param known whether it is a number that stands in the code
 * @param bits of that number: a whole number itself, a float32 by its bits
 */
record HostValue(DataType type, int local, boolean known, int bits) {
  static HostValue vector(DataType type, int local) {
    return new HostValue(type, local, false, 0);
  }

  static HostValue whole(int number) {
    return new HostValue(DataType.INT32, -1, true, number);
  }

  static HostValue real(int local, float number) {
    return new HostValue(DataType.FLOAT32, local, true, Float.floatToRawIntBits(number));
  }

  /** The same under another type. */
  HostValue as(DataType other) {
    return new HostValue(other, local, known, bits);
  }
}
