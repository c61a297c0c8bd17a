package dev.stoa.run;

import java.util.List;

/**
 * One parameter as data.
 *
 * @param name lower camel case
 * @param type {@code int}, {@code long}, {@code float}, {@code double}, {@code boolean}, {@code
 *     text} or {@code choice}, followed by {@code []} for a list
 * @param defaultValue as a user would write it
 * @param min smallest allowed value, or negative infinity
 * @param max largest allowed value, or infinity
 * @param choices the allowed words of a choice; otherwise empty
 * @param help meaning and unit
 * @param changeable whether a living run takes a new value
 */
public record ParameterInfo(
    String name,
    String type,
    String defaultValue,
    double min,
    double max,
    List<String> choices,
    String help,
    boolean changeable) {
  /** Takes a copy of the choices. */
  public ParameterInfo {
    choices = List.copyOf(choices);
  }
}
