package dev.stoa.nd4j.internal;

import dev.stoa.nd4j.Nd4jStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.osgi.framework.Bundle;

/** What touches ND4J's classes: loading it, and ending its threads. */
final class Nd4jProcess {
  private Nd4jProcess() {}

  /**
   * Initialises ND4J over a folder of libraries, on the calling thread, which should end soon
   * after: ND4J leaves values in its thread-locals.
   */
  static Nd4jStatus start(Path folder, Natives natives, Processor processor) {
    // JavaCPP reads JVM-wide properties. Every bundle with a JavaCPP of its own takes this one
    // lock, on a class that all of them share.
    synchronized (Bundle.class) {
      Optional<String> conflict = natives.conflict();
      if (conflict.isPresent()) {
        return Nd4jStatus.unavailable(conflict.get());
      }
      Map<String, String> before = exchange(settings(folder, natives, !natives.hold()));
      try {
        OpenBlas.choose(processor);
        return initialise(natives, processor);
      } finally {
        exchange(before);
      }
    }
  }

  /**
   * JavaCPP's properties. It loads libraries from the folder as they lie there; extracts nothing,
   * because none is on the class path; and writes, in the folder it may write to, links alone. When
   * a new class space loads ND4J again, JavaCPP writes renamed copies of the glue, and links to
   * whatever it found: a folder of this process is the place for those, not the one that processes
   * share.
   */
  private static Map<String, String> settings(Path folder, Natives natives, boolean again) {
    Path writable = again ? NativeFiles.ofThisProcess(folder) : folder;
    String extension = natives.classifier().substring(natives.platform().length());
    return Map.of(
        "org.bytedeco.javacpp.cachedir",
        writable.toString(),
        "org.bytedeco.javacpp.cachedir.nosubdir",
        "true",
        "org.bytedeco.javacpp.platform.linkpath",
        folder.toString(),
        "org.bytedeco.javacpp.platform.extension",
        extension);
  }

  private static Nd4jStatus initialise(Natives natives, Processor processor) {
    try {
      // JavaCPP remembers the folder from here on.
      Loader.getCacheDir();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ND4JClassLoading.setNd4jClassloaderFromClass(Nd4j.class);
    Nd4j.create(DataType.FLOAT, 1).close();
    // One thread per call: OpenBLAS gives other bits on two threads than on one.
    openblas_nolapack.blas_set_num_threads(1);
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    Nd4j.getEnvironment().setMaxThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    Nd4j.getMemoryManager().togglePeriodicGc(false);
    int level = NativeOpsHolder.getInstance().getDeviceNativeOps().binaryLevel();
    String fingerprint =
        String.join(
            " ",
            natives.identity(),
            "level-" + level,
            "openblas-" + natives.openblas() + "/" + OpenBlas.core(),
            processor.fingerprint());
    return Nd4jStatus.ready(fingerprint, Pointer.totalPhysicalBytes());
  }

  /** Sets properties (an empty value removes one) and returns what was there. */
  private static Map<String, String> exchange(Map<String, String> settings) {
    Map<String, String> before = new HashMap<>();
    settings.forEach(
        (key, value) -> {
          String old = value.isEmpty() ? System.clearProperty(key) : System.setProperty(key, value);
          before.put(key, old == null ? "" : old);
        });
    return before;
  }

  /**
   * Removes what ND4J's operations left in the calling thread: pointers and a random generator in
   * thread-locals that ND4J's single objects hold. JavaCPP leaves nothing but Java's own types.
   */
  static void forgetThread() {
    for (Object holder :
        List.of(
            Nd4j.getExecutioner(),
            Nd4j.factory(),
            Nd4j.getMemoryManager(),
            Nd4j.getWorkspaceManager(),
            Nd4j.getRandomFactory())) {
      for (Class<?> type = holder.getClass(); type != null; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (ThreadLocal.class.isAssignableFrom(field.getType())) {
            remove(field, holder);
          }
        }
      }
    }
  }

  private static void remove(Field field, Object holder) {
    try {
      field.setAccessible(true);
      ThreadLocal<?> local = (ThreadLocal<?>) field.get(holder);
      if (local != null) {
        local.remove();
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a field made accessible is not: " + field, e);
    }
  }

  /** Ends every thread that runs ND4J's classes, so that its class loader can go. */
  static void endThreads() {
    ClassLoader own = Nd4jProcess.class.getClassLoader();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      boolean ours =
          thread.getClass().getClassLoader() == own || thread.getContextClassLoader() == own;
      if (ours && thread != Thread.currentThread()) {
        thread.interrupt();
        try {
          thread.join(2_000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
