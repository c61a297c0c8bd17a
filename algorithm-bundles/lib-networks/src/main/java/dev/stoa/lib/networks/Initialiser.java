package dev.stoa.lib.networks;

import dev.stoa.tensor.Shape;
import dev.stoa.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.Objects;

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

  /** Uniform in {@code [-bound, bound)}. */
  static Initialiser uniform(double bound) {
    return new Random(Law.UNIFORM, bound / Law.ROOT_3);
  }

  /** Normal with mean 0 and a standard deviation. */
  static Initialiser normal(double deviation) {
    return new Random(Law.NORMAL, deviation);
  }

  /**
   * Uniform within {@code sqrt(6 / (fanIn + fanOut))} (Glorot, Bengio: "Understanding the
   * difficulty of training deep feedforward neural networks", AISTATS 2010, equation 16); also
   * named Xavier.
   */
  static Initialiser glorotUniform() {
    return new VarianceScaling(Law.UNIFORM, Fan.AVERAGE, 1);
  }

  /** Normal with variance {@code 2 / (fanIn + fanOut)}; source as {@link #glorotUniform}. */
  static Initialiser glorotNormal() {
    return new VarianceScaling(Law.NORMAL, Fan.AVERAGE, 1);
  }

  /**
   * Uniform within {@code sqrt(6 / fanIn)}, before a rectifier (He, Zhang, Ren, Sun: "Delving deep
   * into rectifiers", ICCV 2015); also named Kaiming.
   */
  static Initialiser heUniform() {
    return new VarianceScaling(Law.UNIFORM, Fan.IN, 2);
  }

  /** Normal with variance {@code 2 / fanIn}; source as {@link #heUniform}. */
  static Initialiser heNormal() {
    return new VarianceScaling(Law.NORMAL, Fan.IN, 2);
  }

  /** Uniform within {@code 1 / sqrt(fanIn)}: what PyTorch does for linear layers by default. */
  static Initialiser fanInUniform() {
    return new VarianceScaling(Law.UNIFORM, Fan.IN, 1 / 3.0);
  }

  /** How random values are distributed about 0. */
  enum Law {
    /** Uniform over an interval. */
    UNIFORM,
    /** Normal. */
    NORMAL,
    /** Normal, drawn again beyond two standard deviations of the normal law. */
    TRUNCATED_NORMAL;

    /** A uniform law with standard deviation 1 reaches from minus this to this. */
    private static final double ROOT_3 = Math.sqrt(3);

    /** Standard deviation of a standard normal number given that it lies within 2. */
    private static final double WITHIN_TWO = .87962566103423978;

    /** One number with mean 0 and standard deviation 1. */
    private double draw(RandomStream stream) {
      return switch (this) {
        case UNIFORM -> stream.nextDouble(-ROOT_3, ROOT_3);
        case NORMAL -> gaussian(stream);
        case TRUNCATED_NORMAL -> {
          double drawn = gaussian(stream);
          while (Math.abs(drawn) > 2) {
            drawn = gaussian(stream);
          }
          yield drawn / WITHIN_TWO;
        }
      };
    }
  }

  /** Which of a weight's numbers of connections its variance is inverse to. */
  enum Fan {
    /** Inputs of one output. */
    IN,
    /** Outputs of one input. */
    OUT,
    /** Mean of both. */
    AVERAGE
  }

  /**
   * Independent values with mean 0 and a standard deviation.
   *
   * @param law how they are distributed
   * @param deviation that standard deviation, not negative
   */
  record Random(Law law, double deviation) implements Initialiser {
    /** Checks the range. */
    public Random {
      Objects.requireNonNull(law, "law");
      if (!(deviation >= 0 && deviation < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("no standard deviation of weights: " + deviation);
      }
    }

    @Override
    public float[] values(Shape shape, RandomStream stream) {
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * law.draw(stream));
      }
      return values;
    }
  }

  /**
   * Independent values with mean 0 and variance {@code scale / fan}. Weights are {@code [...,
   * inputs, outputs]}; axes before, those of a convolution's kernel, multiply both fans.
   *
   * @param law how they are distributed
   * @param fan which number of connections
   * @param scale factor of the variance, above 0
   */
  record VarianceScaling(Law law, Fan fan, double scale) implements Initialiser {
    /** Checks the range. */
    public VarianceScaling {
      Objects.requireNonNull(law, "law");
      Objects.requireNonNull(fan, "fan");
      if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("a scale of variances is above 0, got " + scale);
      }
    }

    @Override
    public float[] values(Shape shape, RandomStream stream) {
      if (shape.rank() < 2 || shape.size() == 0) {
        throw new IllegalArgumentException("weights have inputs and outputs, not shape " + shape);
      }
      double in = (double) shape.size() / shape.extent(-1);
      double out = (double) shape.size() / shape.extent(-2);
      double connections =
          switch (fan) {
            case IN -> in;
            case OUT -> out;
            case AVERAGE -> (in + out) / 2;
          };
      return new Random(law, Math.sqrt(scale / connections)).values(shape, stream);
    }
  }

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
          vectors[i][j] = gaussian(stream);
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
  }

  /** Box and Muller; StrictMath, so that every machine starts from the same weights. */
  private static double gaussian(RandomStream stream) {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - stream.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * stream.nextDouble());
  }
}
