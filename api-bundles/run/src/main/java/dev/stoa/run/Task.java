package dev.stoa.run;

import dev.stoa.state.State;
import dev.stoa.state.StateException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a run steps: a learner, a solver, an evaluator. All methods are called on the run's thread.
 *
 * <p>Between two calls of {@link #step} lies a swap point: there {@link #save} may be called, the
 * task closed, and another of the same schema created from the state, and the bits that follow are
 * the same.
 */
@ConsumerType
public interface Task extends AutoCloseable {
  /**
   * Does one bounded piece of work: at most 50 ms on the reference machine, or it polls {@link
   * RunContext#yieldRequested()} and keeps partial work for the next call. Nothing of a step is
   * visible in {@link #save} until it returned.
   */
  StepReport step();

  /** Everything that this task is; its environment excluded, which the kernel saves itself. */
  State save();

  /**
   * Takes over a saved state; called at most once, before the first step.
   *
   * @throws StateException when the state is not of this task's making
   */
  void restore(State state);

  /**
   * Whether all transitions taken so far have been learned from, as far as the method will. A run
   * whose budget is used goes on stepping until this holds, and then ends.
   */
  default boolean settled() {
    return true;
  }

  /** Frees what the task holds; no other call follows. */
  @Override
  void close();
}
