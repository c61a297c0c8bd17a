package dev.stoa.algorithm.dqn;

import dev.stoa.algorithm.LearnerContext;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.lib.learners.StateArrays;
import dev.stoa.run.Episode;
import dev.stoa.run.StepReport;
import dev.stoa.run.Task;
import dev.stoa.state.State;
import dev.stoa.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * DQN: act and remember; every so many transitions renew the target network, and every so many
 * update the network for some gradient steps on what is remembered. A step of the run is one step
 * of all environment copies, or one gradient step.
 */
final class DqnLearner implements Task {
  /** Purpose of the stream that draws from the replay memory. */
  private static final int REPLAYING = 0x64716E20;

  /** Gradient steps that a report covers at least: a line for each would outgrow the training. */
  private static final int UPDATES_PER_REPORT = 128;

  private enum Phase {
    COLLECT,
    UPDATE
  }

  // Parameters are read once: a bound annotation may convert its value anew at every call.
  private final long learningStarts;
  private final int trainFrequency;
  private final int gradientSteps;
  private final int targetFrequency;
  private final Exploration exploration;

  private final int copies;
  private final int observationSize;
  private final VectorEnvironment environment;
  private final Transitions transitions;
  private final DqnDevice device;
  private final Replay replay;
  private final RandomStream replaying;
  private final StepReport collected;

  // Scratch: nothing here outlives a step.
  private final float[] seen;
  private final int[] choices;
  private final Replay.Minibatch minibatch;
  private final float[] diagnostics = new float[DqnGraphs.DIAGNOSTICS.size()];

  // From here on: the state, beside that of the parts above.
  private Phase phase = Phase.COLLECT;
  private boolean started;
  private long taken;
  private long updates;
  private final double[] episodeReturns;
  private final int[] episodeLengths;
  private int made;
  private final double[] sums = new double[DqnGraphs.DIAGNOSTICS.size()];
  private int summed;

  DqnLearner(LearnerContext context, DqnParameters parameters) {
    learningStarts = parameters.learningStarts();
    trainFrequency = parameters.trainFrequency();
    gradientSteps = parameters.gradientSteps();
    targetFrequency = parameters.targetFrequency();
    exploration = Exploration.of(parameters, context.scheduleSteps());
    copies = parameters.environments();
    DqnGraphs graphs = new DqnGraphs(context.environment(), parameters);
    observationSize = graphs.observationSize();
    replay = new Replay(parameters.bufferCapacity(), observationSize);
    replaying = new RandomStream(context.seed(), REPLAYING, 0);
    collected = new StepReport(copies, List.of(), Map.of());
    transitions = new Transitions(copies, observationSize);
    seen = new float[copies * observationSize];
    choices = new int[copies];
    minibatch = new Replay.Minibatch(parameters.batchSize(), observationSize);
    episodeReturns = new double[copies];
    episodeLengths = new int[copies];
    environment = context.environment(copies);
    device =
        new DqnDevice(context.device(), graphs, context.seed(), copies, parameters.batchSize());
  }

  @Override
  public StepReport step() {
    return switch (phase) {
      case COLLECT -> collect();
      case UPDATE -> update();
    };
  }

  /** One step of all copies, and what is due after it. */
  private StepReport collect() {
    if (!started) {
      environment.reset(transitions);
      started = true;
    }
    System.arraycopy(transitions.observation, 0, seen, 0, seen.length);
    device.decide(seen, taken / copies, exploration.epsilon(taken), choices);
    environment.step(choices, transitions);
    replay.add(seen, choices, transitions);
    taken += copies;
    if (due(targetFrequency)) {
      device.renewTarget();
    }
    if (due(trainFrequency) && taken > learningStarts) {
      phase = Phase.UPDATE;
    }
    return report();
  }

  /** Whether the step just taken has reached a multiple of a number of transitions. */
  private boolean due(int frequency) {
    return taken / frequency > (taken - copies) / frequency;
  }

  /** Counts the rewards of the step just taken, and tells of episodes that ended with it. */
  private StepReport report() {
    List<Episode> episodes = List.of();
    for (int i = 0; i < copies; i++) {
      episodeReturns[i] += transitions.reward[i];
      episodeLengths[i]++;
      if (transitions.terminated[i] || transitions.truncated[i]) {
        episodes = episodes.isEmpty() ? new ArrayList<>() : episodes;
        episodes.add(new Episode(episodeReturns[i], episodeLengths[i]));
        episodeReturns[i] = 0;
        episodeLengths[i] = 0;
      }
    }
    return episodes.isEmpty() ? collected : new StepReport(copies, episodes, Map.of());
  }

  /** One gradient step on transitions drawn from the memory. */
  private StepReport update() {
    long position = replaying.position();
    replay.sample(replaying, minibatch);
    device.update(minibatch, diagnostics);
    requireFinite(position);
    for (int i = 0; i < diagnostics.length; i++) {
      sums[i] += diagnostics[i];
    }
    summed++;
    updates++;
    made++;
    if (made < gradientSteps) {
      return StepReport.NOTHING;
    }
    made = 0;
    phase = Phase.COLLECT;
    return summed < UPDATES_PER_REPORT ? StepReport.NOTHING : metrics();
  }

  /** Refuses an update that was not made, and leaves all as it was before. */
  private void requireFinite(long position) {
    for (int i = 0; i < diagnostics.length; i++) {
      if (!Float.isFinite(diagnostics[i])) {
        replaying.position(position);
        throw new ArithmeticException(
            "dqn: "
                + DqnGraphs.DIAGNOSTICS.get(i)
                + " became "
                + diagnostics[i]
                + " in update "
                + (updates + 1)
                + ", after "
                + taken
                + " transitions; the update was not made. A smaller learningRate may help");
      }
    }
  }

  /** Tells how the updates since the last report went. */
  private StepReport metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int i = 0; i < sums.length; i++) {
      metrics.put(DqnGraphs.DIAGNOSTICS.get(i), sums[i] / summed);
    }
    metrics.put("epsilon", exploration.epsilon(taken));
    metrics.put("bufferSize", (double) replay.size());
    Arrays.fill(sums, 0);
    summed = 0;
    return new StepReport(0, List.of(), metrics);
  }

  @Override
  public boolean settled() {
    return phase == Phase.COLLECT;
  }

  @Override
  public State save() {
    State.Builder state = State.of(Dqn.SCHEMA);
    state.text("phase", phase.name()).flag("started", started);
    state.integer("transitions", taken).integer("updates", updates);
    device.save(state);
    state.policy(DqnGraphs.EPSILON, new float[] {(float) exploration.epsilon(taken)});
    replay.save(state);
    state.integer("replayingPosition", replaying.position());
    state.array("observation", transitions.observation, copies, observationSize);
    state.array("episodeReturns", episodeReturns).array("episodeLengths", episodeLengths);
    state.integer("made", made).integer("summed", summed).array("sums", sums);
    return state.build();
  }

  @Override
  public void restore(State state) {
    phase = Phase.valueOf(state.text("phase"));
    started = state.flag("started");
    taken = state.integer("transitions");
    updates = state.integer("updates");
    device.restore(state);
    replay.restore(state);
    replaying.position(state.integer("replayingPosition"));
    StateArrays.read(state, "observation", transitions.observation);
    StateArrays.read(state, "episodeReturns", episodeReturns);
    StateArrays.read(state, "episodeLengths", episodeLengths);
    made = Math.toIntExact(state.integer("made"));
    summed = Math.toIntExact(state.integer("summed"));
    StateArrays.read(state, "sums", sums);
  }

  @Override
  public void close() {
    device.close();
  }
}
