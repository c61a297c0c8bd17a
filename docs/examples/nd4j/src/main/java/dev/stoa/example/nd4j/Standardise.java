package dev.stoa.example.nd4j;

import dev.stoa.nd4j.Nd4jRuntime;
import dev.stoa.nd4j.Nd4jStatus;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Gives each column of a table {@code [row, column]} mean 0 and (biased) standard deviation 1. A
 * column of equal values becomes not-a-number.
 */
@Component(service = Function.class, property = "example=standardise")
public final class Standardise implements Function<float[][], float[][]> {
  private final Nd4jRuntime runtime;

  /** Over the bundle that holds ND4J. */
  @Activate
  public Standardise(@Reference Nd4jRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public float[][] apply(float[][] table) {
    // The first call in a process loads the natives; later ones ask only.
    Nd4jStatus status = runtime.load();
    if (!status.ready()) {
      throw new IllegalStateException(status.reason());
    }
    // What is closed is freed now, not when a collection finds it.
    try (INDArray values = Nd4j.createFromArray(table);
        INDArray mean = values.mean(0);
        INDArray deviation = values.std(false, 0);
        INDArray centred = values.subRowVector(mean);
        INDArray result = centred.divRowVector(deviation)) {
      return result.toFloatMatrix();
    } finally {
      // Whose thread this is, this class does not know: it may outlive ND4J.
      runtime.forgetThread();
    }
  }
}
