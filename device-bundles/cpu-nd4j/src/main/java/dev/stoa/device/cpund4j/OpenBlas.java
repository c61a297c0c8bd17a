package dev.stoa.device.cpund4j;

import dev.stoa.device.compiler.Mirror;
import dev.stoa.device.compiler.Product;
import dev.stoa.device.compiler.ProductKernel;
import dev.stoa.device.compiler.ProductKernels;
import dev.stoa.tensor.DataType;
import java.util.function.Predicate;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Matrix products by the OpenBLAS that ND4J brings, one thread a call. Called without ND4J's
 * wrapper, whose checks cost 7 us.
 */
final class OpenBlas implements ProductKernels {
  private static final int ROW_MAJOR = 101;
  private static final int PLAIN = 111;
  private static final int TRANSPOSED = 112;

  private final Predicate<Product> choice;
  private final Memory memory;

  OpenBlas(Predicate<Product> choice, Memory memory) {
    this.choice = choice;
    this.memory = memory;
  }

  @Override
  public boolean takes(Product product) {
    return choice.test(product);
  }

  @Override
  public Mirror mirror(DataType type, int elements) {
    return memory.allocate(type, elements);
  }

  @Override
  public ProductKernel kernel(Product product, Mirror left, Mirror right, Mirror out) {
    NativeArray a = (NativeArray) left;
    NativeArray b = (NativeArray) right;
    NativeArray c = (NativeArray) out;
    return product.type() == DataType.FLOAT64
        ? new Doubles(product, a, b, c)
        : new Floats(product, a, b, c);
  }

  /** The arguments of a call; pointers are made beforehand, for each block its own. */
  private abstract static class Calls implements ProductKernel {
    final int blockRows;
    final int blocks;
    final int left;
    final int right;
    final int rows;
    final int inner;
    final int columns;
    final int leftRow;
    final int rightRow;

    Calls(Product product) {
      rows = product.rows();
      inner = product.inner();
      columns = product.columns();
      left = product.leftTransposed() ? TRANSPOSED : PLAIN;
      right = product.rightTransposed() ? TRANSPOSED : PLAIN;
      leftRow = product.leftTransposed() ? rows : inner;
      rightRow = product.rightTransposed() ? inner : columns;
      blockRows = ProductChoice.blockRows(product);
      blocks = (rows + blockRows - 1) / blockRows;
    }

    @Override
    public final int blockRows() {
      return blockRows;
    }

    /** Where the left matrix of a block begins. */
    final long leftAt(int piece) {
      long first = (long) (piece % blocks) * blockRows;
      return (long) (piece / blocks) * rows * inner + (left == TRANSPOSED ? first : first * inner);
    }

    final long rightAt(int piece) {
      return (long) (piece / blocks) * inner * columns;
    }

    final long outAt(int piece) {
      return ((long) (piece / blocks) * rows + (long) (piece % blocks) * blockRows) * columns;
    }

    final int rowsOf(int block) {
      return Math.min(blockRows, rows - block * blockRows);
    }
  }

  private static final class Floats extends Calls {
    private final FloatPointer[] a;
    private final FloatPointer[] b;
    private final FloatPointer[] c;

    private Floats(Product product, NativeArray left, NativeArray right, NativeArray out) {
      super(product);
      int pieces = product.batches() * blocks;
      a = new FloatPointer[pieces];
      b = new FloatPointer[pieces];
      c = new FloatPointer[pieces];
      for (int i = 0; i < pieces; i++) {
        a[i] = left.floats(leftAt(i));
        b[i] = right.floats(rightAt(i));
        c[i] = out.floats(outAt(i));
      }
    }

    @Override
    public void run(int batch, int block) {
      int i = batch * blocks + block;
      int m = rowsOf(block);
      openblas_nolapack.cblas_sgemm(
          ROW_MAJOR, left, right, m, columns, inner, 1, a[i], leftRow, b[i], rightRow, 0, c[i],
          columns);
    }
  }

  private static final class Doubles extends Calls {
    private final DoublePointer[] a;
    private final DoublePointer[] b;
    private final DoublePointer[] c;

    private Doubles(Product product, NativeArray left, NativeArray right, NativeArray out) {
      super(product);
      int pieces = product.batches() * blocks;
      a = new DoublePointer[pieces];
      b = new DoublePointer[pieces];
      c = new DoublePointer[pieces];
      for (int i = 0; i < pieces; i++) {
        a[i] = left.doubles(leftAt(i));
        b[i] = right.doubles(rightAt(i));
        c[i] = out.doubles(outAt(i));
      }
    }

    @Override
    public void run(int batch, int block) {
      int i = batch * blocks + block;
      int m = rowsOf(block);
      openblas_nolapack.cblas_dgemm(
          ROW_MAJOR, left, right, m, columns, inner, 1, a[i], leftRow, b[i], rightRow, 0, c[i],
          columns);
    }
  }
}
