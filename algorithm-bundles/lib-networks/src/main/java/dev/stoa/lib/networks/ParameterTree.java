package dev.stoa.lib.networks;

import dev.stoa.tensor.FlatLayout;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Parameters in a fixed order, each with a path as its name ({@code actor/0/weight}). The order is
 * that of the inputs of a graph, of device buffers and of initialisation.
 *
 * @param specs the parameters; names are unique
 */
public record ParameterTree(List<ParameterSpec> specs) {
  /**
   * Takes a copy.
   *
   * @throws IllegalArgumentException when a name occurs twice
   */
  public ParameterTree {
    specs = List.copyOf(specs);
    Set<String> names = new LinkedHashSet<>();
    for (ParameterSpec spec : specs) {
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException("two parameters named " + spec.name());
      }
    }
  }

  /** A tree of these parameters. */
  public static ParameterTree of(ParameterSpec... specs) {
    return new ParameterTree(List.of(specs));
  }

  /** These parameters, then those. */
  public ParameterTree plus(ParameterTree others) {
    List<ParameterSpec> all = new ArrayList<>(specs);
    all.addAll(others.specs);
    return new ParameterTree(all);
  }

  /** Names, in order. */
  public List<String> names() {
    return specs.stream().map(ParameterSpec::name).toList();
  }

  /** States one float32 input per parameter, in order, under the parameter's name. */
  public Weights inputs(Tracer tracer) {
    return bind(
        specs.stream().map(spec -> tracer.input(spec.name(), spec.shape().extents())).toList());
  }

  /**
   * The parameters' names for tensors given in this order.
   *
   * @throws IllegalArgumentException when number or shapes differ
   */
  public Weights bind(List<Tensor> tensors) {
    if (tensors.size() != specs.size()) {
      throw new IllegalArgumentException(
          tensors.size() + " tensors for the " + specs.size() + " parameters " + names());
    }
    for (int i = 0; i < specs.size(); i++) {
      if (!tensors.get(i).shape().equals(specs.get(i).shape())) {
        throw new IllegalArgumentException(
            "parameter "
                + specs.get(i).name()
                + " has shape "
                + specs.get(i).shape()
                + ", the tensor "
                + tensors.get(i).shape());
      }
    }
    return new Weights(names(), tensors);
  }

  /** Places of the parameters in one vector. */
  public FlatLayout layout() {
    FlatLayout layout = new FlatLayout();
    for (ParameterSpec spec : specs) {
      layout = layout.with(spec.name(), spec.shape().extents());
    }
    return layout;
  }

  /**
   * The flat view of tensors with the parameters' shapes, in this order: parameters, a gradient, a
   * direction as one vector.
   *
   * @return {@code [size]}, by {@link #layout}
   * @throws IllegalArgumentException when number or shapes differ
   */
  public Tensor flatten(Tracer tracer, List<Tensor> tensors) {
    return layout().join(tracer, bind(tensors).byName());
  }

  /**
   * The named view of a vector, the inverse of {@link #flatten}.
   *
   * @param vector {@code [size]}, by {@link #layout}
   * @throws dev.stoa.tensor.ShapeException when it has another shape
   */
  public Weights unflatten(Tensor vector) {
    return bind(List.copyOf(layout().split(vector).values()));
  }

  /**
   * First values of all parameters, in order. Parameter i draws from the stream (seed, purpose, i).
   *
   * @param seed the run's seed
   * @param purpose keeps these streams apart from the run's others
   */
  public List<float[]> initialise(long seed, int purpose) {
    List<float[]> values = new ArrayList<>();
    for (ParameterSpec spec : specs) {
      RandomStream stream = new RandomStream(seed, purpose, values.size());
      values.add(spec.initialiser().values(spec.shape(), stream));
    }
    return values;
  }
}
