package dev.stoa.nd4j.internal;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Which kernels OpenBLAS computes with. ND4J's OpenBLAS is of 2021 and takes processors that it
 * does not know for one of 2004: on an Emerald Rapids a product [2048,1024]x[1024,1024] took 264 ms
 * with the kernels that it chose and 32 to 42 ms with those for AVX-512.
 */
final class OpenBlas {
  /** OpenBLAS reads it when it is loaded; a user's value is left alone. */
  static final String VARIABLE = "OPENBLAS_CORETYPE";

  private static final List<String> AVX512 = List.of("avx512f", "avx512bw", "avx512dq", "avx512vl");

  /** The tables of OpenBLAS 0.3.19, by the names of their symbols. */
  private static final List<String> CORES =
      List.of(
          "PRESCOTT CORE2 NEHALEM SANDYBRIDGE HASWELL SKYLAKEX COOPERLAKE BARCELONA BULLDOZER"
              .concat(" PILEDRIVER STEAMROLLER EXCAVATOR ZEN ATOM BOBCAT PENRYN DUNNINGTON NANO")
              .concat(" ARMV8 CORTEXA53 CORTEXA57 CORTEXA72 CORTEXA73 FALKOR THUNDERX")
              .concat(" THUNDERX2T99 TSV110 EMAG8180 NEOVERSEN1 THUNDERX3T110")
              .split(" "));

  private OpenBlas() {}

  /** The kernels that suit a processor; none where OpenBLAS is left to choose. */
  static Optional<String> kernels(Processor processor) {
    if (!processor.platform().equals("linux-x86_64")) {
      return Optional.empty();
    }
    if (processor.features().containsAll(AVX512)) {
      return Optional.of("SkylakeX");
    }
    return processor.features().containsAll(List.of("avx2", "fma"))
        ? Optional.of("Haswell")
        : Optional.empty();
  }

  /**
   * Sets the variable for this process, unless it is set or OpenBLAS is loaded already. Neither
   * Java's own view of the environment nor the processes that Java starts are touched.
   */
  static void choose(Processor processor) {
    Optional<String> kernels = kernels(processor);
    if (kernels.isPresent() && System.getenv(VARIABLE) == null && core().isEmpty()) {
      putEnvironment(VARIABLE + "=" + kernels.get());
    }
  }

  /**
   * Calls {@code putenv}. Java cannot, and of what JavaCPP brings one thing calls a C function of
   * one pointer at any address: the object that frees memory by a native deallocator. Where this
   * JavaCPP has none, OpenBLAS chooses, and the fingerprint says what.
   */
  private static void putEnvironment(String setting) {
    byte[] text = (setting + '\0').getBytes(StandardCharsets.US_ASCII);
    // Becomes part of the environment: never freed.
    Pointer memory = Pointer.malloc(text.length);
    Pointer putenv = Loader.addressof("putenv");
    if (memory == null || memory.isNull() || putenv == null || putenv.isNull()) {
      return;
    }
    new BytePointer(memory).put(text);
    try {
      Class<?> type =
          Class.forName(
              Pointer.class.getName() + "$NativeDeallocator",
              true,
              OpenBlas.class.getClassLoader());
      Constructor<?> make = type.getDeclaredConstructor(Pointer.class, long.class, long.class);
      Method call = type.getDeclaredMethod("deallocate", long.class, long.class);
      make.setAccessible(true);
      call.setAccessible(true);
      Object caller = make.newInstance(memory, memory.address(), putenv.address());
      call.invoke(caller, memory.address(), putenv.address());
    } catch (ReflectiveOperationException e) {
      Pointer.free(memory);
    }
  }

  /** The kernels in use, as OpenBLAS names them; empty while it is not loaded. */
  static String core() {
    Pointer used = Loader.addressof("gotoblas");
    if (used == null || used.isNull()) {
      return "";
    }
    try (LongPointer table = new LongPointer(1)) {
      Pointer.memcpy(table, used, Long.BYTES);
      return CORES.stream()
          .filter(core -> isTable(core, table.get()))
          .findFirst()
          .map(core -> core.toLowerCase(Locale.ROOT))
          .orElse("unknown");
    }
  }

  private static boolean isTable(String core, long address) {
    Pointer table = Loader.addressof("gotoblas_" + core);
    return table != null && table.address() == address;
  }
}
