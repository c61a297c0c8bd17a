package dev.stoa.run;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** Reads parameter annotation types and fills them; implemented by the kernel. */
@ProviderType
public interface Parameters {
  /**
   * The declared parameters, by name.
   *
   * @throws IllegalArgumentException when an element has a type that {@link Parameter} does not
   *     allow
   */
  List<ParameterInfo> describe(Class<? extends Annotation> type);

  /**
   * An instance of the type holding the given values over its defaults. Keys are accepted in lower
   * camel, snake and kebab case.
   *
   * @param owner what the parameters belong to, for messages: {@code algorithm ppo}
   * @throws UserException for an unknown key (names the nearest three), an ill-typed value or one
   *     out of range
   */
  <P extends Annotation> P bind(Class<P> type, String owner, Map<String, ParameterValue> values);

  /**
   * The lower camel case form of a key in any accepted spelling: {@code learning_rate} and {@code
   * learning-rate} give {@code learningRate}. Dots stay.
   */
  static String canonical(String key) {
    StringBuilder name = new StringBuilder(key.length());
    boolean raise = false;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if ((c == '_' || c == '-') && name.length() > 0) {
        raise = true;
      } else {
        name.append(raise ? Character.toUpperCase(c) : c);
        raise = false;
      }
    }
    return name.toString();
  }

  /** Every value of a bound instance as text, by name in order: what {@code run.yaml} records. */
  Map<String, Object> values(Annotation bound);
}
