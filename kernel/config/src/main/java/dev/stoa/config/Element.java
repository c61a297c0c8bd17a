package dev.stoa.config;

import dev.stoa.run.Parameter;
import dev.stoa.run.ParameterInfo;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.UserException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One element of a parameter annotation type: what it allows, and how a given value becomes one.
 */
final class Element {
  private static final Set<Class<?>> PLAIN =
      Set.of(int.class, long.class, float.class, double.class, boolean.class, String.class);

  private final Method method;
  private final Parameter declared;
  private final boolean list;
  private final Class<?> type;

  private Element(Method method) {
    this.method = method;
    declared = method.getAnnotation(Parameter.class);
    list = method.getReturnType().isArray();
    type = list ? method.getReturnType().getComponentType() : method.getReturnType();
    if (declared == null) {
      throw new IllegalArgumentException(method + " lacks @Parameter");
    }
    if (!PLAIN.contains(type) && !type.isEnum()) {
      throw new IllegalArgumentException(method + " has a type that @Parameter does not allow");
    }
  }

  /** The elements of a type, by name. */
  static List<Element> of(Class<? extends Annotation> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> !method.isSynthetic())
        .sorted(Comparator.comparing(Method::getName))
        .map(Element::new)
        .toList();
  }

  String name() {
    return method.getName();
  }

  boolean required() {
    return method.getDefaultValue() == null;
  }

  ParameterInfo info() {
    String word = type.isEnum() ? "choice" : type == String.class ? "text" : type.getName();
    return new ParameterInfo(
        name(),
        list ? word + "[]" : word,
        required() ? "" : written(method.getDefaultValue()),
        declared.min(),
        declared.max(),
        Scalars.words(type),
        declared.help(),
        declared.changeable());
  }

  /**
   * The value of a bound instance in types of {@code java.*}: number, truth value, text or list.
   */
  Object read(Annotation bound) {
    return recorded(get(bound));
  }

  /** Its value as the annotation gives it. */
  Object get(Annotation bound) {
    try {
      // The type may be package-private in the plugin.
      method.setAccessible(true);
      return method.invoke(bound);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + method, e);
    }
  }

  /**
   * What was given, as a value of this element.
   *
   * @throws UserException for a wrong type or a value out of range
   */
  Object convert(ParameterValue given, String owner) {
    String label = name() + " of " + owner;
    if (!list) {
      return one(given.value(), given.place(), label);
    }
    List<Object> parts = parts(given.value());
    Object array = Array.newInstance(type, parts.size());
    for (int i = 0; i < parts.size(); i++) {
      Array.set(array, i, one(parts.get(i), given.place(), label + ", entry " + (i + 1)));
    }
    return array;
  }

  /** Reads one plain value: for keys of a run file that belong to no annotation type. */
  static Object plain(Class<?> type, ParameterValue given, String label, double min, double max) {
    return check(type, given.value(), given.place(), label, min, max, "");
  }

  private Object one(Object raw, String place, String label) {
    String example = required() ? "" : "The default is " + written(method.getDefaultValue());
    return check(type, raw, place, label, declared.min(), declared.max(), example);
  }

  private static Object check(
      Class<?> type, Object raw, String place, String label, double min, double max, String hint) {
    Optional<Object> value = Scalars.convert(type, raw);
    if (value.isEmpty()) {
      String remedy = type == String.class ? "Put it in quotes to make it text" : hint;
      throw new UserException(
          label + " must be " + Scalars.expected(type) + ", not " + shown(raw), place, remedy);
    }
    if (value.get() instanceof Number number && outside(number, min, max)) {
      throw new UserException(
          label + " is " + number + ", which must be " + range(type, min, max), place, hint);
    }
    return value.get();
  }

  /** A float is compared with bounds rounded to float, so that 0.1 is inside [0.1, 1]. */
  private static boolean outside(Number number, double min, double max) {
    if (number instanceof Float value) {
      return value < (float) min || value > (float) max;
    }
    return number.doubleValue() < min || number.doubleValue() > max;
  }

  private static String range(Class<?> type, double min, double max) {
    if (max == Double.POSITIVE_INFINITY) {
      return "at least " + bound(type, min);
    } else if (min == Double.NEGATIVE_INFINITY) {
      return "at most " + bound(type, max);
    }
    return "from " + bound(type, min) + " to " + bound(type, max);
  }

  private static String bound(Class<?> type, double value) {
    boolean whole = type == int.class || type == long.class;
    return whole && value == Math.rint(value)
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static String shown(Object raw) {
    if (raw instanceof Collection<?> || raw.getClass().isArray()) {
      return "a list";
    } else if (raw instanceof CharSequence) {
      return "'" + raw + "'";
    }
    return raw.toString();
  }

  /**
   * A list in any of the accepted forms: list, array, {@code 64,64}, {@code [64, 64]}, one value.
   */
  private static List<Object> parts(Object raw) {
    if (raw instanceof Collection<?> values) {
      return new ArrayList<>(values);
    } else if (raw.getClass().isArray()) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < Array.getLength(raw); i++) {
        values.add(Array.get(raw, i));
      }
      return values;
    } else if (!(raw instanceof CharSequence)) {
      return List.of(raw);
    }
    String text = raw.toString().strip();
    if (text.startsWith("[") && text.endsWith("]")) {
      text = text.substring(1, text.length() - 1).strip();
    }
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(part -> (Object) part.strip()).toList();
  }

  private static Object recorded(Object value) {
    if (value instanceof Enum<?> constant) {
      return Scalars.word(constant);
    } else if (value instanceof Float number) {
      return Double.valueOf(number.toString());
    } else if (value.getClass().isArray()) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        values.add(recorded(Array.get(value, i)));
      }
      return List.copyOf(values);
    }
    return value;
  }

  private static String written(Object value) {
    Object plain = recorded(value);
    return plain instanceof List<?> values
        ? String.join(",", values.stream().map(Object::toString).toList())
        : plain.toString();
  }
}
