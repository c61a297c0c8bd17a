package dev.stoa.lib.networks;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.random.RandomStream;
import java.util.Arrays;

/** How a parameter gets its first values, on the host. */
public sealed interface Initialiser {
  /**
   * First values, row-major.
   *
   * @param shape of the parameter
   * @param stream the numbers to draw from; the same stream gives the same values on every machine
   * @throws IllegalArgumentException when this initialiser does not serve the shape
   */
  float[] values(Shape shape, RandomStream stream);

  /**
   * One value everywhere.
   *
   * @param value that value
   */
  record Constant(double value) implements Initialiser {
    @Override
    public float[] values(Shape shape, RandomStream stream) {
      float[] values = new float[shape.size()];
      Arrays.fill(values, (float) value);
      return values;
    }
  }

  /**
   * A random matrix with orthonormal rows or columns, whichever are fewer, times a gain (Saxe,
   * McClelland, Ganguli: "Exact solutions to the nonlinear dynamics of learning in deep linear
   * neural networks", ICLR 2014): the orthogonal factor of a Gaussian matrix whose triangular
   * factor has a positive diagonal, hence uniform over all such matrices. Axes before the last
   * count as rows.
   *
   * @param gain factor; the root of 2 before a rectifier or hyperbolic tangent is usual
   */
  record Orthogonal(double gain) implements Initialiser {
    @Override
    public float[] values(Shape shape, RandomStream stream) {
      if (shape.rank() < 2) {
        throw new IllegalArgumentException("an orthogonal matrix has two axes, not shape " + shape);
      }
      int columns = shape.extent(-1);
      int rows = shape.size() / Math.max(1, columns);
      boolean tall = rows >= columns;
      double[][] vectors = orthonormal(Math.min(rows, columns), Math.max(rows, columns), stream);
      float[] values = new float[rows * columns];
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          double entry = tall ? vectors[column][row] : vectors[row][column];
          values[row * columns + column] = (float) (gain * entry);
        }
      }
      return values;
    }

    /** Gaussian vectors made orthonormal one after the other (Gram and Schmidt). */
    private static double[][] orthonormal(int count, int length, RandomStream stream) {
      double[][] vectors = new double[count][length];
      for (int i = 0; i < count; i++) {
        for (int j = 0; j < length; j++) {
          vectors[i][j] = normal(stream);
        }
        // Once would leave rounding errors along the earlier vectors; twice is enough (Kahan,
        // Parlett).
        for (int pass = 0; pass < 2; pass++) {
          for (int k = 0; k < i; k++) {
            double along = dot(vectors[k], vectors[i]);
            for (int j = 0; j < length; j++) {
              vectors[i][j] -= along * vectors[k][j];
            }
          }
        }
        double norm = Math.sqrt(dot(vectors[i], vectors[i]));
        for (int j = 0; j < length; j++) {
          vectors[i][j] /= norm;
        }
      }
      return vectors;
    }

    private static double dot(double[] a, double[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * b[i];
      }
      return sum;
    }

    /** Box and Muller; StrictMath, so that every machine starts from the same weights. */
    private static double normal(RandomStream stream) {
      double radius = Math.sqrt(-2 * StrictMath.log(1 - stream.nextDouble()));
      return radius * StrictMath.cos(2 * Math.PI * stream.nextDouble());
    }
  }
}
