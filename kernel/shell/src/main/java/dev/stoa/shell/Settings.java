package dev.stoa.shell;

import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.RunSpec;
import dev.stoa.run.UserException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The values of {@code --set}, laid over those of a run file. */
final class Settings {
  private Settings() {}

  /**
   * The specification with every {@code key=value} set. Keys become lower camel case: only so does
   * an option override a file that spells the key in another way.
   *
   * @throws UserException for a setting without a key, or a key given twice
   */
  static RunSpec apply(RunSpec before, List<String> settings) {
    RunSpec spec =
        before.parameters(
            canonical(before.parameters()), canonical(before.environmentParameters()));
    Set<String> given = new HashSet<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new UserException("'" + setting + "' sets nothing", "--set", "Write --set key=value");
      }
      String key = setting.substring(0, equals).strip();
      String name = Parameters.canonical(key);
      String place = "--set " + key;
      if (!given.add(name)) {
        throw new UserException(name + " is given twice", place, "Keep one");
      }
      String value = setting.substring(equals + 1).strip();
      spec = spec.set(name, new ParameterValue(value, place));
    }
    return spec;
  }

  private static Map<String, ParameterValue> canonical(Map<String, ParameterValue> values) {
    Map<String, ParameterValue> renamed = new TreeMap<>();
    values.forEach((key, value) -> renamed.put(Parameters.canonical(key), value));
    return renamed;
  }
}
