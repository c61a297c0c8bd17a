package dev.stoa.lib.networks;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A multi-layer perceptron: affine layers with a non-linearity between them and none after the
 * last. Layer i has the parameters {@code name/i/weight} {@code [inputs, outputs]} and {@code
 * name/i/bias} {@code [outputs]}, the latter zero at first.
 *
 * @param name first part of the parameters' names
 * @param inputs numbers per row that go in
 * @param hidden widths of the hidden layers, from the input on; may be empty
 * @param outputs numbers per row that come out
 * @param activation between layers
 * @param hiddenWeights first values of the hidden layers' weights
 * @param outputWeights first values of the last layer's weights
 */
public record Mlp(
    String name,
    int inputs,
    List<Integer> hidden,
    int outputs,
    Activation activation,
    Initialiser hiddenWeights,
    Initialiser outputWeights)
    implements Network {
  /** Checks that nothing is missing and all widths are positive. */
  public Mlp {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(activation, "activation");
    Objects.requireNonNull(hiddenWeights, "hiddenWeights");
    Objects.requireNonNull(outputWeights, "outputWeights");
    hidden = List.copyOf(hidden);
    for (int width : hidden) {
      Layers.positive("units of a layer", width);
    }
    Layers.positive("inputs", inputs);
    Layers.positive("outputs", outputs);
  }

  @Override
  public ParameterTree parameters() {
    List<ParameterSpec> specs = new ArrayList<>();
    int from = inputs;
    for (int layer = 0; layer <= hidden.size(); layer++) {
      boolean last = layer == hidden.size();
      int to = last ? outputs : hidden.get(layer);
      specs.add(
          new ParameterSpec(
              weight(layer), Shape.of(from, to), last ? outputWeights : hiddenWeights));
      specs.add(new ParameterSpec(bias(layer), Shape.of(to), new Initialiser.Constant(0)));
      from = to;
    }
    return new ParameterTree(specs);
  }

  @Override
  public Tensor apply(Tracer tracer, Weights weights, Tensor input) {
    Tensor value = input;
    for (int layer = 0; layer <= hidden.size(); layer++) {
      value = Layers.affine(value, weights.get(weight(layer)), weights.get(bias(layer)));
      if (layer < hidden.size()) {
        value = activation.apply(value);
      }
    }
    return value;
  }

  private String weight(int layer) {
    return name + "/" + layer + "/weight";
  }

  private String bias(int layer) {
    return name + "/" + layer + "/bias";
  }
}
