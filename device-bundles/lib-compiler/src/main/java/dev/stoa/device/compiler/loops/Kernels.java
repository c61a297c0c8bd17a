package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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

  private final Map<String, LoopKernel> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, LoopKernel> eldest) {
          return size() > KEPT;
        }
      };

  private final int lanes;
  private final boolean gradual;
  private int largest;

  /**
   * Makes kernels.
   *
   * @param lanes in a vector; 0 where there are no vectors
   * @param gradual whether plain loops run until those on vectors are compiled
   */
  public Kernels(int lanes, boolean gradual) {
    this.lanes = lanes;
    this.gradual = gradual;
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
  public synchronized LoopKernel kernel(Nest nest) {
    boolean later = gradual && nest.vectors() && NestRehearsal.fits(nest);
    NestCode.Written written = write(later ? nest.oneByOne() : nest);
    if (written.size() > MOST_BYTES && nest.vectors()) {
      written = write(nest.oneByOne());
    }
    byte[] bytes = written.bytes();
    return known.computeIfAbsent(
        key(bytes, later ? nest : null),
        key -> new LoopKernel(define(bytes), later ? () -> onVectors(nest) : null));
  }

  private NestCode.Written write(Nest nest) {
    NestCode.Written written = NestCode.write(nest, lanes);
    if (!nest.vectors() || written.size() <= MOST_BYTES) {
      largest = Math.max(largest, written.size());
    }
    return written;
  }

  private synchronized Optional<NestRehearsal> onVectors(Nest nest) {
    NestCode.Written written = write(nest);
    return written.size() > MOST_BYTES
        ? Optional.empty()
        : Optional.of(new NestRehearsal(nest, define(written.bytes()), lanes));
  }

  /** A class, and what its form on vectors depends on besides, as a text that is quick to find. */
  private static String key(byte[] bytes, Nest later) {
    StringBuilder key = new StringBuilder(new String(bytes, StandardCharsets.ISO_8859_1));
    if (later != null) {
      for (Nest.Value value : later.values()) {
        key.append((char) (1 + value.type().ordinal()));
      }
    }
    return key.toString();
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
