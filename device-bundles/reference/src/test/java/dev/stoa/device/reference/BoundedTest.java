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

  /**
   * The type of an input.
   *
   * @param rows of a first axis: the capacity if it is bounded
   */
  private static TensorType type(int[] shape, int rows, boolean bounded) {
    int[] extents = shape.clone();
    if (shape.length > 0 && shape[0] == BoundedChecks.ROWS) {
      if (bounded) {
        int[] row = Arrays.copyOfRange(shape, 1, shape.length);
        return TensorType.bounded(DataType.FLOAT64, rows, row);
      }
      extents[0] = rows;
    }
    return TensorType.of(DataType.FLOAT64, extents);
  }

  private static Tensor[] inputs(Tracer t, Check check, int rows, boolean bounded) {
    Tensor[] x = new Tensor[check.shapes().length];
    for (int i = 0; i < x.length; i++) {
      x[i] = t.input("x" + i, type(check.shapes()[i], rows, bounded));
    }
    return x;
  }

  /** The function and the gradients of the sum of its squares. */
  private static Graph traced(Check check, int rows, boolean bounded) {
    return Graph.trace(
        check.name(),
        t -> {
          Tensor[] x = inputs(t, check, rows, bounded);
          Tensor y = check.function().of(t, x);
          t.output("y", y);
          List<Tensor> gradients = t.gradient(y.mul(y).mul(0.5).sum(), x);
          for (int i = 0; i < x.length; i++) {
            t.output("d.x" + i, gradients.get(i));
          }
        });
  }

  /** Tangents of all that, of the gradients too. */
  private static Graph tangents(Check check, int rows, boolean bounded) {
    Graph graph = traced(check, rows, bounded);
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

  /** A function of a capacity, and whether tangents are meant. */
  private static void compare(Check check, int capacity, int length, boolean moving) {
    if (moving) {
      compare(tangents(check, length, false), tangents(check, capacity, true), length);
    } else {
      compare(traced(check, length, false), traced(check, capacity, true), length);
    }
  }

  private static Stream<DynamicTest> each(int capacity, boolean moving, List<Integer> lengths) {
    return BoundedChecks.all().stream()
        .map(
            check ->
                DynamicTest.dynamicTest(
                    check.name(),
                    () ->
                        lengths(check, lengths)
                            .forEach(length -> compare(check, capacity, length, moving))));
  }

  @TestFactory
  Stream<DynamicTest> boundedRowsAreJustAsManyRows() {
    return each(CAPACITY, false, LENGTHS);
  }

  @TestFactory
  Stream<DynamicTest> tangentsOfBoundedRowsAreThoseOfJustAsMany() {
    return each(CAPACITY, true, List.of(0, 7));
  }

  @TestFactory
  Stream<DynamicTest> aCapacityOfOneRowIsABoundToo() {
    return each(1, false, List.of(0, 1));
  }
}
