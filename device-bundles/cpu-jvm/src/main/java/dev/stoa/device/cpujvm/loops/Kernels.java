package dev.stoa.device.cpujvm.loops;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes kernels of nests. Equal nests share one class while a kernel of it is in use; a class dies
 * with its last kernel. Safe for use by several threads.
 */
public final class Kernels {
  /** HotSpot never compiles a method above 8,000 bytes; generated ones stay well below. */
  static final int MOST_BYTES = 6_000;

  private static final int DROP_EVERY = 64;

  private final Map<ByteBuffer, WeakReference<Kernel>> known = new HashMap<>();
  private final int lanes;
  private int made;
  private int largest;

  /**
   * Makes kernels.
   *
   * @param lanes in a vector; 0 where there are no vectors
   */
  public Kernels(int lanes) {
    this.lanes = lanes;
  }

  /** Lanes of a vector; 0 where there are no vectors. */
  public int lanes() {
    return lanes;
  }

  /** Whether vectors can do an element-wise operation. */
  public static boolean byVectors(Operation operation, DataType type, DataType operandType) {
    return VectorLanes.can(operation, type, operandType);
  }

  /** The kernel of a nest. */
  public synchronized Kernel kernel(Nest nest) {
    NestCode.Written written = NestCode.write(nest, lanes);
    if (written.size() > MOST_BYTES && nest.vectors()) {
      written = NestCode.write(nest.oneByOne(), lanes);
    }
    largest = Math.max(largest, written.size());
    ByteBuffer key = ByteBuffer.wrap(written.bytes());
    WeakReference<Kernel> found = known.get(key);
    Kernel kernel = found == null ? null : found.get();
    if (kernel == null) {
      kernel = define(written.bytes());
      known.put(key, new WeakReference<>(kernel));
      if (++made % DROP_EVERY == 0) {
        known.values().removeIf(each -> each.get() == null);
      }
    }
    return kernel;
  }

  /** Bytes of byte code of the largest method so far. */
  public synchronized int largest() {
    return largest;
  }

  private static Kernel define(byte[] bytes) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (Kernel)
          lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class)).invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("generated code is wrong: " + e, e);
    }
  }
}
