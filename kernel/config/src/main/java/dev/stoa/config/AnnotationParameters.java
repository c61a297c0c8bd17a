package dev.stoa.config;

import dev.stoa.run.ParameterInfo;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.UserException;
import java.lang.annotation.Annotation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.converter.Converters;

/**
 * Parameters over annotation types. Merge order: defaults of the type, then the {@linkplain
 * Defaults defaults of Configuration Admin}, then the given values (run file, then {@code --set}).
 * Every value is checked here; the OSGi Converter then only makes the instance.
 */
@Component
public final class AnnotationParameters implements Parameters {
  private final Defaults defaults;

  /** With the place where an installation keeps its own defaults. */
  @Activate
  public AnnotationParameters(@Reference Defaults defaults) {
    this.defaults = defaults;
  }

  @Override
  public List<ParameterInfo> describe(Class<? extends Annotation> type) {
    return Element.of(type).stream().map(Element::info).toList();
  }

  @Override
  public <P extends Annotation> P bind(
      Class<P> type, String owner, Map<String, ParameterValue> values) {
    Map<String, Element> elements =
        Element.of(type).stream()
            .collect(Collectors.toMap(Element::name, e -> e, (a, b) -> a, TreeMap::new));
    Map<String, Object> merged = new HashMap<>();
    merge(merged, elements, owner, defaults.of(owner));
    merge(merged, elements, owner, values);
    for (Element element : elements.values()) {
      if (element.required() && !merged.containsKey(element.name())) {
        throw new UserException(
            owner + " needs the parameter " + element.name(),
            "",
            "Give it with --set " + element.name() + "=VALUE");
      }
    }
    return Bound.of(type, Converters.standardConverter().convert(merged).to(type));
  }

  @Override
  public Map<String, Object> values(Annotation bound) {
    Map<String, Object> values = new TreeMap<>();
    for (Element element : Element.of(bound.annotationType())) {
      values.put(element.name(), element.read(bound));
    }
    return values;
  }

  private static void merge(
      Map<String, Object> into,
      Map<String, Element> elements,
      String owner,
      Map<String, ParameterValue> values) {
    Map<String, String> spellings = new HashMap<>();
    // In the order of the keys, so that of several mistakes always the same one is told.
    new TreeMap<>(values)
        .forEach(
            (key, given) -> {
              String name = Parameters.canonical(key);
              Element element = elements.get(name);
              if (element == null) {
                throw new UserException(
                    owner + " has no parameter " + key,
                    given.place(),
                    UserException.nearest(name, elements.keySet()));
              }
              String earlier = spellings.put(name, key);
              if (earlier != null) {
                throw new UserException(
                    name + " of " + owner + " is given twice: as " + earlier + " and as " + key,
                    given.place(),
                    "Keep one");
              }
              into.put(name, element.convert(given, owner));
            });
  }
}
