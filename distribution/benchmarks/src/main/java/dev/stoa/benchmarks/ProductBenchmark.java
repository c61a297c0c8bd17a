package dev.stoa.benchmarks;

import dev.stoa.device.DeviceSession;
import dev.stoa.tensor.Graph;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Matrix products {@code [rows, width] x [width, width]}; microseconds each. {@code openblas} is
 * the library under ND4J, called directly on one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ProductBenchmark {
  static final String OPENBLAS = "openblas";

  /** Device, or the library itself. */
  @Param({"cpu-jvm", "cpu-nd4j", OPENBLAS})
  public String device;

  /** Rows of the left operand. */
  @Param({"1", "8", "64", "256", "2048"})
  public int rows;

  /** Columns of the left operand, rows and columns of the right. */
  @Param({"64", "256", "1024"})
  public int width;

  private Runnable product;
  private Runnable end;

  /** Compiles, or takes memory. */
  @Setup
  public void open() {
    if (device.equals(OPENBLAS)) {
      direct();
      return;
    }
    DeviceSession session = Devices.open(device);
    Graph graph =
        Graph.trace(
            "product",
            t -> t.output("c", t.input("a", rows, width).dot(t.input("b", width, width))));
    Program program = new Program(session, graph).fill(name -> true, 1);
    product = program::run;
    end = session::close;
  }

  private void direct() {
    Devices.loadNatives();
    openblas_nolapack.blas_set_num_threads(1);
    FloatPointer a = filled(rows * width);
    FloatPointer b = filled(width * width);
    FloatPointer c = filled(rows * width);
    product =
        () ->
            openblas_nolapack.cblas_sgemm(
                openblas_nolapack.CblasRowMajor,
                openblas_nolapack.CblasNoTrans,
                openblas_nolapack.CblasNoTrans,
                rows,
                width,
                width,
                1,
                a,
                width,
                b,
                width,
                0,
                c,
                width);
    end =
        () -> {
          a.close();
          b.close();
          c.close();
        };
  }

  private static FloatPointer filled(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (i * 7919 % 1000) / 1000f;
    }
    return new FloatPointer(values);
  }

  /** One product. */
  @Benchmark
  public void product() {
    product.run();
  }

  /** Closes. */
  @TearDown
  public void close() {
    end.run();
  }
}
