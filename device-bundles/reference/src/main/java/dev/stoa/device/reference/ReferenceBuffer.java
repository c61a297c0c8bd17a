package dev.stoa.device.reference;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.TensorType;
import java.util.Objects;

/** A tensor as float64 numbers, whatever its element type. */
final class ReferenceBuffer implements DeviceBuffer {
  final double[] values;
  private final TensorType type;
  private final ReferenceSession.Holding holding;

  ReferenceBuffer(TensorType type, ReferenceSession.Holding holding) {
    this.type = type;
    this.holding = holding;
    this.values = new double[type.shape().size()];
  }

  @Override
  public TensorType type() {
    return type;
  }

  /** Whether it may be used no more. */
  boolean closed() {
    return holding.released();
  }

  private void check(DataType asked, int offset, int other, int length, int count) {
    if (closed()) {
      throw new IllegalStateException("the buffer " + type + " is closed");
    }
    if (asked != type.dataType()) {
      throw new IllegalArgumentException("the buffer is " + type + ", the array " + asked);
    }
    Objects.checkFromIndexSize(offset, count, values.length);
    Objects.checkFromIndexSize(other, count, length);
  }

  @Override
  public void write(int offset, float[] source, int from, int count) {
    check(DataType.FLOAT32, offset, from, source.length, count);
    for (int i = 0; i < count; i++) {
      values[offset + i] = source[from + i];
    }
  }

  @Override
  public void write(int offset, double[] source, int from, int count) {
    check(DataType.FLOAT64, offset, from, source.length, count);
    System.arraycopy(source, from, values, offset, count);
  }

  @Override
  public void write(int offset, int[] source, int from, int count) {
    check(DataType.INT32, offset, from, source.length, count);
    for (int i = 0; i < count; i++) {
      values[offset + i] = source[from + i];
    }
  }

  @Override
  public void write(int offset, boolean[] source, int from, int count) {
    check(DataType.BOOL, offset, from, source.length, count);
    for (int i = 0; i < count; i++) {
      values[offset + i] = source[from + i] ? 1 : 0;
    }
  }

  @Override
  public void read(int offset, float[] target, int to, int count) {
    check(DataType.FLOAT32, offset, to, target.length, count);
    for (int i = 0; i < count; i++) {
      target[to + i] = (float) values[offset + i];
    }
  }

  @Override
  public void read(int offset, double[] target, int to, int count) {
    check(DataType.FLOAT64, offset, to, target.length, count);
    System.arraycopy(values, offset, target, to, count);
  }

  @Override
  public void read(int offset, int[] target, int to, int count) {
    check(DataType.INT32, offset, to, target.length, count);
    for (int i = 0; i < count; i++) {
      target[to + i] = (int) values[offset + i];
    }
  }

  @Override
  public void read(int offset, boolean[] target, int to, int count) {
    check(DataType.BOOL, offset, to, target.length, count);
    for (int i = 0; i < count; i++) {
      target[to + i] = values[offset + i] != 0;
    }
  }

  @Override
  public void close() {
    holding.release();
  }
}
