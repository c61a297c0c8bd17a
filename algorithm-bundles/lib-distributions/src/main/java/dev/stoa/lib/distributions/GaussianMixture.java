package dev.stoa.lib.distributions;

import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;

/**
 * Real vectors from one of k diagonal Gaussians, chosen with probabilities proportional to the
 * exponentials of logits (Bishop: "Mixture density networks", 1994). Actions are real, {@code
 * [batch, size]}. Entropy and divergence have no closed form, and a sample has no derivative.
 */
public final class GaussianMixture implements Distribution {
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private final Categorical component;
  private final Tensor logits;
  private final Tensor means;
  private final Tensor logStandardDeviations;
  private final int batch;
  private final int components;
  private final int size;

  /**
   * A distribution.
   *
   * @param tracer of the graph
   * @param logits {@code [batch, k]}
   * @param means {@code [batch, k, size]}
   * @param logStandardDeviations natural logarithms, {@code [batch, k, size]}
   */
  public GaussianMixture(Tracer tracer, Tensor logits, Tensor means, Tensor logStandardDeviations) {
    if (means.shape().rank() != 3) {
      throw new IllegalArgumentException("means are [batch, k, size], not " + means.shape());
    }
    batch = means.shape().extent(0);
    components = means.shape().extent(1);
    size = means.shape().extent(2);
    Densities.shaped("logits", logits, Shape.of(batch, components));
    Densities.shaped("log standard deviations", logStandardDeviations, means.shape());
    component = new Categorical(tracer, logits);
    this.logits = logits;
    this.means = means;
    this.logStandardDeviations = logStandardDeviations;
  }

  @Override
  public Tensor logProbability(Tensor actions) {
    Densities.shaped("actions", actions, Shape.of(batch, size));
    Tensor distance = actions.reshape(batch, 1, size).sub(means);
    Tensor squares = distance.mul(logStandardDeviations.neg().exp()).square().mul(-0.5);
    Tensor logs = squares.sub(logStandardDeviations.add(HALF_LOG_TWO_PI)).sum(2);
    return Functions.logSumExp(component.logProbabilities().add(logs), 1);
  }

  @Override
  public boolean hasEntropy() {
    return false;
  }

  @Override
  public Tensor entropy() {
    throw new UnsupportedOperationException(
        "the entropy of a mixture of Gaussians has no closed form: estimate it by -logProbability"
            + " of samples");
  }

  /** The mean of the likeliest component; the mode itself has no closed form. */
  @Override
  public Tensor mode() {
    return of(means, component.mode());
  }

  /** Of all components' rows {@code [batch, k, size]} those that are chosen. */
  private Tensor of(Tensor all, Tensor chosen) {
    Tensor hit = Functions.oneHot(chosen, components, all.dataType());
    return all.mul(hit.reshape(batch, components, 1)).sum(1);
  }

  @Override
  public Tensor sample(Tracer tracer, Tensor key, Tensor counter, int purpose) {
    Tensor uniform = tracer.uniform(key, counter, purpose, batch, components + 2 * size);
    Tensor chosen = component.chosen(uniform.slice(1, 0, components));
    Tensor first = uniform.slice(1, components, components + size);
    Tensor second = uniform.slice(1, components + size, components + 2 * size);
    Tensor noise = Densities.normal(first, second, logits.dataType());
    Tensor deviation = of(logStandardDeviations.exp(), chosen);
    return of(means, chosen).add(noise.mul(deviation)).stopGradient();
  }
}
