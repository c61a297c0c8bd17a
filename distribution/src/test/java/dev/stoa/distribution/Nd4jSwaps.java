package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.stoa.device.Device;
import dev.stoa.run.Parts;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunSpec;
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
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Replaces cpu-nd4j, or ND4J itself, under a training, and looks at what stays behind. */
final class Nd4jSwaps {
  static final String DEVICE = "dev.stoa.device.cpund4j";
  static final String RUNTIME = "dev.stoa.nd4j";

  /** A rollout of PPO with its defaults: 8 copies by 32 steps. */
  private static final long ROLLOUT = 256;

  private static final int GRACE_SECONDS = 30;

  private final BundleContext context;
  private final Training training;
  private final Path folder;

  Nd4jSwaps(BundleContext context, Training training, Path folder) {
    this.context = context;
    this.training = training;
    this.folder = folder;
  }

  RunSpec spec(String name, long steps) {
    return RunSpec.of("ppo", "CartPole-v1")
        .seed(1)
        .steps(steps)
        .device("cpu-nd4j")
        .directory(folder.resolve(name));
  }

  /**
   * Trains undisturbed and under swaps, and expects equal bytes, no class loader of a replaced
   * bundle, no memory of the device, and no more class data than before.
   *
   * @param symbolicName of the bundle that is updated
   * @param count of swaps
   * @param allowedBytes growth of class data per swap that is taken for noise: far below what one
   *     class loader that stays would cost
   */
  void swap(String symbolicName, int count, long allowedBytes) throws Exception {
    // Twice the way: a machine under load may lag behind the run.
    long steps = 2 * count * 2 * ROLLOUT;
    Training.Files3 undisturbed = training.train(spec(symbolicName + "-undisturbed", steps));
    Run run = training.start(spec(symbolicName + "-swapped", steps));
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    List<Double> pauses = new ArrayList<>();
    int settled = Math.max(1, count / 4);
    long before = 0;
    for (int i = 1; i <= count; i++) {
      Training.awaitCount(run, i * 2 * ROLLOUT);
      loaders.add(loader(symbolicName));
      pauses.add(swapOnce(run, symbolicName));
      if (i == settled) {
        before = classData();
      }
    }
    long after = classData();
    Training.finished(run);
    assertEquals(count, run.status().swaps());
    assertEquals("", undisturbed.difference(Training.Files3.of(run.directory())));
    assertEquals("bytes of the device", 0, device().allocatedBytes());
    long growth = count == settled ? 0 : (after - before) / (count - settled);
    System.out.printf(
        Locale.ROOT,
        "%s: %d swaps, pause median %.0f ms, most %.0f ms; class data %.1f MB, then %+d bytes a swap;"
            + " %d threads; glue %.0f MB%n",
        symbolicName,
        count,
        1000 * pauses.stream().sorted().toList().get(count / 2),
        1000 * pauses.stream().max(Double::compare).orElseThrow(),
        before / 1e6,
        growth,
        ManagementFactory.getThreadMXBean().getThreadCount(),
        glue() / 1e6);
    expectGone(loaders);
    assertTrue("class data grows by " + growth + " bytes a swap", growth < allowedBytes);
  }

  /** One swap; gives the pause of the run in seconds. */
  private double swapOnce(Run run, String symbolicName) throws Exception {
    Device old = device();
    update(bundle(symbolicName));
    RunEvent swap = training.await(run, event -> event.kind() == RunEvent.Kind.SWAP);
    assertEquals("bytes that the old device holds", 0, old.allocatedBytes());
    return swap.values().get("pause");
  }

  /** Updates a bundle from where it came, and whatever uses its packages. */
  void update(Bundle bundle) throws Exception {
    bundle.update();
    // The device exports nothing: a refresh would be another restart.
    if (!bundle.getSymbolicName().equals(DEVICE)) {
      refresh(bundle);
    }
  }

  void refresh(Bundle bundle) throws InterruptedException {
    CountDownLatch refreshed = new CountDownLatch(1);
    context
        .getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
        .adapt(FrameworkWiring.class)
        .refreshBundles(
            List.of(bundle),
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    assertTrue("refreshed", refreshed.await(GRACE_SECONDS, TimeUnit.SECONDS));
  }

  Bundle bundle(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .filter(each -> symbolicName.equals(each.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }

  WeakReference<ClassLoader> loader(String symbolicName) {
    return new WeakReference<>(bundle(symbolicName).adapt(BundleWiring.class).getClassLoader());
  }

  /** The device that is there now. */
  Device device() throws InvalidSyntaxException {
    Collection<ServiceReference<Device>> found =
        context.getServiceReferences(Device.class, "(" + Parts.NAME + "=cpu-nd4j)");
    return context.getService(found.iterator().next());
  }

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
  private static long classData() {
    System.gc();
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals("Metaspace"))
        .mapToLong((MemoryPoolMXBean pool) -> pool.getUsage().getUsed())
        .findFirst()
        .orElseThrow();
  }

  /** Bytes of the renamed libraries that JavaCPP writes for each new class loader. */
  private static long glue() throws IOException {
    try (Stream<Path> files = Files.walk(StoaContainer.data().resolve("native"))) {
      return files
          .filter(each -> each.toString().contains(".process-" + ProcessHandle.current().pid()))
          .filter(each -> Files.isRegularFile(each) && !Files.isSymbolicLink(each))
          .mapToLong(each -> each.toFile().length())
          .sum();
    }
  }
}
