package dev.stoa.config;

import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.UserException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A run file and what it includes, as one map of flat keys in lower camel case. The including file
 * overrides what it includes; of several included files a later one overrides an earlier one.
 */
final class Sources {
  private final Set<Path> open = new LinkedHashSet<>();

  private Sources() {}

  /**
   * Reads a file with its includes; nothing is interpolated yet.
   *
   * @throws UserException for a missing or unreadable file, broken syntax, an unknown key, a key
   *     given twice, or files that include each other
   */
  static Map<String, ParameterValue> read(Path file) {
    return new Sources().load(file, "");
  }

  private Map<String, ParameterValue> load(Path file, String from) {
    Path path = file.toAbsolutePath().normalize();
    if (!open.add(path)) {
      throw new UserException(
          "files include each other: " + chain(path), from, "Remove one of the includes");
    }
    Map<String, ParameterValue> own = checked(parse(file, text(file, from)));
    ParameterValue include = own.remove(RunKeys.INCLUDE);
    Map<String, ParameterValue> merged = new TreeMap<>();
    if (include != null) {
      for (String other : files(include)) {
        merged.putAll(load(path.resolveSibling(other), include.place()));
      }
    }
    merged.putAll(own);
    open.remove(path);
    return merged;
  }

  private String chain(Path last) {
    StringBuilder line = new StringBuilder();
    boolean inside = false;
    for (Path each : open) {
      inside |= each.equals(last);
      if (inside) {
        line.append(each.getFileName()).append(" -> ");
      }
    }
    return line.append(last.getFileName()).toString();
  }

  private static String text(Path file, String from) {
    try {
      return Files.readString(file);
    } catch (MalformedInputException e) {
      throw new UserException("the file is not UTF-8 text", file.toString(), "");
    } catch (IOException e) {
      String what =
          Files.isDirectory(file)
              ? file + " is a directory, not a run file"
              : Files.exists(file) ? "cannot read " + file : "there is no file " + file;
      throw new UserException(what, from, "Give the path of a .yaml, .yml or .properties file");
    }
  }

  private static Map<String, ParameterValue> parse(Path file, String text) {
    Path last = file.getFileName();
    String name = last == null ? "" : last.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      return YamlFormat.read(file, text);
    } else if (name.endsWith(".properties")) {
      return PropertiesFormat.read(file, text);
    }
    throw new UserException(
        "the kind of run file is not known", file.toString(), "Name it .yaml, .yml or .properties");
  }

  private static List<String> files(ParameterValue include) {
    Collection<?> named =
        include.value() instanceof Collection<?> list ? list : List.of(include.value());
    for (Object each : named) {
      if (!(each instanceof String)) {
        throw new UserException("include must name files, not " + each, include.place(), "");
      }
    }
    return named.stream().map(Object::toString).toList();
  }

  private static Map<String, ParameterValue> checked(Map<String, ParameterValue> written) {
    Map<String, ParameterValue> values = new TreeMap<>();
    written.forEach(
        (key, given) -> {
          int dot = key.indexOf('.');
          String top = Parameters.canonical(dot < 0 ? key : key.substring(0, dot));
          if (top.equals(RunKeys.RECORDED)) {
            return;
          }
          String name = dot < 0 ? top : top + "." + Parameters.canonical(key.substring(dot + 1));
          check(key, top, dot >= 0, given);
          if (values.put(name, given) != null) {
            throw new UserException(
                name + " is given twice in two spellings", given.place(), "Keep one");
          }
        });
    return values;
  }

  private static void check(String key, String top, boolean nested, ParameterValue given) {
    boolean section = RunKeys.SECTIONS.contains(top);
    if (!RunKeys.ALL.contains(top)) {
      throw new UserException(
          "a run file has no key " + key, given.place(), UserException.nearest(top, RunKeys.ALL));
    } else if (nested && !section) {
      throw new UserException(top + " takes one value, not a map", given.place(), "");
    } else if (!nested && section) {
      throw new UserException(
          top + " must be a map of parameters",
          given.place(),
          "Write lines such as  key: value below it");
    }
  }
}
