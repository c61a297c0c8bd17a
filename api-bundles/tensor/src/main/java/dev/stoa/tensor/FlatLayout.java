package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named parameters and their places in one vector, one after the other in the order in which they
 * were added, each row-major. Methods that treat all parameters as one vector (conjugate gradients,
 * line searches, evolution strategies) see the vector, networks the parameters. Immutable.
 */
public final class FlatLayout {
  private final Map<String, Shape> shapes;

  /** A layout of nothing. */
  public FlatLayout() {
    this(Map.of());
  }

  private FlatLayout(Map<String, Shape> shapes) {
    this.shapes = Collections.unmodifiableMap(shapes);
  }

  /**
   * This layout and one more parameter at the end.
   *
   * @throws IllegalArgumentException when there is one of that name
   */
  public FlatLayout with(String name, int... extents) {
    Map<String, Shape> more = new LinkedHashMap<>(shapes);
    if (more.put(name, Shape.of(extents)) != null) {
      throw new IllegalArgumentException("two parameters named " + name);
    }
    return new FlatLayout(more);
  }

  /** Shapes by name, in order. */
  public Map<String, Shape> shapes() {
    return shapes;
  }

  /** Elements of all parameters. */
  public int size() {
    return shapes.values().stream().mapToInt(Shape::size).sum();
  }

  /**
   * The parameters of a vector, by name, in order.
   *
   * @param flat {@code [size]}
   * @throws ShapeException when it has another shape
   */
  public Map<String, Tensor> split(Tensor flat) {
    if (!flat.shape().equals(Shape.of(size()))) {
      throw flat.tracer.fault("parameters " + shapes + " from " + flat.type());
    }
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    int start = 0;
    for (Map.Entry<String, Shape> each : shapes.entrySet()) {
      int end = start + each.getValue().size();
      parameters.put(each.getKey(), flat.slice(0, start, end).reshape(each.getValue().extents()));
      start = end;
    }
    return parameters;
  }

  /**
   * The vector of parameters: {@code [size]}.
   *
   * @param tracer of the parameters
   * @throws ShapeException when one is missing or has another shape, or there is one more
   */
  public Tensor join(Tracer tracer, Map<String, Tensor> parameters) {
    List<Tensor> parts = new ArrayList<>();
    for (Map.Entry<String, Shape> each : shapes.entrySet()) {
      Tensor part = parameters.get(each.getKey());
      if (part == null || !part.shape().equals(each.getValue())) {
        throw tracer.fault(
            "parameter '"
                + each.getKey()
                + "' "
                + each.getValue()
                + " is "
                + (part == null ? "missing" : part.type()));
      }
      parts.add(part.reshape(part.shape().size()));
    }
    if (parts.isEmpty() || parameters.size() != parts.size()) {
      throw tracer.fault("parameters " + shapes.keySet() + " from " + parameters.keySet());
    }
    return tracer.concatenate(0, parts.toArray(Tensor[]::new));
  }
}
