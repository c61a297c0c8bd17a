package dev.stoa.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns what a user wrote (text, number, truth value) into one value of a declared type. Nothing is
 * guessed or rounded: an empty result means that the value does not fit the type.
 */
final class Scalars {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(_\\d+)*)?(\\.(\\d+(_\\d+)*)?)?([eE][+-]?\\d+)?");
  private static final Pattern INFINITY = Pattern.compile("([+-]?)\\.?inf(inity)?");
  private static final Set<String> TRUE = Set.of("true", "yes", "on");
  private static final Set<String> FALSE = Set.of("false", "no", "off");
  private static final BigDecimal LARGEST_FLOAT = new BigDecimal(Float.MAX_VALUE);
  private static final BigDecimal LARGEST_DOUBLE = new BigDecimal(Double.MAX_VALUE);

  private Scalars() {}

  /** How messages name a type: {@code a whole number}, {@code a number} and so on. */
  static String expected(Class<?> type) {
    if (type == int.class || type == long.class) {
      return "a whole number";
    } else if (type == float.class || type == double.class) {
      return "a number";
    } else if (type == boolean.class) {
      return "true or false";
    } else if (type.isEnum()) {
      return "one of " + String.join(", ", words(type));
    }
    return "text";
  }

  /** The allowed words of a choice: {@code LINEAR_DECAY} is written {@code linear-decay}. */
  static List<String> words(Class<?> type) {
    Object[] constants = type.getEnumConstants();
    return constants == null
        ? List.of()
        : Arrays.stream(constants).map(each -> word((Enum<?>) each)).toList();
  }

  /** One word of a choice. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The value as one of the type, boxed; empty when it does not fit. NaN fits no type. */
  static Optional<Object> convert(Class<?> type, Object raw) {
    if (type == int.class) {
      return whole(raw, Integer.MIN_VALUE, Integer.MAX_VALUE).map(BigInteger::intValue);
    } else if (type == long.class) {
      return whole(raw, Long.MIN_VALUE, Long.MAX_VALUE).map(BigInteger::longValue);
    } else if (type == float.class) {
      return real(raw, LARGEST_FLOAT).map(text -> (Object) Float.valueOf(text));
    } else if (type == double.class) {
      return real(raw, LARGEST_DOUBLE).map(text -> (Object) Double.valueOf(text));
    } else if (type == boolean.class) {
      return truth(raw);
    } else if (type.isEnum()) {
      return choice(type, raw);
    }
    return raw instanceof CharSequence ? Optional.of(raw.toString()) : Optional.empty();
  }

  private static Optional<BigInteger> whole(Object raw, long least, long greatest) {
    return number(raw)
        .filter(n -> n.signum() == 0 || n.stripTrailingZeros().scale() <= 0)
        .filter(n -> n.compareTo(BigDecimal.valueOf(least)) >= 0)
        .filter(n -> n.compareTo(BigDecimal.valueOf(greatest)) <= 0)
        .map(BigDecimal::toBigInteger);
  }

  /**
   * The number as text that {@code parseFloat} and {@code parseDouble} take without rounding twice.
   */
  private static Optional<String> real(Object raw, BigDecimal largest) {
    String text = raw.toString().strip().toLowerCase(Locale.ROOT);
    var infinity = INFINITY.matcher(text);
    if (infinity.matches()) {
      return Optional.of(infinity.group(1) + "Infinity");
    }
    boolean negativeZero = text.startsWith("-");
    return number(raw)
        .filter(n -> n.abs().compareTo(largest) <= 0)
        .map(n -> n.signum() == 0 ? (negativeZero ? "-0.0" : "0.0") : n.toString());
  }

  private static Optional<BigDecimal> number(Object raw) {
    if (!(raw instanceof Number) && !(raw instanceof CharSequence)) {
      return Optional.empty();
    }
    String text = raw.toString().strip();
    if (!NUMBER.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(text.replace("_", "")));
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }

  private static Optional<Object> truth(Object raw) {
    if (raw instanceof Boolean) {
      return Optional.of(raw);
    }
    String text = raw instanceof CharSequence ? raw.toString().toLowerCase(Locale.ROOT) : "";
    return TRUE.contains(text)
        ? Optional.of(true)
        : FALSE.contains(text) ? Optional.of(false) : Optional.empty();
  }

  private static Optional<Object> choice(Class<?> type, Object raw) {
    for (Object constant : type.getEnumConstants()) {
      String word = word((Enum<?>) constant);
      // YAML reads a bare word such as off as a truth value; the choice knows which word was meant.
      boolean said =
          raw instanceof Boolean truth
              ? (truth ? TRUE : FALSE).contains(word)
              : raw.toString().toLowerCase(Locale.ROOT).replace('_', '-').equals(word);
      if (said) {
        return Optional.of(constant);
      }
    }
    return Optional.empty();
  }
}
