package dev.stoa.lib.networks;

import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.Objects;

/**
 * A gated recurrent unit (Cho et al.: "Learning phrase representations using RNN encoder-decoder
 * for statistical machine translation", EMNLP 2014), in the variant that resets after the product
 * (as cuDNN and PyTorch do), with x the input and h the state:
 *
 * <pre>
 *   r = sigmoid(x W_r + a_r + h U_r + b_r)
 *   z = sigmoid(x W_z + a_z + h U_z + b_z)
 *   n = tanh(x W_n + a_n + r (h U_n + b_n))
 *   h' = (1 - z) n + z h
 * </pre>
 *
 * <p>The output is h'. Parameters: {@code name/input/weight} W {@code [inputs, 3 size]}, {@code
 * name/input/bias} a {@code [3 size]}, {@code name/state/weight} U {@code [size, 3 size]}, {@code
 * name/state/bias} b {@code [3 size]}, each r, z, n along the last axis; biases zero at first.
 *
 * @param name first part of the parameters' names
 * @param inputs numbers per row that go in
 * @param size numbers per row of state and output
 * @param inputWeights first values of W
 * @param stateWeights first values of U
 */
public record Gru(
    String name, int inputs, int size, Initialiser inputWeights, Initialiser stateWeights)
    implements RecurrentCell {
  /** Checks that nothing is missing and all widths are positive. */
  public Gru {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(inputWeights, "inputWeights");
    Objects.requireNonNull(stateWeights, "stateWeights");
    Layers.positive("inputs", inputs);
    Layers.positive("units", size);
  }

  @Override
  public ParameterTree parameters() {
    Initialiser zero = new Initialiser.Constant(0);
    return ParameterTree.of(
        new ParameterSpec(name + "/input/weight", Shape.of(inputs, 3 * size), inputWeights),
        new ParameterSpec(name + "/input/bias", Shape.of(3 * size), zero),
        new ParameterSpec(name + "/state/weight", Shape.of(size, 3 * size), stateWeights),
        new ParameterSpec(name + "/state/bias", Shape.of(3 * size), zero));
  }

  @Override
  public List<Integer> stateWidths() {
    return List.of(size);
  }

  @Override
  public Step step(Tracer tracer, Weights weights, Tensor input, List<Tensor> state) {
    Layers.recurrent(this, inputs, input, state);
    Tensor old = state.get(0);
    Tensor fromInput = part(weights, "input", input);
    Tensor fromState = part(weights, "state", old);
    Tensor gates =
        Functions.sigmoid(fromInput.slice(1, 0, 2 * size).add(fromState.slice(1, 0, 2 * size)));
    Tensor reset = gates.slice(1, 0, size);
    Tensor keep = gates.slice(1, size, 2 * size);
    Tensor candidate =
        fromInput
            .slice(1, 2 * size, 3 * size)
            .add(reset.mul(fromState.slice(1, 2 * size, 3 * size)))
            .tanh();
    Tensor next = candidate.add(keep.mul(old.sub(candidate)));
    return new Step(next, List.of(next));
  }

  private Tensor part(Weights weights, String source, Tensor value) {
    return Layers.affine(
        value,
        weights.get(name + "/" + source + "/weight"),
        weights.get(name + "/" + source + "/bias"));
  }
}
