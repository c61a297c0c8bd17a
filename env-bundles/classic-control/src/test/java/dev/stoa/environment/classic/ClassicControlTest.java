package dev.stoa.environment.classic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.tensor.random.RandomStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every task takes from {@link ClassicControl}. */
class ClassicControlTest {
  private static final int EVALUATION = 1;

  /** Actions 0 and 1, drawn from a stream of their own: valid in every action space here. */
  private static double[] actions(int copies, RandomStream random) {
    double[] actions = new double[copies];
    Arrays.setAll(actions, copy -> random.nextInt(2));
    return actions;
  }

  private static RandomStream actor(int copy) {
    return new RandomStream(99, 0, copy);
  }

  @ParameterizedTest
  @EnumSource
  void theTimeLimitTruncatesAndDoesNotTerminate(Task task) {
    VectorEnvironment environment = task.create(1, 3, Task.TRAINING, 2);
    Transitions out = task.transitions(2);
    environment.reset(out);
    for (int step = 1; step <= 6; step++) {
      task.step(environment, new double[] {step % 2, 1 - step % 2}, out);
      boolean last = step % 3 == 0;
      assertArrayEquals(new boolean[] {last, last}, out.truncated, "truncated at step " + step);
      assertArrayEquals(new boolean[2], out.terminated, "terminated at step " + step);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTimeLimitOfZeroIsNone(Task task) {
    VectorEnvironment environment = task.create(1, 0, Task.TRAINING, 1);
    Transitions out = task.transitions(1);
    // As if a thousand steps had been made; both starts are far from any end.
    task.restore(environment, new int[] {1000}, new double[task.variables.size()]);
    task.step(environment, new double[1], out);
    assertFalse(out.truncated[0]);
  }

  @ParameterizedTest
  @EnumSource
  void theTimeLimitCountsEachCopyForItself(Task task) {
    VectorEnvironment environment = task.create(1, 10, Task.TRAINING, 3);
    double[] start = new double[task.variables.size()];
    task.restore(environment, new int[] {8, 9, 7}, start, start, start);
    Transitions out = task.transitions(3);
    task.step(environment, new double[3], out);
    assertArrayEquals(new boolean[] {false, true, false}, out.truncated);
    task.step(environment, new double[3], out);
    assertArrayEquals(new boolean[] {true, false, false}, out.truncated);
    assertArrayEquals(new int[] {0, 1, 9}, environment.save().array("steps").ints());
  }

  @ParameterizedTest
  @EnumSource
  void anEndedEpisodeLeavesItsLastObservationInNextAndTheNewStartInObservation(Task task) {
    VectorEnvironment environment = task.create(1, 1, Task.TRAINING, 2);
    VectorEnvironment endless = task.create(1, 0, Task.TRAINING, 2);
    Transitions out = task.transitions(2);
    Transitions expected = task.transitions(2);
    environment.reset(out);
    endless.reset(expected);
    task.step(environment, new double[] {1, 0}, out);
    task.step(endless, new double[] {1, 0}, expected);
    assertArrayEquals(expected.next, out.next);
    // The endless copies draw their second start on a reset by hand: the same numbers of the
    // stream.
    endless.reset(expected);
    assertArrayEquals(expected.observation, out.observation);
    assertEquals(endless.save(), environment.save());
  }

  @ParameterizedTest
  @EnumSource
  void whereNoEpisodeEndedNextAndObservationAreEqual(Task task) {
    VectorEnvironment environment = task.create(4);
    Transitions out = task.transitions(4);
    environment.reset(out);
    float[] before = out.observation.clone();
    task.step(environment, new double[4], out);
    assertArrayEquals(out.next, out.observation);
    assertFalse(Arrays.equals(before, out.observation));
  }

  @ParameterizedTest
  @EnumSource
  void restoredInTheMiddleOfEpisodesItGoesOnToTheBit(Task task) {
    int copies = 5;
    VectorEnvironment one = task.create(7, 40, Task.TRAINING, copies);
    Transitions a = task.transitions(copies);
    Transitions b = task.transitions(copies);
    RandomStream actor = actor(0);
    one.reset(a);
    for (int step = 0; step < 25; step++) {
      task.step(one, actions(copies, actor), a);
    }
    State saved = one.save();
    VectorEnvironment other = task.create(7, 40, Task.TRAINING, copies);
    other.restore(saved);
    assertEquals(saved, other.save());
    int ended = 0;
    for (int step = 0; step < 100; step++) {
      double[] actions = actions(copies, actor);
      task.step(one, actions, a);
      task.step(other, actions, b);
      assertArrayEquals(a.observation, b.observation);
      assertArrayEquals(a.next, b.next);
      assertArrayEquals(a.reward, b.reward);
      assertArrayEquals(a.terminated, b.terminated);
      assertArrayEquals(a.truncated, b.truncated);
      ended += a.terminated[0] || a.truncated[0] ? 1 : 0;
    }
    assertTrue(ended >= 2, "the comparison spans new episodes");
    assertEquals(one.save(), other.save());
  }

  @ParameterizedTest
  @EnumSource
  void aSavedStateIsNotChangedByWhatFollows(Task task) {
    VectorEnvironment environment = task.create(2);
    Transitions out = task.transitions(2);
    environment.reset(out);
    State saved = environment.save();
    double[] row = task.row(environment, 0);
    task.step(environment, new double[2], out);
    assertNotEquals(saved, environment.save());
    environment.restore(saved);
    assertArrayEquals(row, task.row(environment, 0));
  }

  @ParameterizedTest
  @EnumSource
  void whatACopyDoesDependsOnNoOtherCopy(Task task) {
    int copies = 4;
    VectorEnvironment many = task.create(3, 30, Task.TRAINING, copies);
    Transitions out = task.transitions(copies);
    int size = out.next.length / copies;
    RandomStream[] actors = new RandomStream[copies];
    Arrays.setAll(actors, ClassicControlTest::actor);
    float[][] observations = new float[100][];
    many.reset(out);
    for (int step = 0; step < observations.length; step++) {
      double[] actions = new double[copies];
      Arrays.setAll(actions, copy -> actors[copy].nextInt(2));
      task.step(many, actions, out);
      observations[step] = out.observation.clone();
    }
    for (int fewer = 1; fewer < copies; fewer++) {
      VectorEnvironment few = task.create(3, 30, Task.TRAINING, fewer);
      Transitions part = task.transitions(fewer);
      Arrays.setAll(actors, ClassicControlTest::actor);
      few.reset(part);
      for (float[] expected : observations) {
        double[] actions = new double[fewer];
        for (int copy = 0; copy < fewer; copy++) {
          actions[copy] = actors[copy].nextInt(2);
        }
        task.step(few, actions, part);
        assertArrayEquals(Arrays.copyOf(expected, fewer * size), part.observation);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void startsDifferByCopyPurposeSeedAndEpisode(Task task) {
    Transitions out = task.transitions(2);
    VectorEnvironment training = task.create(1, 0, Task.TRAINING, 2);
    training.reset(out);
    double[] first = task.row(training, 0);
    assertFalse(Arrays.equals(first, task.row(training, 1)), "copies");
    training.reset(out);
    assertFalse(Arrays.equals(first, task.row(training, 0)), "episodes");
    VectorEnvironment evaluation = task.create(1, 0, EVALUATION, 2);
    evaluation.reset(out);
    assertFalse(Arrays.equals(first, task.row(evaluation, 0)), "purposes");
    VectorEnvironment seed = task.create(2, 0, Task.TRAINING, 2);
    seed.reset(out);
    assertFalse(Arrays.equals(first, task.row(seed, 0)), "seeds");
    VectorEnvironment again = task.create(1, 0, Task.TRAINING, 2);
    again.reset(out);
    assertArrayEquals(first, task.row(again, 0), "the same again");
  }

  @ParameterizedTest
  @EnumSource
  void startsAreUniformBetweenTheBoundsOfTheTask(Task task) {
    double[] bounds =
        switch (task) {
          case CART_POLE -> new double[] {.05, .05, .05, .05};
          case PENDULUM -> new double[] {Math.PI, 1};
        };
    int copies = 20_000;
    VectorEnvironment environment = task.create(copies);
    environment.reset(task.transitions(copies));
    State saved = environment.save();
    for (int v = 0; v < bounds.length; v++) {
      double[] values = saved.array(task.variables.get(v)).doubles();
      double bound = bounds[v];
      assertTrue(Arrays.stream(values).allMatch(x -> -bound <= x && x < bound));
      // Uniform on [-b, b): each tenth holds a tenth, and its share has a standard deviation of
      // sqrt(.1 * .9 / 20000) = .0021; five of them are allowed.
      for (int tenth = 0; tenth < 10; tenth++) {
        double low = bound * (tenth - 5) / 5;
        double high = bound * (tenth - 4) / 5;
        double share = Arrays.stream(values).filter(x -> low <= x && x < high).count() / 2e4;
        assertEquals(.1, share, .0106, task.variables.get(v) + ", tenth " + tenth);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStepAllocatesNothing(Task task) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int copies = 64;
    VectorEnvironment environment = task.create(copies);
    Transitions out = task.transitions(copies);
    int[] choices = new int[copies];
    float[] torques = new float[copies];
    environment.reset(out);
    long before = 0;
    // The first round is for what is loaded once.
    for (int round = 0; round < 2; round++) {
      before = threads.getCurrentThreadAllocatedBytes();
      for (int step = 0; step < 2000; step++) {
        if (task == Task.CART_POLE) {
          environment.step(choices, out);
        } else {
          environment.step(torques, out);
        }
      }
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(bytes < 2000, bytes + " bytes in 2000 steps");
  }

  @ParameterizedTest
  @EnumSource
  void aStepBeforeTheFirstResetIsRefused(Task task) {
    VectorEnvironment environment = task.create(1);
    var error =
        assertThrows(
            IllegalStateException.class,
            () -> task.step(environment, new double[1], task.transitions(1)));
    assertEquals(task.schema().name() + ": reset comes before the first step", error.getMessage());
    VectorEnvironment restored = task.create(1);
    restored.restore(environment.save());
    assertThrows(
        IllegalStateException.class, () -> task.step(restored, new double[1], task.transitions(1)));
  }

  @ParameterizedTest
  @EnumSource
  void arraysOfTheWrongSizeAreRefused(Task task) {
    VectorEnvironment environment = task.create(2);
    Transitions out = task.transitions(2);
    environment.reset(out);
    String name = task.schema().name();
    var actions =
        assertThrows(
            IllegalArgumentException.class, () -> task.step(environment, new double[3], out));
    assertEquals(name + ": 2 copies need 2 numbers as actions, got 3", actions.getMessage());
    int size = out.next.length / 2;
    var transitions =
        assertThrows(IllegalArgumentException.class, () -> environment.reset(task.transitions(1)));
    assertEquals(
        name
            + ": 2 copies need transitions of 2 times "
            + size
            + " numbers, got 1 copies, "
            + size
            + " numbers",
        transitions.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> task.step(environment, new double[2], task.transitions(1)));
    assertThrows(IllegalArgumentException.class, () -> task.create(0));
  }

  @ParameterizedTest
  @EnumSource
  void aStateOfOtherCopiesOrOfAnotherTaskIsRefusedAndChangesNothing(Task task) {
    VectorEnvironment environment = task.create(2);
    environment.reset(task.transitions(2));
    State before = environment.save();
    State four = task.create(4).save();
    var copies = assertThrows(StateException.class, () -> environment.restore(four));
    assertEquals("a state of 4 copies of " + task.schema() + " given to 2", copies.getMessage());
    State foreign = State.of("Corridor-v0", 3).build();
    var schema = assertThrows(StateException.class, () -> environment.restore(foreign));
    assertEquals("a state of Corridor-v0/3 given to " + task.schema(), schema.getMessage());
    assertEquals(before, environment.save());
  }

  @Test
  void theOtherActionSpaceIsRefused() {
    VectorEnvironment cartPole = Task.CART_POLE.create(1);
    assertThrows(
        UnsupportedOperationException.class,
        () -> cartPole.step(new float[1], Task.CART_POLE.transitions(1)));
    VectorEnvironment pendulum = Task.PENDULUM.create(1);
    assertThrows(
        UnsupportedOperationException.class,
        () -> pendulum.step(new int[1], Task.PENDULUM.transitions(1)));
  }
}
