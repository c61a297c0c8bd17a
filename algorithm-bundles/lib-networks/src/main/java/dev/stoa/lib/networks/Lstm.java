package dev.stoa.lib.networks;

import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.Objects;

/**
 * Long short-term memory (Hochreiter, Schmidhuber 1997) with forget gates (Gers, Schmidhuber,
 * Cummins 2000) and without peepholes, with x the input, h the output and c the cell:
 *
 * <pre>
 *   i = sigmoid(x W_i + h U_i + b_i)        f = sigmoid(x W_f + h U_f + b_f + forgetBias)
 *   g = tanh(x W_g + h U_g + b_g)           o = sigmoid(x W_o + h U_o + b_o)
 *   c' = f c + i g                          h' = o tanh(c')
 * </pre>
 *
 * <p>The output is h', the state (h', c'). Parameters: {@code name/input/weight} W {@code [inputs,
 * 4 size]}, {@code name/state/weight} U {@code [size, 4 size]}, {@code name/bias} b {@code [4
 * size]}, each i, f, g, o along the last axis; the bias is zero at first. (PyTorch has two biases;
 * b is their sum.)
 *
 * @param name first part of the parameters' names
 * @param inputs numbers per row that go in
 * @param size numbers per row of output and cell
 * @param forgetBias constant that keeps the memory open at first; 1 is usual (Jozefowicz, Zaremba,
 *     Sutskever, ICML 2015), 0 is PyTorch's
 * @param inputWeights first values of W
 * @param stateWeights first values of U
 */
public record Lstm(
    String name,
    int inputs,
    int size,
    double forgetBias,
    Initialiser inputWeights,
    Initialiser stateWeights)
    implements RecurrentCell {
  /** Checks that nothing is missing and all widths are positive. */
  public Lstm {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(inputWeights, "inputWeights");
    Objects.requireNonNull(stateWeights, "stateWeights");
    Layers.positive("inputs", inputs);
    Layers.positive("units", size);
  }

  @Override
  public ParameterTree parameters() {
    return ParameterTree.of(
        new ParameterSpec(name + "/input/weight", Shape.of(inputs, 4 * size), inputWeights),
        new ParameterSpec(name + "/state/weight", Shape.of(size, 4 * size), stateWeights),
        new ParameterSpec(name + "/bias", Shape.of(4 * size), new Initialiser.Constant(0)));
  }

  /** Of output and cell. */
  @Override
  public List<Integer> stateWidths() {
    return List.of(size, size);
  }

  @Override
  public Step step(Tracer tracer, Weights weights, Tensor input, List<Tensor> state) {
    Layers.recurrent(this, inputs, input, state);
    Tensor all =
        Layers.product(input, weights.get(name + "/input/weight"))
            .add(Layers.product(state.get(0), weights.get(name + "/state/weight")))
            .add(weights.get(name + "/bias"));
    Tensor in = Functions.sigmoid(gate(all, 0));
    Tensor forget = Functions.sigmoid(gate(all, 1).add(forgetBias));
    Tensor candidate = gate(all, 2).tanh();
    Tensor out = Functions.sigmoid(gate(all, 3));
    Tensor cell = forget.mul(state.get(1)).add(in.mul(candidate));
    Tensor output = out.mul(cell.tanh());
    return new Step(output, List.of(output, cell));
  }

  private Tensor gate(Tensor all, int index) {
    return all.slice(1, index * size, (index + 1) * size);
  }
}
