package dev.stoa.lib.networks;

import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import org.osgi.annotation.versioning.ConsumerType;

/** A parametrised function from tensors to tensors, as data: what it needs and how it is traced. */
@ConsumerType
public interface Network {
  /** What it needs. */
  ParameterTree parameters();

  /**
   * Traces one application.
   *
   * @param tracer of the graph
   * @param weights tensors under this network's parameter names; others may be among them
   * @param input {@code [batch..., inputs]}, unless the network says otherwise
   * @return {@code [batch..., outputs]}
   */
  Tensor apply(Tracer tracer, Weights weights, Tensor input);
}
