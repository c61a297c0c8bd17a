package dev.stoa.device.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Transforms;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products by a device's own kernels; small whole numbers, so that every order sums them alike. */
class DeviceProductsTest {
  private final CountedKernels kernels = new CountedKernels();
  private final GraphCompiler device = GraphCompiler.atOnce("test").with(kernels);

  /** Element i of input p is (i + p) % 5 - 2, rows that do not exist not-a-number. */
  private static DeviceBuffer[] inputs(DeviceSession session, Graph graph, int length) {
    DeviceBuffer[] in = new DeviceBuffer[graph.inputTypes().size()];
    for (int p = 0; p < in.length; p++) {
      in[p] = session.allocate(graph.inputTypes().get(p).unbounded());
      float[] elements = new float[in[p].type().shape().size()];
      boolean bounded = graph.inputTypes().get(p).isBounded();
      int exist =
          bounded ? elements.length / in[p].type().shape().extent(0) * length : elements.length;
      for (int i = 0; i < elements.length; i++) {
        elements[i] = i < exist ? (i + p) % 5 - 2 : Float.NaN;
      }
      in[p].write(elements);
    }
    return in;
  }

  private static DeviceBuffer[] outputs(DeviceSession session, Graph graph) {
    return IntStream.range(0, graph.outputs().size())
        .mapToObj(i -> session.allocate(graph.outputType(i).unbounded()))
        .toArray(DeviceBuffer[]::new);
  }

  private static float[][] results(GraphCompiler device, DeviceContext context, Graph graph) {
    try (DeviceSession session = device.open(context)) {
      DeviceBuffer[] in = inputs(session, graph, 0);
      DeviceBuffer[] out = outputs(session, graph);
      try (Executable executable = session.compile(graph)) {
        executable.run(in, out);
        executable.run(in, out);
      }
      return Arrays.stream(out).map(Fixture::floats).toArray(float[][]::new);
    }
  }

  private void equalsTheCompilersOwn(Graph graph) {
    float[][] expected = results(GraphCompiler.atOnce("test"), DeviceContext.singleThread(), graph);
    float[][] got = results(device, DeviceContext.singleThread(), graph);
    assertArrayEquals(expected, got);
    assertEquals(0, kernels.open, "mirrors of closed executables");
    assertEquals(0, device.allocatedBytes());
  }

  @Test
  void whatSeveralProductsReadIsCopiedOnceARun() {
    equalsTheCompilersOwn(
        Graph.trace(
            "layer",
            t -> {
              Tensor x = t.input("x", 6, 2);
              Tensor w = t.input("w", 2, 3);
              Tensor d = t.input("d", 6, 3);
              t.output("y", x.dot(w));
              t.output("dx", d.dot(w, false, true));
              t.output("dw", x.dot(d, true, false));
            }));
    // x, w and d, in each of two runs; 6 x 3, 6 x 2 and 2 x 3 results.
    assertEquals(List.of(12, 6, 18, 12, 6, 18), kernels.writes);
    assertEquals(List.of(18, 12, 6, 18, 12, 6), kernels.reads);
  }

  @Test
  void aMatrixTimesItselfNeedsOneMirror() {
    equalsTheCompilersOwn(
        Graph.trace(
            "square",
            t -> {
              Tensor x = t.input("x", 3, 3);
              t.output("y", x.dot(x, false, true));
            }));
    assertEquals(2, kernels.made, "x and y");
  }

  /** Five products of 4 x 4, one after the other: left, right and result at each time. */
  @Test
  void aMirrorThatIsNeededNoMoreServesAnotherValue() {
    equalsTheCompilersOwn(
        Graph.trace(
            "chain",
            t -> {
              Tensor x = t.input("x", 4, 4);
              for (int i = 0; i < 5; i++) {
                x = x.dot(t.input("w" + i, 4, 4)).min(2).max(-2);
              }
              t.output("y", x);
            }));
    assertEquals(3, kernels.made);
  }

  @Test
  void anUpdateInPlaceBetweenTwoProductsIsSeenByTheSecond() {
    Graph graph =
        Graph.trace(
            "update",
            t -> {
              Tensor x = t.input("x", 3, 3);
              Tensor w = t.input("w", 3, 3);
              Tensor next = w.sub(x.dot(w));
              t.update(w, next);
              t.output("y", x.dot(next));
            });
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      DeviceBuffer x = session.allocate(graph.inputTypes().get(0));
      DeviceBuffer w = session.allocate(graph.inputTypes().get(1));
      DeviceBuffer y = session.allocate(graph.outputType(1));
      x.write(new float[] {2, 0, 0, 0, 2, 0, 0, 0, 2});
      w.write(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
      session.compile(graph).run(new DeviceBuffer[] {x, w}, new DeviceBuffer[] {null, y});
      // w - 2 w = -w, and twice that.
      assertArrayEquals(new float[] {-1, -2, -3, -4, -5, -6, -7, -8, -9}, Fixture.floats(w));
      assertArrayEquals(new float[] {-2, -4, -6, -8, -10, -12, -14, -16, -18}, Fixture.floats(y));
    }
  }

  @Test
  void productsInsideOfLoopsAreTheDevicesToo() {
    equalsTheCompilersOwn(
        Graph.trace(
            "loop",
            t -> {
              Tensor w = t.input("w", 3, 3);
              Tensor x = t.input("x", 4, 2, 3);
              t.output(
                  "h",
                  t.scan(
                          4,
                          List.of(t.input("h", 2, 3)),
                          List.of(x),
                          (s, carry, in) ->
                              Step.carry(carry.get(0).dot(w).add(in.get(0)).min(3).max(-3)))
                      .carry(0));
            }));
    assertEquals(2 * 4, kernels.blocks, "one block of each of four steps, in two runs");
  }

  /** 3 x 10 rows in blocks of four: three blocks for each of the batch's products. */
  @Test
  void threadsShareBlocksAndBatches() {
    Graph graph =
        Graph.trace("batch", t -> t.output("y", t.input("a", 3, 10, 5).dot(t.input("b", 3, 5, 2))));
    DeviceContext three =
        new DeviceContext() {
          @Override
          public int threads() {
            return 3;
          }

          @Override
          public void parallel(int count, IntConsumer piece) {
            assertEquals(9, count);
            IntStream.range(0, count).parallel().forEach(piece);
          }
        };
    float[][] one = results(device, DeviceContext.singleThread(), graph);
    assertArrayEquals(one, results(device, three, graph));
    assertArrayEquals(
        results(GraphCompiler.atOnce("test"), DeviceContext.singleThread(), graph), one);
  }

  /** Rows, the inner axis and the batch end at the length; its rows are read and no others. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 11, 12})
  void boundedProductsEndAtTheRowsThatExist(int length) {
    Graph graph =
        Graph.trace(
            "bounded",
            t -> {
              Tensor x = t.bounded("x", 12, 3);
              Tensor g = t.bounded("g", 12, 2);
              Tensor batch = t.bounded("batch", 12, 2, 3);
              t.output("y", x.dot(t.input("w", 3, 2)).filled(7));
              t.output("dw", x.dot(g, true, false));
              t.output("each", batch.dot(batch, false, true).filled(7));
            });
    Graph expected = Transforms.atLength(graph, length);
    try (DeviceSession session = device.open(DeviceContext.singleThread());
        DeviceSession plain = GraphCompiler.atOnce("test").open(DeviceContext.singleThread())) {
      DeviceBuffer[] out = outputs(session, graph);
      session.compile(graph).run(inputs(session, graph, length), out, length);
      // Four rows a block; all of the inner axis in one; each of the batch in one.
      assertEquals((length + 3) / 4 + 1 + length, kernels.blocks);
      DeviceBuffer[] wanted = outputs(plain, expected);
      Executable reference = plain.compile(expected);
      DeviceBuffer[] in = new DeviceBuffer[graph.inputTypes().size()];
      DeviceBuffer[] whole = inputs(session, graph, length);
      for (int i = 0; i < in.length; i++) {
        in[i] = plain.allocate(expected.inputTypes().get(i));
        in[i].write(Arrays.copyOf(Fixture.floats(whole[i]), in[i].type().shape().size()));
      }
      reference.run(in, wanted);
      for (int i = 0; i < out.length; i++) {
        assertArrayEquals(Fixture.floats(wanted[i]), Fixture.floats(out[i]), "output " + i);
      }
    }
  }

  @Test
  void mirrorsThatFindNoMemoryLeaveNothingBehind() {
    Graph graph =
        Graph.trace("one", t -> t.output("y", t.input("a", 3, 4).dot(t.input("b", 4, 5))));
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      for (int most = 0; most < 3; most++) {
        kernels.most = kernels.made + most;
        assertThrows(DeviceException.class, () -> session.compile(graph));
        assertEquals(0, kernels.open);
        assertEquals(0, device.allocatedBytes());
      }
      kernels.most = Integer.MAX_VALUE;
      session.compile(graph);
      // 12, 20 and 15 float32.
      assertEquals(4 * (12 + 20 + 15), device.allocatedBytes());
      session.compile(graph).close();
      assertEquals(3, kernels.open, "equal graphs share their mirrors");
    }
    assertEquals(0, kernels.open);
  }
}
