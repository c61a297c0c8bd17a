package dev.stoa.device.cpund4j;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One tensor in ND4J's memory, row-major: an INDArray of one axis, and views on the same bytes for
 * Java's loops. A tensor without elements holds one that nobody reads, because ND4J has no empty
 * memory.
 */
final class NativeArray implements AutoCloseable {
  private final TensorType type;
  private final AtomicLong allocated;
  private final INDArray array;
  private boolean closed;

  /** The bytes, and the same as elements of each width. */
  final ByteBuffer bytes;

  final FloatBuffer floats;
  final DoubleBuffer doubles;
  final IntBuffer ints;
  final LongBuffer longs;

  /** The address for BLAS; of the tensor's own type only. */
  final FloatPointer floatPointer;

  final DoublePointer doublePointer;

  NativeArray(TensorType type, AtomicLong allocated) {
    this.type = type;
    this.allocated = allocated;
    array = Nd4j.create(nd4jType(type.dataType()), Math.max(1, type.shape().size()));
    bytes = array.data().asNio().order(ByteOrder.nativeOrder());
    floats = bytes.asFloatBuffer();
    doubles = bytes.asDoubleBuffer();
    ints = bytes.asIntBuffer();
    longs = bytes.asLongBuffer();
    floatPointer = new FloatPointer(array.data().pointer());
    doublePointer = new DoublePointer(array.data().pointer());
  }

  private static org.nd4j.linalg.api.buffer.DataType nd4jType(DataType type) {
    return switch (type) {
      case FLOAT32 -> org.nd4j.linalg.api.buffer.DataType.FLOAT;
      case FLOAT64 -> org.nd4j.linalg.api.buffer.DataType.DOUBLE;
      case INT32 -> org.nd4j.linalg.api.buffer.DataType.INT;
      case BOOL -> org.nd4j.linalg.api.buffer.DataType.BOOL;
    };
  }

  /** Bytes that an array of this type holds. */
  static long heldBytes(TensorType type) {
    return Math.max(1L, type.shape().size()) * type.dataType().bytes();
  }

  TensorType type() {
    return type;
  }

  /** Number of elements. */
  int size() {
    return type.shape().size();
  }

  /** The tensor as ND4J's operations take it, {@code [max(1, size)]}. */
  INDArray array() {
    return array;
  }

  boolean isClosed() {
    return closed;
  }

  /** Takes all elements of another array of the same element type and size. */
  void copyFrom(NativeArray source) {
    bytes.put(0, source.bytes, 0, size() * type.dataType().bytes());
  }

  /** Takes some elements of another array of the same element type, from one place to another. */
  void copyPart(NativeArray source, int from, int to, int count) {
    int width = type.dataType().bytes();
    bytes.put(to * width, source.bytes, from * width, count * width);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      array.close();
      allocated.addAndGet(-heldBytes(type));
    }
  }
}
