package dev.stoa.device.compiler;

import dev.stoa.device.DeviceException;
import dev.stoa.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes every product, computes it by plain loops in blocks of four rows, and counts. */
final class CountedKernels implements ProductKernels {
  static final int BLOCK = 4;

  /** Elements of each write of a mirror, and of each read. */
  final List<Integer> writes = new ArrayList<>();

  final List<Integer> reads = new ArrayList<>();

  /** Blocks that were computed. */
  int blocks;

  int made;
  int open;

  /** How many mirrors there is memory for. */
  int most = Integer.MAX_VALUE;

  /** Holds not-a-number where nothing was written. */
  private final class Copy implements Mirror {
    private final float[] elements;

    private Copy(int size) {
      elements = new float[size];
      Arrays.fill(elements, Float.NaN);
    }

    @Override
    public void write(Object array, int count) {
      writes.add(count);
      System.arraycopy(array, 0, elements, 0, count);
    }

    @Override
    public void fill(int from, int to, double number) {
      Arrays.fill(elements, from, to, (float) number);
    }

    @Override
    public void read(Object array, int count) {
      reads.add(count);
      System.arraycopy(elements, 0, array, 0, count);
    }

    @Override
    public void close() {
      open--;
    }
  }

  @Override
  public boolean takes(Product product) {
    return product.type() == DataType.FLOAT32;
  }

  @Override
  public Mirror mirror(DataType type, int elements) {
    if (made == most) {
      throw new DeviceException("no memory");
    }
    made++;
    open++;
    return new Copy(elements);
  }

  @Override
  public ProductKernel kernel(Product product, Mirror left, Mirror right, Mirror out) {
    float[] a = ((Copy) left).elements;
    float[] b = ((Copy) right).elements;
    float[] c = ((Copy) out).elements;
    return new ProductKernel() {
      @Override
      public int blockRows() {
        return BLOCK;
      }

      @Override
      public void run(int batch, int block) {
        synchronized (CountedKernels.this) {
          blocks++;
        }
        int end = Math.min(product.rows(), (block + 1) * BLOCK);
        for (int i = block * BLOCK; i < end; i++) {
          for (int j = 0; j < product.columns(); j++) {
            c[(batch * product.rows() + i) * product.columns() + j] =
                element(product, a, b, batch, i, j);
          }
        }
      }
    };
  }

  private static float element(Product product, float[] a, float[] b, int batch, int i, int j) {
    int rows = product.rows();
    int inner = product.inner();
    int columns = product.columns();
    float sum = 0;
    for (int p = 0; p < inner; p++) {
      int left = product.leftTransposed() ? p * rows + i : i * inner + p;
      int right = product.rightTransposed() ? j * inner + p : p * columns + j;
      sum += a[batch * rows * inner + left] * b[batch * inner * columns + right];
    }
    return sum;
  }
}
