package dev.stoa.lib.networks;

import dev.stoa.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of a {@link ParameterTree} within one graph, by name and in order. */
public final class Weights {
  private final Map<String, Tensor> byName;

  Weights(List<String> names, List<Tensor> tensors) {
    Map<String, Tensor> map = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      map.put(names.get(i), tensors.get(i));
    }
    byName = Collections.unmodifiableMap(map);
  }

  /**
   * One tensor.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public Tensor get(String name) {
    Tensor tensor = byName.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "no parameter " + name + " among " + new ArrayList<>(byName.keySet()));
    }
    return tensor;
  }

  Map<String, Tensor> byName() {
    return byName;
  }

  /** All tensors, in the tree's order. */
  public List<Tensor> all() {
    return List.copyOf(byName.values());
  }
}
