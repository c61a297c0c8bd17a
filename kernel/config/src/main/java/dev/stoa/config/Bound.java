package dev.stoa.config;

import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;

/**
 * An instance of a parameter type whose values are converted once. The Converter's own instance
 * converts at every call, which a plugin that reads a parameter in its hot loop would pay each
 * time.
 */
final class Bound implements InvocationHandler {
  private final Class<? extends Annotation> type;
  private final Map<String, Object> values;

  private Bound(Class<? extends Annotation> type, Map<String, Object> values) {
    this.type = type;
    this.values = values;
  }

  /** An instance that answers as the given one does now. */
  static <P extends Annotation> P of(Class<P> type, P converted) {
    Map<String, Object> values = new TreeMap<>();
    for (Element element : Element.of(type)) {
      values.put(element.name(), element.get(converted));
    }
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, new Bound(type, values));
    return type.cast(proxy);
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) {
    Object value = arguments == null ? values.get(method.getName()) : null;
    if (value != null) {
      return value.getClass().isArray() ? copy(value) : value;
    }
    return switch (method.getName()) {
      case "annotationType" -> type;
      case "toString" -> "@" + type.getName() + values.keySet();
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> proxy == arguments[0];
      default -> throw new IllegalStateException("no element of " + type + ": " + method);
    };
  }

  /** An array belongs to whoever asked for it. */
  private static Object copy(Object array) {
    int length = Array.getLength(array);
    Object copy = Array.newInstance(array.getClass().getComponentType(), length);
    System.arraycopy(array, 0, copy, 0, length);
    return copy;
  }
}
