package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Matrix products with every transposition, against a triple loop in float64. */
final class ProductCases {
  /** Batch extents, then m, k, n. */
  private static final int[][] SIZES = {
    {1, 1, 1}, {3, 4, 5}, {1, 64, 64}, {17, 33, 65}, {256, 64, 2}, {64, 3, 64}, {5, 7, 1},
    {1, 5, 1}, {2, 1, 300}, {300, 2, 3}, {0, 3, 4}, {3, 0, 4}, {3, 4, 0}, {65, 129, 258},
    {2, 3, 4, 5}, {3, 1, 2, 1}, {2, 3, 33, 2, 7}, {0, 2, 3, 4}
  };

  private ProductCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (int[] size : SIZES) {
      for (int flags = 0; flags < 4; flags++) {
        cases.add(product(DataType.FLOAT32, size, (flags & 1) != 0, (flags & 2) != 0));
      }
      cases.add(product(DataType.FLOAT64, size, false, true));
      cases.add(product(DataType.FLOAT64, size, true, false));
    }
    return cases;
  }

  private static Case product(
      DataType type, int[] size, boolean transposeLeft, boolean transposeRight) {
    int batchAxes = size.length - 3;
    int m = size[batchAxes];
    int k = size[batchAxes + 1];
    int n = size[batchAxes + 2];
    int[] batch = Arrays.copyOf(size, batchAxes);
    TensorType left = matrices(type, batch, transposeLeft ? k : m, transposeLeft ? m : k);
    TensorType right = matrices(type, batch, transposeRight ? n : k, transposeRight ? k : n);
    double[] a = Numbers.random(left.shape().size(), -1, 1, 7);
    double[] b = Numbers.random(right.shape().size(), -1, 1, 8);
    Graph graph =
        Graph.trace(
            "product",
            t -> {
              Tensor x = t.input("a", left);
              Tensor y = t.input("b", right);
              t.output("c", x.dot(y, transposeLeft, transposeRight));
            });
    double[] expected = new double[graph.outputType(0).shape().size()];
    for (int e = 0; e < expected.length; e++) {
      int one = e / (m * n);
      int i = e / n % m;
      int j = e % n;
      for (int p = 0; p < k; p++) {
        expected[e] +=
            a[one * m * k + (transposeLeft ? p * m + i : i * k + p)]
                * b[one * k * n + (transposeRight ? j * k + p : p * n + j)];
      }
    }
    String name =
        "product of "
            + left
            + (transposeLeft ? " transposed" : "")
            + " and "
            + right
            + (transposeRight ? " transposed" : "");
    double tolerance = type == DataType.FLOAT32 ? 1e-5 : 1e-13;
    return new Case(name, graph, List.of(a, b), List.of(expected), tolerance);
  }

  private static TensorType matrices(DataType type, int[] batch, int rows, int columns) {
    int[] extents = Arrays.copyOf(batch, batch.length + 2);
    extents[batch.length] = rows;
    extents[batch.length + 1] = columns;
    return TensorType.of(type, extents);
  }
}
