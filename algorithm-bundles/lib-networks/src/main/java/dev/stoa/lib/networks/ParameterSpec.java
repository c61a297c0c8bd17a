package dev.stoa.lib.networks;

import dev.stoa.tensor.Shape;
import java.util.Objects;

/**
 * One parameter of a network, as data.
 *
 * @param name path of the parameter, for instance {@code actor/0/weight}
 * @param shape extents
 * @param initialiser gives its first values
 */
public record ParameterSpec(String name, Shape shape, Initialiser initialiser) {
  /** Checks that nothing is missing. */
  public ParameterSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(initialiser, "initialiser");
  }
}
