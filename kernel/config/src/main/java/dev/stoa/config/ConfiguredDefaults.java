package dev.stoa.config;

import dev.stoa.run.ParameterValue;
import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Defaults kept in Configuration Admin under the PID {@code dev.stoa.defaults.KIND.NAME}, every
 * character of the name that is no letter, digit, dot or underscore written as an underscore:
 * {@code dev.stoa.defaults.algorithm.ppo}, {@code dev.stoa.defaults.environment.CartPole_v1}. They
 * are read when a run binds its parameters, so a change touches later runs only.
 */
@Component(service = Defaults.class)
public final class ConfiguredDefaults implements Defaults {
  /** How every PID begins. */
  static final String PREFIX = "dev.stoa.defaults.";

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile ConfigurationAdmin admin;

  @Override
  public Map<String, ParameterValue> of(String owner) {
    ConfigurationAdmin present = admin;
    if (present == null) {
      return Map.of();
    }
    String pid = pid(owner);
    try {
      Configuration[] found = present.listConfigurations("(service.pid=" + pid + ")");
      return found == null ? Map.of() : values(found[0].getProperties(), pid);
    } catch (IOException | InvalidSyntaxException e) {
      throw new IllegalStateException("cannot read the configuration " + pid, e);
    }
  }

  static String pid(String owner) {
    return PREFIX + owner.replace(' ', '.').replaceAll("[^A-Za-z0-9._]", "_");
  }

  private static Map<String, ParameterValue> values(Dictionary<String, Object> from, String pid) {
    Map<String, ParameterValue> values = new TreeMap<>();
    for (String key : Collections.list(from.keys())) {
      // Keys with a dot are the framework's own: service.pid, felix.fileinstall.filename.
      if (key.indexOf('.') < 0) {
        values.put(key, new ParameterValue(from.get(key), "configuration " + pid + ", key " + key));
      }
    }
    return values;
  }
}
