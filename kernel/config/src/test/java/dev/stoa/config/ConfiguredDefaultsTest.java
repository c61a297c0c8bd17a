package dev.stoa.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.run.ParameterValue;
import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class ConfiguredDefaultsTest {
  private static final String PID = "dev.stoa.defaults.algorithm.ppo";
  private final ConfiguredDefaults defaults = new ConfiguredDefaults();

  /** Holds one configuration, and knows one question. */
  private static ConfigurationAdmin holding(Dictionary<String, Object> properties) {
    Configuration configuration = only(Configuration.class, "getProperties", properties);
    return (ConfigurationAdmin)
        Proxy.newProxyInstance(
            ConfigurationAdmin.class.getClassLoader(),
            new Class<?>[] {ConfigurationAdmin.class},
            (proxy, method, arguments) -> {
              assertEquals("listConfigurations", method.getName());
              return arguments[0].equals("(service.pid=" + PID + ")")
                  ? new Configuration[] {configuration}
                  : null;
            });
  }

  private static <T> T only(Class<T> type, String name, Object answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              assertEquals(name, method.getName());
              return answer;
            }));
  }

  @Test
  void withoutConfigurationAdminThereAreNone() {
    assertEquals(Map.of(), defaults.of("algorithm ppo"));
  }

  @Test
  void theKeysOfTheConfigurationAreDefaultsAndThoseOfTheFrameworkAreNot() {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put("service.pid", PID);
    properties.put("learning_rate", "0.5");
    defaults.admin = holding(properties);
    assertEquals(
        Map.of(
            "learning_rate",
            new ParameterValue("0.5", "configuration " + PID + ", key learning_rate")),
        defaults.of("algorithm ppo"));
    assertEquals(Map.of(), defaults.of("algorithm sac"));
  }
}
