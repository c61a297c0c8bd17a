package dev.stoa.device.cpund4j;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.TensorType;
import java.util.Objects;

/** A buffer in ND4J's memory. */
final class CpuNd4jBuffer implements DeviceBuffer {
  private final NativeArray array;
  private final CpuNd4jSession session;

  CpuNd4jBuffer(NativeArray array, CpuNd4jSession session) {
    this.array = array;
    this.session = session;
  }

  /** The memory; checked to be open and of this session before each use. */
  NativeArray array() {
    return array;
  }

  CpuNd4jSession session() {
    return session;
  }

  @Override
  public TensorType type() {
    return array.type();
  }

  @Override
  public void write(int offset, float[] source, int from, int count) {
    check(DataType.FLOAT32, offset, source.length, from, count);
    array.floats.put(offset, source, from, count);
  }

  @Override
  public void write(int offset, double[] source, int from, int count) {
    check(DataType.FLOAT64, offset, source.length, from, count);
    array.doubles.put(offset, source, from, count);
  }

  @Override
  public void write(int offset, int[] source, int from, int count) {
    check(DataType.INT32, offset, source.length, from, count);
    array.ints.put(offset, source, from, count);
  }

  @Override
  public void write(int offset, boolean[] source, int from, int count) {
    check(DataType.BOOL, offset, source.length, from, count);
    for (int i = 0; i < count; i++) {
      array.bytes.put(offset + i, (byte) (source[from + i] ? 1 : 0));
    }
  }

  @Override
  public void read(int offset, float[] target, int to, int count) {
    check(DataType.FLOAT32, offset, target.length, to, count);
    array.floats.get(offset, target, to, count);
  }

  @Override
  public void read(int offset, double[] target, int to, int count) {
    check(DataType.FLOAT64, offset, target.length, to, count);
    array.doubles.get(offset, target, to, count);
  }

  @Override
  public void read(int offset, int[] target, int to, int count) {
    check(DataType.INT32, offset, target.length, to, count);
    array.ints.get(offset, target, to, count);
  }

  @Override
  public void read(int offset, boolean[] target, int to, int count) {
    check(DataType.BOOL, offset, target.length, to, count);
    for (int i = 0; i < count; i++) {
      target[to + i] = array.bytes.get(offset + i) != 0;
    }
  }

  private void check(DataType asked, int offset, int length, int at, int count) {
    if (array.isClosed()) {
      throw new IllegalStateException("the buffer " + type() + " is closed");
    }
    if (asked != type().dataType()) {
      throw new IllegalArgumentException("the buffer is " + type() + ", the array " + asked);
    }
    Objects.checkFromIndexSize(offset, count, array.size());
    Objects.checkFromIndexSize(at, count, length);
  }

  @Override
  public void close() {
    array.close();
    session.forget(this);
  }
}
