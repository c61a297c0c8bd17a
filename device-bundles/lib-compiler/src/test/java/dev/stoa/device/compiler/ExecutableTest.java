package dev.stoa.device.compiler;

import static dev.stoa.device.compiler.Fixture.floats;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecutableTest {
  private Fixture at;

  @BeforeEach
  void open() {
    at = new Fixture();
  }

  @AfterEach
  void close() {
    if (at != null) {
      at.close();
      assertEquals(0, at.device.allocatedBytes(), "bytes after the session's end");
    }
  }

  @Test
  void anUpdateIsWrittenIntoItsInput() {
    Executable step =
        at.session.compile(
            Graph.trace(
                "step",
                g -> {
                  Tensor w = g.input("w", 2);
                  g.update(w, w.sub(g.input("gradient", 2).mul(0.5)));
                }));
    DeviceBuffer w = at.buffer(new float[] {1, 2}, 2);
    DeviceBuffer gradient = at.buffer(new float[] {2, -4}, 2);
    step.run(new DeviceBuffer[] {w, gradient}, new DeviceBuffer[] {null});
    assertArrayEquals(new float[] {0, 4}, floats(w));
    step.run(new DeviceBuffer[] {w, gradient}, new DeviceBuffer[] {null});
    assertArrayEquals(new float[] {-1, 6}, floats(w));
  }

  @Test
  void twoInputsCanTradePlaces() {
    Executable swap =
        at.session.compile(
            Graph.trace(
                "swap",
                g -> {
                  Tensor a = g.input("a", 2);
                  Tensor b = g.input("b", 2);
                  g.update(a, b.stopGradient());
                  g.update(b, a);
                }));
    DeviceBuffer a = at.buffer(new float[] {1, 2}, 2);
    DeviceBuffer b = at.buffer(new float[] {3, 4}, 2);
    swap.run(new DeviceBuffer[] {a, b}, new DeviceBuffer[] {null, null});
    assertArrayEquals(new float[] {3, 4}, floats(a));
    assertArrayEquals(new float[] {1, 2}, floats(b));
  }

  @Test
  void oneValueCanBeTwoOutputs() {
    Executable both =
        at.session.compile(
            Graph.trace(
                "both",
                g -> {
                  Tensor y = g.input("x", 2).mul(2);
                  g.output("y", y);
                  g.output("flat", y.reshape(1, 2));
                }));
    DeviceBuffer x = at.buffer(new float[] {1, 2}, 2);
    DeviceBuffer y = at.buffer(new float[2], 2);
    DeviceBuffer flat = at.buffer(new float[2], 1, 2);
    both.run(new DeviceBuffer[] {x}, new DeviceBuffer[] {y, flat});
    assertArrayEquals(new float[] {2, 4}, floats(y));
    assertArrayEquals(new float[] {2, 4}, floats(flat));
  }

  @Test
  void aReusedArrayNeverLeaksIntoPadding() {
    // The sums free arrays of the padded size before the padding is placed.
    Graph graph =
        Graph.trace(
            "reuse",
            g -> {
              Tensor x = g.input("x", 4);
              Tensor busy = x.add(1).mul(3).exp().sum();
              Tensor padded = g.pad(x.slice(0, 0, 2), List.of(1), List.of(1));
              g.output("y", padded.add(busy.mul(0)));
            });
    Executable executable = at.session.compile(graph);
    DeviceBuffer x = at.buffer(new float[] {1, 2, 3, 4}, 4);
    DeviceBuffer y = at.buffer(new float[4], 4);
    for (int i = 0; i < 3; i++) {
      executable.run(new DeviceBuffer[] {x}, new DeviceBuffer[] {y});
      assertArrayEquals(new float[] {0, 1, 2, 0}, floats(y));
    }
  }

  @Test
  void aConstantStatedLateIsNotOverwrittenByEarlierKernels() {
    Graph graph =
        Graph.trace(
            "late",
            g -> {
              Tensor x = g.input("x", 2);
              Tensor sum = x.add(1).mul(2).exp().sum();
              g.output("y", sum.mul(0).add(g.constant(new float[] {5, 6})));
            });
    Executable executable = at.session.compile(graph);
    DeviceBuffer x = at.buffer(new float[] {1, 2}, 2);
    DeviceBuffer y = at.buffer(new float[2], 2);
    executable.run(new DeviceBuffer[] {x}, new DeviceBuffer[] {y});
    assertArrayEquals(new float[] {5, 6}, floats(y));
  }

  @Test
  void copiesOfAnotherTypeNameBothTypes() {
    DeviceBuffer x = at.buffer(new float[2], 2);
    String message =
        assertThrows(IllegalArgumentException.class, () -> x.read(new double[2])).getMessage();
    assertTrue(message.contains("float32") && message.contains("float64"), message);
    assertThrows(IndexOutOfBoundsException.class, () -> x.write(1, new float[2], 0, 2));
  }

  @Test
  void partsOfABufferAreCopied() {
    DeviceBuffer x = at.buffer(new float[] {1, 2, 3, 4}, 4);
    x.write(1, new float[] {9, 8, 7}, 1, 2);
    float[] read = new float[3];
    x.read(1, read, 1, 2);
    assertArrayEquals(new float[] {0, 8, 7}, read);
  }

  @Test
  void resultsHaveTheSameBitsAtEachCallAndOnTwoThreads() {
    int n = 256;
    float[] values = new float[n * n];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    Graph graph =
        Graph.trace(
            "bits",
            g -> {
              Tensor x = g.input("x", n, n);
              Tensor y = x.dot(x, false, true).mul(0.01).tanh();
              g.output("y", y.dot(x).exp());
              g.output("sum", y.sum());
            });
    float[] first = run(at.session, graph, values, n, 1);
    assertArrayEquals(first, run(at.session, graph, values, n, 50));
    try (Fixture two = new Fixture(twoThreads())) {
      assertArrayEquals(first, run(two.session, graph, values, n, 1));
    }
  }

  @Test
  void twoRunsAtOnceGiveTheBitsOfOneAlone() throws Exception {
    int n = 128;
    float[] values = new float[n * n];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.cos(i);
    }
    Graph graph =
        Graph.trace(
            "runs",
            g -> {
              Tensor x = g.input("x", n, n);
              Tensor y = x.dot(x).mul(0.1).tanh();
              g.output("y", y.sub(x));
              g.output("sum", y.sum());
            });
    float[] alone = run(at.session, graph, values, n, 1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Callable<float[]> other =
          () -> {
            try (DeviceSession session = at.device.open(DeviceContext.singleThread())) {
              return run(session, graph, values, n, 200);
            }
          };
      for (Future<float[]> each : threads.invokeAll(List.of(other, other))) {
        assertArrayEquals(alone, each.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static float[] run(DeviceSession session, Graph graph, float[] values, int n, int times) {
    DeviceBuffer x = session.allocate(graph.inputTypes().get(0));
    x.write(values);
    DeviceBuffer y = session.allocate(graph.outputType(0));
    DeviceBuffer sum = session.allocate(graph.outputType(1));
    Executable executable = session.compile(graph);
    for (int i = 0; i < times; i++) {
      executable.run(new DeviceBuffer[] {x}, new DeviceBuffer[] {y, sum});
    }
    float[] all = new float[n * n + 1];
    y.read(0, all, 0, n * n);
    sum.read(0, all, n * n, 1);
    return all;
  }

  private static DeviceContext twoThreads() {
    return new DeviceContext() {
      @Override
      public int threads() {
        return 2;
      }

      @Override
      public void parallel(int count, IntConsumer piece) {
        IntStream.range(0, count).parallel().forEach(piece);
      }
    };
  }

  @Test
  void aClosedSessionGivesNothingOut() {
    at.session.close();
    assertThrows(
        IllegalStateException.class, () -> at.session.allocate(TensorType.of(DataType.FLOAT32, 1)));
  }
}
