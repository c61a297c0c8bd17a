package dev.stoa.run;

import java.util.Objects;

/**
 * A value a user gave, as written, and where: the place stands in every error about it.
 *
 * @param value text, number, truth value or list as read
 * @param place {@code --set}, or file and line or key
 */
public record ParameterValue(Object value, String place) {
  /** Checks that both are there. */
  public ParameterValue {
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(place, "place");
  }
}
