package dev.stoa.device.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.device.reference.BoundedChecks.Check;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.Transforms;
import dev.stoa.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A function traced with a bounded axis, run with a length, gives what the same function gives that
 * is traced with just as many rows; and so do its masked graph, its gradients and its tangents.
 * Rows beyond the length hold not-a-number.
 */
class BoundedTest {
  private static final int CAPACITY = 20;
  private static final List<Integer> LENGTHS = List.of(0, 1, 15, 16, 17, 19, 20);

  /** The length as an extent of a plain graph; the capacity stands for a bounded axis. */
  private static TensorType type(int[] shape, int length, boolean bounded) {
    int[] extents = shape.clone();
    if (shape.length > 0 && shape[0] == BoundedChecks.ROWS) {
      if (bounded) {
        int[] row = Arrays.copyOfRange(shape, 1, shape.length);
        return TensorType.bounded(DataType.FLOAT64, CAPACITY, row);
      }
      extents[0] = length;
    }
    return TensorType.of(DataType.FLOAT64, extents);
  }

  private static Tensor[] inputs(Tracer t, Check check, int length, boolean bounded) {
    Tensor[] x = new Tensor[check.shapes().length];
    for (int i = 0; i < x.length; i++) {
      x[i] = t.input("x" + i, type(check.shapes()[i], length, bounded));
    }
    return x;
  }

  /** The function and the gradients of the sum of its squares. */
  private static Graph traced(Check check, int length, boolean bounded) {
    return Graph.trace(
        check.name(),
        t -> {
          Tensor[] x = inputs(t, check, length, bounded);
          Tensor y = check.function().of(t, x);
          t.output("y", y);
          List<Tensor> gradients = t.gradient(y.mul(y).mul(0.5).sum(), x);
          for (int i = 0; i < x.length; i++) {
            t.output("d.x" + i, gradients.get(i));
          }
        });
  }

  private static Graph tangents(Check check, int length, boolean bounded) {
    Graph graph =
        Graph.trace(
            check.name(),
            t -> t.output("y", check.function().of(t, inputs(t, check, length, bounded))));
    return Transforms.jvp(graph, graph.inputNames().toArray(String[]::new));
  }

  /** Numbers between 0.5 and 1.5; not-a-number in rows beyond the length. */
  private static double[] numbers(int input, TensorType type, int length) {
    RandomStream stream = new RandomStream(7, input, 0);
    double[] numbers = new double[type.shape().size()];
    int row = type.shape().rank() == 0 ? 1 : numbers.length / Math.max(1, type.shape().extent(0));
    for (int i = 0; i < numbers.length; i++) {
      double drawn = stream.nextDouble(0.5, 1.5);
      numbers[i] = type.isBounded() && i >= length * row ? Double.NaN : drawn;
    }
    return numbers;
  }

  private static void compare(Graph plain, Graph bounded, int length) {
    List<double[]> few = new ArrayList<>();
    List<double[]> many = new ArrayList<>();
    for (int i = 0; i < plain.inputTypes().size(); i++) {
      double[] numbers = numbers(i, bounded.inputTypes().get(i), length);
      many.add(numbers);
      few.add(Arrays.copyOf(numbers, plain.inputTypes().get(i).shape().size()));
    }
    double[][] expected = Runs.run(plain, few.toArray(double[][]::new));
    compare("skipped", expected, Runs.run(length, bounded, many.toArray(double[][]::new)));
    Graph masked = Transforms.masked(bounded);
    assertTrue(masked.capacity().isEmpty());
    many.add(new double[] {length});
    compare("masked", expected, Runs.run(masked, many.toArray(double[][]::new)));
  }

  private static void compare(String way, double[][] expected, double[][] got) {
    for (int i = 0; i < expected.length; i++) {
      for (int e = 0; e < expected[i].length; e++) {
        double wanted = expected[i][e];
        double tolerance = 1e-14 * (1 + Math.abs(wanted));
        String what = way + ", output " + i + ", element " + e;
        assertEquals(wanted, got[i][e], Double.isFinite(wanted) ? tolerance : 0, what);
      }
    }
  }

  private static List<Integer> lengths(Check check, List<Integer> all) {
    return all.stream().filter(length -> length >= check.least()).toList();
  }

  @TestFactory
  Stream<DynamicTest> boundedRowsAreJustAsManyRows() {
    return BoundedChecks.all().stream()
        .map(
            check ->
                DynamicTest.dynamicTest(
                    check.name(),
                    () -> {
                      for (int length : lengths(check, LENGTHS)) {
                        compare(traced(check, length, false), traced(check, length, true), length);
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> tangentsOfBoundedRowsAreThoseOfJustAsMany() {
    return BoundedChecks.all().stream()
        .map(
            check ->
                DynamicTest.dynamicTest(
                    check.name(),
                    () -> {
                      for (int length : lengths(check, List.of(0, 7, 20))) {
                        compare(
                            tangents(check, length, false), tangents(check, length, true), length);
                      }
                    }));
  }
}
