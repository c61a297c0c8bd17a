package dev.stoa.lib.networks;

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
