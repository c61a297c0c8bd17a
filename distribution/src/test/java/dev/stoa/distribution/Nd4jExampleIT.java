package dev.stoa.distribution;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeTrue;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.OptionUtils;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;

/** The example of docs/nd4j.md: a bundle of a user's own that computes with ND4J. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class Nd4jExampleIT {
  private static final int UPDATES = 20;

  @Inject private BundleContext context;

  @Configuration
  public static Option[] configuration() throws Exception {
    return OptionUtils.combine(
        StoaContainer.options(),
        CoreOptions.systemProperty("stoa.example.nd4j")
            .value(System.getProperty("stoa.example.nd4j")));
  }

  @Test
  public void theExampleComputesAndTwentyUpdatesLeaveNothingBehind() throws Exception {
    Bundle example =
        context.installBundle(
            "reference:" + Path.of(System.getProperty("stoa.example.nd4j")).toUri());
    example.start();
    // The example is the first that asks for ND4J: its threads must not hold it.
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    compute();
    for (int i = 0; i < UPDATES; i++) {
      loaders.add(new WeakReference<>(example.adapt(BundleWiring.class).getClassLoader()));
      example.update();
      compute();
    }
    assertEquals(UPDATES, loaders.size());
    Leaks.expectGone(loaders);
    example.uninstall();
  }

  @SuppressWarnings({"rawtypes", "unchecked"})
  private void compute() throws Exception {
    ServiceReference<Function> reference =
        context.getServiceReferences(Function.class, "(example=standardise)").iterator().next();
    Function<float[][], float[][]> standardise = context.getService(reference);
    try {
      // Columns 1, 3 and 10, 30: means 2 and 20, biased deviations 1 and 10.
      float[][] result = standardise.apply(new float[][] {{1, 10}, {3, 30}});
      assertArrayEquals(new float[] {-1, -1}, result[0], 0);
      assertArrayEquals(new float[] {1, 1}, result[1], 0);
    } catch (IllegalStateException e) {
      assumeTrue(e.getMessage(), StoaContainer.ready(context, "cpu-nd4j"));
      throw e;
    } finally {
      context.ungetService(reference);
    }
  }
}
