package dev.stoa.device.cpund4j;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.TensorType;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Matrix products by the OpenBLAS that ND4J brings, on the arrays' own memory, one thread each.
 * Called without ND4J's wrapper, whose checks cost 7 us a call: a product [64,64]x[64,64] takes 5.5
 * us instead of 13, [1,64]x[64,64] 1.5 instead of 8.
 */
final class Products {
  private static final int ROW_MAJOR = 101;
  private static final int PLAIN = 111;
  private static final int TRANSPOSED = 112;

  private Products() {}

  static Kernel dot(
      Operation.Dot operation,
      TensorType left,
      TensorType type,
      int leftNode,
      int rightNode,
      NativeArray to) {
    Shape result = type.shape();
    int m = result.extent(-2);
    int n = result.extent(-1);
    int k = left.shape().extent(operation.transposeLeft() ? -2 : -1);
    if (m == 0 || n == 0 || k == 0) {
      // The sum over nothing: the array holds zeros.
      return values -> {};
    }
    int batch = result.size() / (m * n);
    int ta = operation.transposeLeft() ? TRANSPOSED : PLAIN;
    int tb = operation.transposeRight() ? TRANSPOSED : PLAIN;
    int lda = operation.transposeLeft() ? m : k;
    int ldb = operation.transposeRight() ? k : n;
    if (type.dataType() == DataType.FLOAT32) {
      return values -> {
        for (int b = 0; b < batch; b++) {
          openblas_nolapack.cblas_sgemm(
              ROW_MAJOR,
              ta,
              tb,
              m,
              n,
              k,
              1,
              values[leftNode].floatPointer.position((long) b * m * k),
              lda,
              values[rightNode].floatPointer.position((long) b * k * n),
              ldb,
              0,
              to.floatPointer.position((long) b * m * n),
              n);
        }
      };
    }
    return values -> {
      for (int b = 0; b < batch; b++) {
        openblas_nolapack.cblas_dgemm(
            ROW_MAJOR,
            ta,
            tb,
            m,
            n,
            k,
            1,
            values[leftNode].doublePointer.position((long) b * m * k),
            lda,
            values[rightNode].doublePointer.position((long) b * k * n),
            ldb,
            0,
            to.doublePointer.position((long) b * m * n),
            n);
      }
    };
  }
}
