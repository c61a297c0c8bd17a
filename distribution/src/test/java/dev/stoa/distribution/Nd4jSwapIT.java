package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunPhase;
import dev.stoa.run.Runs;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * ND4J and the device on it are replaced under a training; {@code Nd4jSwapFullIT} does it longer.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class Nd4jSwapIT {
  @Inject private BundleContext context;
  @Inject private Runs runs;
  private Path folder;
  private Training training;
  private Nd4jSwaps swaps;
  private Installed installed;

  @Configuration
  public static Option[] configuration() throws Exception {
    return StoaContainer.options();
  }

  @Before
  public void open() throws Exception {
    assumeTrue(
        "cpu-nd4j has no natives for this platform", StoaContainer.ready(context, "cpu-nd4j"));
    folder = Files.createTempDirectory(StoaContainer.build(), "nd4j");
    training = new Training(context, runs);
    installed = new Installed(context);
    swaps = new Nd4jSwaps(context, training, folder);
  }

  @After
  public void close() {
    if (training != null) {
      training.close();
    }
  }

  @Test
  public void tenSwapsOfTheDeviceChangeNoBitAndLeaveNothing() throws Exception {
    swaps.swap(Nd4jSwaps.DEVICE, 10, 300_000);
  }

  @Test
  public void twoSwapsOfNd4jItselfChangeNoBitAndLeaveNothing() throws Exception {
    swaps.swap(Nd4jSwaps.RUNTIME, 2, 1_000_000);
  }

  /** As a thread of an application's pool would: it computes, closes, and lives on. */
  @Test
  public void aThreadThatComputedAndLivesOnKeepsNothingOfNd4j() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      thread.submit(() -> computeOn(swaps.device())).get();
      List<WeakReference<ClassLoader>> loaders =
          List.of(installed.loader(Nd4jSwaps.RUNTIME), installed.loader(Nd4jSwaps.DEVICE));
      swaps.update(installed.bundle(Nd4jSwaps.RUNTIME));
      Leaks.expectGone(loaders);
      thread.submit(() -> computeOn(swaps.device())).get();
    } finally {
      thread.shutdown();
    }
  }

  private static Void computeOn(Device device) {
    // A product that OpenBLAS computes.
    int side = 768;
    Graph graph =
        Graph.trace(
            "sums",
            g -> {
              var x = g.input("x", side, side);
              g.output("y", x.add(x).dot(x));
            });
    try (DeviceSession session = device.open(DeviceContext.singleThread());
        Executable executable = session.compile(graph);
        DeviceBuffer x = session.allocate(TensorType.of(DataType.FLOAT32, side, side));
        DeviceBuffer y = session.allocate(TensorType.of(DataType.FLOAT32, side, side))) {
      float[] ones = new float[side * side];
      java.util.Arrays.fill(ones, 1);
      x.write(ones);
      executable.run(new DeviceBuffer[] {x}, new DeviceBuffer[] {y});
      float[] result = new float[side * side];
      y.read(result);
      // Rows of twos by columns of ones.
      assertEquals(2f * side, result[side], 0);
      return null;
    }
  }

  @Test
  public void aRuntimeWithOtherNativesIsRefusedAndTheRunWaitsForTheRightOne() throws Exception {
    // So many that the run still goes on when the runtime, a large file, has been replaced.
    long steps = 102_400;
    Path other = withOtherNatives();
    Training.Files3 undisturbed = training.train(swaps.spec("refused-undisturbed", steps));
    Bundle runtime = installed.bundle(Nd4jSwaps.RUNTIME);
    Run run = training.start(swaps.spec("refused", steps));
    Training.awaitCount(run, 1024);
    try (InputStream in = Files.newInputStream(other)) {
      runtime.update(in);
    }
    installed.refresh(runtime);
    RunEvent waits = training.await(run, event -> event.status().phase() == RunPhase.WAITING);
    assertTrue(waits.message(), waits.message().contains("restart needed"));
    DeviceInfo refused = swaps.device().describe();
    assertFalse(refused.ready());
    assertTrue(refused.reason(), refused.reason().contains("already holds the natives nd4j-1.0.0"));
    assertFalse(refused.reason(), refused.reason().contains("\n"));
    // What does not need them goes on.
    training.train(swaps.spec("on-the-jvm", 1024).device("cpu-jvm"));
    swaps.update(runtime);
    Training.finished(run);
    assertEquals("", undisturbed.difference(Training.Files3.of(run.directory())));
  }

  /** The runtime as it would be with natives that differ in one byte: another digest. */
  private Path withOtherNatives() throws Exception {
    Path jar = folder.resolve("other.jar");
    for (Path each : StoaContainer.bundles()) {
      if (each.getFileName().toString().startsWith(Nd4jSwaps.RUNTIME + "-")) {
        Files.copy(each, jar);
      }
    }
    try (FileSystem inside = FileSystems.newFileSystem(jar)) {
      Path digests = inside.getPath("natives/digests.txt");
      String text = Files.readString(digests);
      char digit = text.charAt(text.length() - 1);
      Files.writeString(digests, text.substring(0, text.length() - 1) + (digit == '0' ? '1' : '0'));
    }
    return jar;
  }
}
