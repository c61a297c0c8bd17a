package dev.stoa.device.cpund4j;

import dev.stoa.device.compiler.Mirror;
import dev.stoa.tensor.DataType;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Elements in native memory, from an address that is a multiple of 64 on. */
final class NativeArray implements Mirror {
  private static final int ALIGNMENT = 64;

  private final DataType type;
  private final Pointer memory;
  private final Runnable freed;
  private final FloatPointer floats;
  private final DoublePointer doubles;
  private final long start;
  private boolean closed;

  /**
   * An array in memory of its own.
   *
   * @param type float32 or float64
   * @param memory of at least {@link #bytes}
   * @param freed is told when that is given back
   */
  NativeArray(DataType type, Pointer memory, Runnable freed) {
    this.type = type;
    this.memory = memory;
    this.freed = freed;
    long shift = Math.floorMod(-memory.address(), (long) ALIGNMENT);
    this.start = shift / type.bytes();
    this.floats = new FloatPointer(memory).position(start);
    this.doubles = new DoublePointer(memory).position(start);
  }

  /** Bytes that so many elements need. */
  static long bytes(DataType type, int elements) {
    return (long) type.bytes() * elements + ALIGNMENT;
  }

  /** The address of a float32 for BLAS. */
  FloatPointer floats(long at) {
    return new FloatPointer(memory).position(start + at);
  }

  /** The address of a float64 for BLAS. */
  DoublePointer doubles(long at) {
    return new DoublePointer(memory).position(start + at);
  }

  @Override
  public void write(Object array, int count) {
    if (type == DataType.FLOAT64) {
      doubles.put((double[]) array, 0, count);
    } else {
      floats.put((float[]) array, 0, count);
    }
  }

  @Override
  public void read(Object array, int count) {
    if (type == DataType.FLOAT64) {
      doubles.get((double[]) array, 0, count);
    } else {
      floats.get((float[]) array, 0, count);
    }
  }

  @Override
  public void fill(int from, int to, double number) {
    for (int i = from; i < to; i++) {
      if (type == DataType.FLOAT64) {
        doubles.put(i, number);
      } else {
        floats.put(i, (float) number);
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Pointer.free(memory);
      freed.run();
    }
  }
}
