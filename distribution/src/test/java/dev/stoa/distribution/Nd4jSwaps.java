package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.stoa.device.Device;
import dev.stoa.run.Parts;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Replaces cpu-nd4j, or ND4J itself, under a training, and looks at what stays behind. */
final class Nd4jSwaps {
  static final String DEVICE = "dev.stoa.device.cpund4j";
  static final String RUNTIME = "dev.stoa.nd4j";

  /** A rollout of PPO with its defaults: 8 copies by 32 steps. */
  private static final long ROLLOUT = 256;

  private final BundleContext context;
  private final Installed installed;
  private final Training training;
  private final Path folder;

  Nd4jSwaps(BundleContext context, Training training, Path folder) {
    this.context = context;
    this.installed = new Installed(context);
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
      loaders.add(installed.loader(symbolicName));
      pauses.add(swapOnce(run, symbolicName));
      if (i == settled) {
        before = Leaks.classData();
      }
    }
    long after = Leaks.classData();
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
    Leaks.expectGone(loaders);
    assertTrue("class data grows by " + growth + " bytes a swap", growth < allowedBytes);
  }

  /** One swap; gives the pause of the run in seconds. */
  private double swapOnce(Run run, String symbolicName) throws Exception {
    Device old = device();
    update(installed.bundle(symbolicName));
    RunEvent swap = training.await(run, event -> event.kind() == RunEvent.Kind.SWAP);
    assertEquals("bytes that the old device holds", 0, old.allocatedBytes());
    return swap.values().get("pause");
  }

  /** Updates a bundle from where it came, and whatever uses its packages. */
  void update(Bundle bundle) throws Exception {
    bundle.update();
    // The device exports nothing: a refresh would be another restart.
    if (!bundle.getSymbolicName().equals(DEVICE)) {
      installed.refresh(bundle);
    }
  }

  /** The device that is there now. */
  Device device() throws InvalidSyntaxException {
    Collection<ServiceReference<Device>> found =
        context.getServiceReferences(Device.class, "(" + Parts.NAME + "=cpu-nd4j)");
    return context.getService(found.iterator().next());
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
