package dev.stoa.config;

import dev.stoa.run.ParameterValue;
import dev.stoa.run.UserException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.configuration2.PropertiesConfiguration;
import org.apache.commons.configuration2.PropertiesConfiguration.PropertiesReader;
import org.apache.commons.configuration2.ex.ConfigurationException;

/** Properties as flat keys, read by Commons Configuration; values stay text, commas included. */
final class PropertiesFormat {
  /** Stands for {@code include}, which the caller resolves alike for both formats. */
  private static final String INCLUDE = "stoa:include";

  private PropertiesFormat() {}

  /**
   * The values by key as written, in the order of the file.
   *
   * @throws UserException for a broken escape or a key given twice
   */
  static Map<String, ParameterValue> read(Path file, String text) {
    Map<String, Integer> lines = new HashMap<>();
    PropertiesConfiguration configuration = new PropertiesConfiguration();
    configuration.setIOFactory(
        new PropertiesConfiguration.DefaultIOFactory() {
          @Override
          public PropertiesReader createPropertiesReader(Reader in) {
            return new LineReader(in, lines);
          }
        });
    try {
      configuration.read(new StringReader(text));
    } catch (ConfigurationException | IOException | RuntimeException e) {
      String message = e.getMessage() == null ? "unreadable" : e.getMessage();
      throw new UserException(
          "broken properties: " + message.lines().findFirst().orElse(""), file.toString(), "");
    }
    Map<String, ParameterValue> values = new LinkedHashMap<>();
    configuration
        .getKeys()
        .forEachRemaining(
            key -> {
              String name = key.equals(INCLUDE) ? RunKeys.INCLUDE : key;
              String place = file + ":" + lines.get(key) + ": " + name;
              Object value = configuration.getProperty(key);
              if (value instanceof Collection<?> && !key.equals(INCLUDE)) {
                throw new UserException(name + " is given twice", place, "Keep one");
              }
              values.put(name, new ParameterValue(value, place));
            });
    return values;
  }

  /** Keeps the line of each key, and keeps {@code include} from being followed here. */
  private static final class LineReader extends PropertiesReader {
    private final Map<String, Integer> lines;

    LineReader(Reader in, Map<String, Integer> lines) {
      super(in);
      this.lines = lines;
    }

    @Override
    protected void parseProperty(String line) {
      super.parseProperty(line);
      if (getPropertyName().equalsIgnoreCase(RunKeys.INCLUDE)) {
        initPropertyName(INCLUDE);
      }
      lines.put(getPropertyName(), getLineNumber());
    }
  }
}
