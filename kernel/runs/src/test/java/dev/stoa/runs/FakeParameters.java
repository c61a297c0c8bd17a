package dev.stoa.runs;

import dev.stoa.run.Parameter;
import dev.stoa.run.ParameterInfo;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.UserException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Parameters that are int or double. */
final class FakeParameters implements Parameters {
  @Override
  public List<ParameterInfo> describe(Class<? extends Annotation> type) {
    return Arrays.stream(type.getDeclaredMethods()).map(FakeParameters::info).toList();
  }

  private static ParameterInfo info(Method element) {
    Parameter said = element.getAnnotation(Parameter.class);
    return new ParameterInfo(
        element.getName(),
        element.getReturnType().getName(),
        String.valueOf(element.getDefaultValue()),
        said.min(),
        said.max(),
        List.of(),
        said.help(),
        said.changeable());
  }

  @Override
  public <P extends Annotation> P bind(
      Class<P> type, String owner, Map<String, ParameterValue> values) {
    Map<String, Object> bound = new TreeMap<>();
    for (Method element : type.getDeclaredMethods()) {
      ParameterValue given = values.get(element.getName());
      bound.put(
          element.getName(), given == null ? element.getDefaultValue() : value(element, given));
    }
    return Bench.proxy(
        type, (method, arguments) -> method.equals("annotationType") ? type : bound.get(method));
  }

  private static Object value(Method element, ParameterValue given) {
    ParameterInfo info = info(element);
    try {
      double number = Double.parseDouble(given.value().toString());
      if (number >= info.min() && number <= info.max()) {
        return info.type().equals("int") ? (Object) (int) number : (Object) number;
      }
    } catch (NumberFormatException e) {
      throw new UserException(info.name() + " is no number", given.place(), "");
    }
    throw new UserException(info.name() + " is out of range", given.place(), "");
  }

  @Override
  public Map<String, Object> values(Annotation bound) {
    Map<String, Object> values = new TreeMap<>();
    for (Method element : bound.annotationType().getDeclaredMethods()) {
      try {
        values.put(element.getName(), element.invoke(bound));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return values;
  }
}
