package dev.stoa.config;

import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.UserException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.configuration2.interpol.ConfigurationInterpolator;
import org.apache.commons.configuration2.interpol.DefaultLookups;

/**
 * Replaces {@code ${env:NAME}}, {@code ${sys:NAME}}, {@code ${const:CLASS.FIELD}} and {@code
 * ${KEY}} of a run file. No other lookup is registered: a file can neither run code nor open a
 * connection. {@code $${...}} stands for {@code ${...}} itself, {@code ${NAME:-text}} falls back to
 * the text.
 */
final class Interpolation {
  private final Set<String> unknown = new LinkedHashSet<>();
  private final ConfigurationInterpolator interpolator = new ConfigurationInterpolator();

  private Interpolation(Map<String, ParameterValue> values) {
    interpolator.registerLookup("env", DefaultLookups.ENVIRONMENT.getLookup());
    interpolator.registerLookup("sys", DefaultLookups.SYSTEM_PROPERTIES.getLookup());
    interpolator.registerLookup("const", DefaultLookups.CONST.getLookup());
    interpolator.addDefaultLookup(
        key -> {
          ParameterValue value = values.get(Parameters.canonical(key));
          return value == null ? null : value.value();
        });
    interpolator.addDefaultLookup(
        key -> {
          unknown.add(key);
          return null;
        });
  }

  /**
   * The values with every variable replaced.
   *
   * @throws UserException naming a variable that has no value or refers to itself
   */
  static Map<String, ParameterValue> apply(Map<String, ParameterValue> values) {
    Interpolation interpolation = new Interpolation(values);
    Map<String, ParameterValue> replaced = new TreeMap<>();
    values.forEach(
        (key, given) ->
            replaced.put(
                key,
                new ParameterValue(
                    interpolation.replace(given.value(), given.place()), given.place())));
    return replaced;
  }

  /** The text as it must be written so that nothing in it is taken for a variable. */
  static Object escape(Object value) {
    if (value instanceof String text) {
      return text.replace("${", "$${");
    } else if (value instanceof List<?> list) {
      return list.stream().map(Interpolation::escape).toList();
    }
    return value;
  }

  private Object replace(Object value, String place) {
    if (value instanceof List<?> list) {
      List<Object> parts = new ArrayList<>();
      list.forEach(part -> parts.add(replace(part, place)));
      return List.copyOf(parts);
    } else if (!(value instanceof String text)) {
      return value;
    }
    unknown.clear();
    Object result;
    try {
      result = interpolator.interpolate(value);
    } catch (IllegalStateException e) {
      throw new UserException("the variable in '" + value + "' refers to itself", place, "");
    }
    for (String name : unknown) {
      if (result.toString().contains("${" + name)) {
        throw new UserException(
            "the variable ${" + name + "} has no value",
            place,
            "Allowed are ${env:NAME}, ${sys:NAME}, ${const:CLASS.FIELD} and keys of the file");
      }
    }
    return result;
  }
}
