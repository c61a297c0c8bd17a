package dev.stoa.device.compiler;

import dev.stoa.tensor.DataType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Arrays that steps use while they run and leave to the next ones. */
final class Rooms {
  private final Map<DataType, List<Value>> rooms = new EnumMap<>(DataType.class);
  private final Map<Value, Integer> sizes = new java.util.LinkedHashMap<>();

  /** The n-th room of a type, with at least so many elements once {@link #open} was called. */
  Value room(DataType type, int n, int size) {
    List<Value> all = rooms.computeIfAbsent(type, each -> new ArrayList<>());
    while (all.size() <= n) {
      all.add(new Value(type, 0));
    }
    sizes.merge(all.get(n), size, Math::max);
    return all.get(n);
  }

  /** Makes the arrays; gives the bytes that they hold. */
  long open() {
    long bytes = 0;
    for (Map.Entry<Value, Integer> each : sizes.entrySet()) {
      DataType type = each.getKey().dataType();
      each.getKey().bind(Value.array(type, each.getValue()));
      bytes += (long) type.bytes() * each.getValue();
    }
    return bytes;
  }
}
