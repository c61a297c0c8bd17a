package dev.stoa.lib.networks;

import dev.stoa.tensor.ScanResult;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A parametrised function of an input and a state that gives an output and the next state: one step
 * of a recurrent network, as data.
 */
@ConsumerType
public interface RecurrentCell {
  /** What it needs. */
  ParameterTree parameters();

  /** Numbers per row of each tensor of the state, {@code [batch, width]}; zero at the beginning. */
  List<Integer> stateWidths();

  /**
   * Traces one step.
   *
   * @param tracer of the graph
   * @param weights tensors under this cell's parameter names; others may be among them
   * @param input {@code [batch, inputs]}
   * @param state as {@link #stateWidths} says
   * @throws IllegalArgumentException when a shape differs
   */
  Step step(Tracer tracer, Weights weights, Tensor input, List<Tensor> state);

  /**
   * What a step gives.
   *
   * @param output {@code [batch, outputs]}
   * @param state the next one
   */
  record Step(Tensor output, List<Tensor> state) {
    /** Takes a copy. */
    public Step {
      state = List.copyOf(state);
    }
  }

  /**
   * Traces the steps of whole sequences as one loop, with a fresh state in every row in which an
   * episode begins.
   *
   * @param weights tensors under this cell's parameter names; others may be among them
   * @param inputs {@code [time, batch, inputs]}
   * @param state before the first step, as {@link #stateWidths} says
   * @param begins bool {@code [time, batch]}: whether an episode begins with this input
   * @return outputs {@code [time, batch, outputs]} and the state after the last step
   * @throws IllegalArgumentException when a shape differs
   */
  default Step sequence(
      Tracer tracer, Weights weights, Tensor inputs, List<Tensor> state, Tensor begins) {
    if (inputs.shape().rank() != 3) {
      throw new IllegalArgumentException(
          "sequences are [time, batch, inputs], not " + inputs.shape());
    }
    int time = inputs.shape().extent(0);
    Layers.shaped("the beginnings of episodes", begins, time, inputs.shape().extent(1));
    ScanResult result =
        tracer.scan(
            time,
            state,
            List.of(inputs, begins),
            (inner, carries, slices) -> {
              List<Tensor> from = restart(inner, slices.get(1), carries);
              Step made = step(inner, weights, slices.get(0), from);
              return dev.stoa.tensor.Step.of(made.state(), List.of(made.output()));
            });
    return new Step(result.output(0), result.carries());
  }

  /**
   * A state that is zero in the rows where an episode begins and as it was elsewhere.
   *
   * @param begins bool {@code [batch]}
   * @param state each {@code [batch, width]}
   */
  static List<Tensor> restart(Tracer tracer, Tensor begins, List<Tensor> state) {
    Tensor rows = begins.reshape(-1, 1);
    return state.stream()
        .map(each -> rows.select(tracer.constant(each.dataType(), 0), each))
        .toList();
  }
}
