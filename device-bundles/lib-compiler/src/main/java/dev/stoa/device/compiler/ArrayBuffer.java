package dev.stoa.device.compiler;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.TensorType;
import java.util.Objects;

/** A tensor in a Java array of its element type. */
final class ArrayBuffer implements DeviceBuffer {
  private final TensorType type;
  private final CompiledSession session;
  private Object array;

  ArrayBuffer(TensorType type, CompiledSession session) {
    this.type = type;
    this.session = session;
    this.array = Value.array(type.dataType(), type.shape().size());
  }

  @Override
  public TensorType type() {
    return type;
  }

  /** The elements; null when the buffer is closed or belongs to another session. */
  Object array(CompiledSession asking) {
    return asking == session ? array : null;
  }

  private void check(DataType asked, int offset, int other, int length, int count) {
    if (array == null) {
      throw new IllegalStateException("the buffer " + type + " is closed");
    }
    if (asked != type.dataType()) {
      throw new IllegalArgumentException("the buffer is " + type + ", the array " + asked);
    }
    Objects.checkFromIndexSize(offset, count, type.shape().size());
    Objects.checkFromIndexSize(other, count, length);
  }

  @Override
  public void write(int offset, float[] source, int from, int count) {
    check(DataType.FLOAT32, offset, from, source.length, count);
    System.arraycopy(source, from, array, offset, count);
  }

  @Override
  public void write(int offset, double[] source, int from, int count) {
    check(DataType.FLOAT64, offset, from, source.length, count);
    System.arraycopy(source, from, array, offset, count);
  }

  @Override
  public void write(int offset, int[] source, int from, int count) {
    check(DataType.INT32, offset, from, source.length, count);
    System.arraycopy(source, from, array, offset, count);
  }

  @Override
  public void write(int offset, boolean[] source, int from, int count) {
    check(DataType.BOOL, offset, from, source.length, count);
    System.arraycopy(source, from, array, offset, count);
  }

  @Override
  public void read(int offset, float[] target, int to, int count) {
    check(DataType.FLOAT32, offset, to, target.length, count);
    System.arraycopy(array, offset, target, to, count);
  }

  @Override
  public void read(int offset, double[] target, int to, int count) {
    check(DataType.FLOAT64, offset, to, target.length, count);
    System.arraycopy(array, offset, target, to, count);
  }

  @Override
  public void read(int offset, int[] target, int to, int count) {
    check(DataType.INT32, offset, to, target.length, count);
    System.arraycopy(array, offset, target, to, count);
  }

  @Override
  public void read(int offset, boolean[] target, int to, int count) {
    check(DataType.BOOL, offset, to, target.length, count);
    System.arraycopy(array, offset, target, to, count);
  }

  @Override
  public void close() {
    array = null;
    session.closed(this);
  }
}
