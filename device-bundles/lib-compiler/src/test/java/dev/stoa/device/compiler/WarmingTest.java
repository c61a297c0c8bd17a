package dev.stoa.device.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.DeviceContext;
import dev.stoa.device.compiler.loops.Rehearsal;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.random.RandomStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WarmingTest {
  private static final long LONG = TimeUnit.MINUTES.toNanos(2);

  /** A layer, its softmax over rows that are no whole vectors, a sum over rows, a deep product. */
  private static Graph graph() {
    return Graph.trace(
        "layer",
        t -> {
          Tensor x = t.input("x", 24, 200);
          Tensor scores = x.dot(t.input("w", 200, 70)).tanh();
          Tensor e = scores.sub(scores.maximum(1).reshape(24, 1)).exp();
          t.output("y", e.div(e.sum(1).reshape(24, 1)).sum(0));
        });
  }

  private static Plan plan(Machine machine) {
    Plan plan =
        new Planner(
                graph(),
                DeviceContext.singleThread(),
                machine,
                new Rows(),
                new Mirrors(ProductKernels.none()))
            .plan();
    RandomStream random = new RandomStream(1, 2, 3);
    for (Value input : plan.inputs()) {
      float[] elements = new float[input.size()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = random.nextGaussian();
      }
      input.bind(elements);
    }
    plan.outputs().get(0).value().bind(new float[70]);
    return plan;
  }

  private static float[] result(Plan plan) {
    return plan.outputs().get(0).value().floats().clone();
  }

  /** How long it takes is up to the virtual machine's compiler. */
  @Test
  void vectorsTakeOverOnceTheyAreCompiledAndChangeNoBit() {
    Plan expected = plan(Machine.plain());
    expected.compute();
    Plan plan = plan(Machine.present());
    assertEquals(Machine.present().tiles().vectors(), !plan.warming().done());
    plan.compute();
    assertArrayEquals(result(expected), result(plan), 0);
    long start = System.nanoTime();
    int runs = 1;
    while (!plan.warming().done() && System.nanoTime() - start < LONG) {
      plan.compute();
      assertArrayEquals(result(expected), result(plan), 0);
      runs++;
    }
    assertTrue(plan.warming().done(), "not at full speed after " + runs + " runs");
    plan.compute();
    assertArrayEquals(result(expected), result(plan), 0);
  }

  /** A rehearsal of one millisecond; credit comes from runs, but not from the first one. */
  private static final class Slow implements Rehearsal {
    private int times;

    @Override
    public boolean ready() {
      return times == 3;
    }

    @Override
    public boolean rehearse() {
      times++;
      long start = System.nanoTime();
      while (System.nanoTime() - start < 1_000_000) {
        Thread.onSpinWait();
      }
      return ready();
    }
  }

  @Test
  void rehearsalsTakeAboutThreeTimesAsLongAsTheRunsThatTheyFollow() {
    Slow slow = new Slow();
    Warming warming = new Warming(List.of(slow, slow));
    warming.after(1_000_000_000);
    assertEquals(0, slow.times, "the first result is not delayed");
    // Three times 0.3 milliseconds are less than one rehearsal takes.
    warming.after(300_000);
    assertEquals(1, slow.times);
    // The rehearsal took at least a millisecond: there is a debt of at least 0.1 of one.
    warming.after(33_000);
    assertEquals(1, slow.times);
    assertFalse(warming.done());
    // Enough for any number of them; the third is the last.
    warming.after(Long.MAX_VALUE / 2);
    assertEquals(3, slow.times);
    assertTrue(warming.done());
  }

  /** Where there is no optimising compiler, for instance. */
  @Test
  void whatIsNeverCompiledIsGivenUp() {
    int[] times = new int[1];
    Rehearsal never =
        new Rehearsal() {
          @Override
          public boolean ready() {
            return false;
          }

          @Override
          public boolean rehearse() {
            times[0]++;
            return false;
          }
        };
    Warming warming = new Warming(List.of(never));
    long start = System.nanoTime();
    while (!warming.done() && System.nanoTime() - start < LONG) {
      warming.after(1_000_000);
    }
    assertTrue(warming.done(), "after " + times[0] + " rehearsals");
    assertEquals(20_000, times[0]);
  }
}
