package dev.stoa.distribution;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.WeakReference;
import java.lang.runtime.ObjectMethods;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;

/** What bundles that are gone may leave behind. */
final class Leaks {
  private static final int GRACE_SECONDS = 30;

  private Leaks() {}

  /** Waits until the class loaders are collected, and says what may hold those that are not. */
  static void expectGone(List<WeakReference<ClassLoader>> loaders) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
    while (loaders.stream().anyMatch(each -> each.get() != null)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(held(loaders));
      }
      forgetLastRecord();
      System.gc();
      LockSupport.parkNanos(20_000_000);
    }
  }

  private record Last(Object value) {}

  /**
   * Java 17 keeps the record class whose {@code equals} it has linked last, in a cache of one
   * ({@code asTypeCache} below {@code ObjectMethods.OBJECT_EQ}): it may be one of the device.
   */
  private static void forgetLastRecord() throws ReflectiveOperationException {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    MethodType equals = MethodType.methodType(boolean.class, Last.class, Object.class);
    MethodHandle value =
        lookup.findVirtual(Last.class, "value", MethodType.methodType(Object.class));
    try {
      ObjectMethods.bootstrap(lookup, "equals", equals, Last.class, "value", value);
    } catch (Throwable e) {
      throw new ReflectiveOperationException(e);
    }
  }

  private static String held(List<WeakReference<ClassLoader>> loaders)
      throws IOException, JMException {
    List<String> threads = new ArrayList<>();
    int alive = 0;
    for (WeakReference<ClassLoader> each : loaders) {
      ClassLoader loader = each.get();
      if (loader != null) {
        alive++;
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getContextClassLoader() == loader || loaderOf(t) == loader)
            .forEach(t -> threads.add(t.toString()));
      }
    }
    Path dump = Files.createTempDirectory(StoaContainer.build(), "held").resolve("heap.hprof");
    ManagementFactory.getPlatformMBeanServer()
        .invoke(
            new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
            "dumpHeap",
            new Object[] {dump.toString(), true},
            new String[] {"java.lang.String", "boolean"});
    return alive
        + " of "
        + loaders.size()
        + " class loaders stay; threads of theirs: "
        + threads
        + "; all references: "
        + dump;
  }

  private static ClassLoader loaderOf(Thread thread) {
    return thread.getClass().getClassLoader();
  }

  /** Bytes of class data that are in use after a collection. */
  static long classData() {
    System.gc();
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals("Metaspace"))
        .mapToLong((MemoryPoolMXBean pool) -> pool.getUsage().getUsed())
        .findFirst()
        .orElseThrow();
  }
}
