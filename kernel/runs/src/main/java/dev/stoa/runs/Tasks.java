package dev.stoa.runs;

import dev.stoa.algorithm.Algorithm;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.Task;
import dev.stoa.run.UserException;
import dev.stoa.state.State;
import dev.stoa.state.StateSchema;
import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes the task of a run's algorithm, at its beginning or from a kept state. */
final class Tasks {
  private final Parameters parameters;
  private final Consumer<AutoCloseable> closing;

  /**
   * For one run.
   *
   * @param closing closes what could not be completed; never fails
   */
  Tasks(Parameters parameters, Consumer<AutoCloseable> closing) {
    this.parameters = parameters;
    this.closing = closing;
  }

  /**
   * A task ready for its next step.
   *
   * @param schema what its saved states follow
   */
  record Made(Task task, StateSchema schema) {}

  /**
   * Creates the task and gives it the learner's part of the state, where there is one.
   *
   * @param values of the algorithm's parameters
   * @throws PluginFault when the algorithm fails
   * @throws UserException when the algorithm refuses
   */
  Made make(
      Algorithm<Annotation> algorithm,
      PartEntry part,
      PartContext context,
      Map<String, ParameterValue> values,
      Optional<State> kept) {
    Task created = null;
    try {
      Annotation bound = parameters.bind(algorithm.parameters(), "algorithm " + part.name, values);
      created = PluginFault.required(part, "to begin", algorithm.create(context, bound));
      StateSchema schema = algorithm.schema();
      Optional<State> saved = kept.map(State::children).map(children -> children.get("learner"));
      if (saved.isPresent()) {
        created.restore(StateTransfer.migrated(saved.get(), schema, algorithm, part));
      }
      return new Made(created, schema);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      if (created != null) {
        closing.accept(created);
      }
      if (e instanceof UserException mistake) {
        throw PartRegistry.copy(mistake);
      }
      throw PluginFault.of(part, kept.isPresent() ? "to take over the state" : "to begin", e);
    }
  }
}
