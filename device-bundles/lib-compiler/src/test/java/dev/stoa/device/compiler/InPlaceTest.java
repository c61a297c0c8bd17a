package dev.stoa.device.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Rows of an input that are replaced where they stand. */
class InPlaceTest {
  private static final int ROWS = 3;
  private static final int WIDTH = 2;

  /** Runs a graph of rows 1 2, 3 4, 5 6 on the index 1; gives its output, then the rows. */
  private static float[][] results(BiConsumer<Tracer, Tensor[]> method) {
    Graph graph =
        Graph.trace(
            "rows",
            t -> {
              Tensor rows = t.input("rows", ROWS, WIDTH);
              Tensor index = t.input("index", TensorType.of(DataType.INT32, 1));
              method.accept(t, new Tensor[] {rows, index});
            });
    try (DeviceSession session = GraphCompiler.of("test").open(DeviceContext.singleThread());
        Executable executable = session.compile(graph)) {
      DeviceBuffer rows = session.allocate(graph.inputTypes().get(0));
      DeviceBuffer index = session.allocate(graph.inputTypes().get(1));
      rows.write(new float[] {1, 2, 3, 4, 5, 6});
      index.write(new int[] {1});
      DeviceBuffer out = session.allocate(graph.outputType(0));
      executable.run(new DeviceBuffer[] {rows, index}, new DeviceBuffer[] {out, null});
      float[] first = new float[out.type().shape().size()];
      out.read(first);
      float[] after = new float[ROWS * WIDTH];
      rows.read(after);
      return new float[][] {first, after};
    }
  }

  private static Tensor tens(Tracer t, int rows, int width) {
    return t.constant(TensorType.of(DataType.FLOAT32, rows, width), 10);
  }

  /** Rows summed by columns, and by rows as a matrix of other extents. */
  @Test
  void aReplacedRowIsSeenByWhatReadsTheNewRows() {
    float[][] set =
        results(
            (t, in) -> {
              Tensor next = in[0].scatterSet(in[1], tens(t, 1, 2));
              t.output("sum", next.sum(0));
              t.update(in[0], next);
            });
    assertArrayEquals(new float[] {16, 18}, set[0]);
    assertArrayEquals(new float[] {1, 2, 10, 10, 5, 6}, set[1]);
    float[][] added =
        results(
            (t, in) -> {
              Tensor flat = in[0].reshape(2 * ROWS, 1);
              Tensor next = flat.scatterAdd(in[1], tens(t, 1, 1));
              t.output("sum", next.sum(0));
              t.update(in[0], next.reshape(ROWS, WIDTH));
            });
    assertArrayEquals(new float[] {31}, added[0]);
    assertArrayEquals(new float[] {1, 12, 3, 4, 5, 6}, added[1]);
  }

  /** The old rows are read afterwards, are what is written, or stand in another order. */
  @Test
  void oldRowsAreKeptWhereTheyAreStillNeeded() {
    float[][] after =
        results(
            (t, in) -> {
              Tensor next = in[0].scatterSet(in[1], tens(t, 1, 2));
              t.output("change", next.sub(in[0]).sum(0).exp());
              t.update(in[0], next);
            });
    assertArrayEquals(
        new float[] {(float) Math.exp(7), (float) Math.exp(6)}, after[0], 0x1p-22f * 2_000);
    assertArrayEquals(new float[] {1, 2, 10, 10, 5, 6}, after[1]);
    float[][] own =
        results(
            (t, in) -> {
              Tensor all = t.iota(Shape.of(2), 0);
              Tensor next = in[0].scatterAdd(all.add(1), in[0].slice(0, 0, 2));
              t.output("index", in[1].convert(DataType.FLOAT32));
              t.update(in[0], next);
            });
    // Rows 1 and 2 are 3 4 + 1 2 and 5 6 + 3 4, not what row 1 has become.
    assertArrayEquals(new float[] {1, 2, 4, 6, 8, 10}, own[1]);
    float[][] turned =
        results(
            (t, in) -> {
              Tensor columns = in[0].transpose(1, 0);
              Tensor next = columns.scatterSet(in[1], tens(t, 1, ROWS));
              t.output("sum", next.sum(1));
              t.update(in[0], next.transpose(1, 0));
            });
    assertArrayEquals(new float[] {9, 30}, turned[0]);
    assertArrayEquals(new float[] {1, 10, 3, 10, 5, 10}, turned[1]);
  }

  /** Rows that are replaced in their place take no second array. */
  @Test
  void noCopyIsHeldOfRowsThatAreReplaced() {
    int bytes = 4 * 1_000 * 64;
    Graph graph =
        Graph.trace(
            "rows",
            t -> {
              Tensor rows = t.input("rows", 1_000, 64);
              Tensor index = t.input("index", TensorType.of(DataType.INT32, 2));
              t.update(rows, rows.scatterSet(index, t.input("new", 2, 64)));
              Tensor other = t.input("other", 1_000, 64);
              Tensor start = t.input("start", TensorType.of(DataType.INT32, 2));
              t.update(other, other.dynamicUpdate(start, t.input("part", 3, 64)));
            });
    GraphCompiler device = GraphCompiler.of("test");
    try (DeviceSession session = device.open(DeviceContext.singleThread());
        Executable executable = session.compile(graph)) {
      assertEquals(graph, executable.graph());
      assertTrue(device.allocatedBytes() < bytes, device.allocatedBytes() + " bytes");
    }
  }
}
