package dev.stoa.distribution;

import static org.junit.Assume.assumeTrue;

import dev.stoa.run.Runs;
import java.nio.file.Files;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** {@code Nd4jSwapIT} with many swaps ({@code -Pfull}); the figures are kept in docs/nd4j.md. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class Nd4jSwapFullIT {
  @Inject private BundleContext context;
  @Inject private Runs runs;

  @Configuration
  public static Option[] configuration() throws Exception {
    return StoaContainer.options();
  }

  private void swap(String bundle, int count, long allowedBytes) throws Exception {
    assumeTrue(
        "cpu-nd4j has no natives for this platform", StoaContainer.ready(context, "cpu-nd4j"));
    try (Training training = new Training(context, runs)) {
      new Nd4jSwaps(
              context, training, Files.createTempDirectory(StoaContainer.build(), "nd4j-full"))
          .swap(bundle, count, allowedBytes);
    }
  }

  @Test
  public void twoHundredSwapsOfTheDeviceChangeNoBitAndLeaveNothing() throws Exception {
    swap(Nd4jSwaps.DEVICE, 200, 10_000);
  }

  @Test
  public void twentySwapsOfNd4jItselfChangeNoBitAndLeaveNothing() throws Exception {
    swap(Nd4jSwaps.RUNTIME, 20, 100_000);
  }
}
