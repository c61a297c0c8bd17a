package dev.stoa.device.cpujvm.loops;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes kernels of nests. Equal nests share one class, and the compiled code with it: the last few
 * hundred kernels are kept for graphs to come, the next run or the next seed. A class dies with its
 * last kernel. Safe for use by several threads.
 */
public final class Kernels {
  /** HotSpot never compiles a method above 8,000 bytes; generated ones stay well below. */
  static final int MOST_BYTES = 6_000;

  /** Kernels that are kept beyond the executables that use them. */
  private static final int KEPT = 512;

  private final Map<ByteBuffer, Kernel> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Kernel> eldest) {
          return size() > KEPT;
        }
      };

  private final int lanes;
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
    byte[] bytes = written.bytes();
    return known.computeIfAbsent(ByteBuffer.wrap(digest(bytes)), key -> define(bytes));
  }

  private static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
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
