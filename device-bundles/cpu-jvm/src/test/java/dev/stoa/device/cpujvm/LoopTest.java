package dev.stoa.device.cpujvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.LoopResult;
import dev.stoa.tensor.ScanResult;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopTest {
  /** A recurrent layer with its gradient, and a loop on what it gives. */
  private static Graph loops() {
    return Graph.trace(
        "loops",
        t -> {
          Tensor x = t.input("x", 5, 3);
          Tensor w = t.input("w", 3, 3);
          ScanResult scan =
              t.scan(
                  5,
                  List.of(w.sum(0)),
                  List.of(x),
                  (s, carry, in) -> {
                    Tensor row = carry.get(0).reshape(1, 3).dot(w).reshape(3);
                    return Step.of(row.add(in.get(0)).tanh(), row);
                  });
          LoopResult loop =
              t.whileLoop(
                  7,
                  List.of(scan.carry(0)),
                  (s, carry) -> carry.get(0).sum().lt(100),
                  (s, carry) -> List.of(carry.get(0).add(w.square().sum())));
          t.output("end", loop.carry(0));
          t.output("gradient", t.gradient(scan.output(0).sum(), w).get(0));
        });
  }

  /**
   * Until vector code is compiled, its vectors are objects: after some thousand runs nothing is
   * allocated. The compiler itself may allocate on this thread when it gives up compiled code: a
   * few bytes.
   */
  @Test
  void aRunAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    CpuJvmDevice device = new CpuJvmDevice();
    try (DeviceSession session = device.open(DeviceContext.singleThread());
        Executable executable = session.compile(loops())) {
      DeviceBuffer[] in = new DeviceBuffer[2];
      DeviceBuffer[] out = new DeviceBuffer[2];
      for (int i = 0; i < 2; i++) {
        in[i] = session.allocate(executable.graph().inputTypes().get(i));
        out[i] = session.allocate(executable.graph().outputType(i));
      }
      in[1].write(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1});
      long perRun = Long.MAX_VALUE;
      for (int batch = 0; batch < 60 && perRun >= 8; batch++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int run = 0; run < 1_000; run++) {
          executable.run(in, out);
        }
        perRun = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;
      }
      assertTrue(perRun < 8, perRun + " bytes per run");
    }
    assertEquals(0, device.allocatedBytes());
  }

  /**
   * Of a scan of 10 rows of 8: 4 bytes for each of 8 elements of a slice and of the body's sum, and
   * for 16 lanes that loops share; the carry stands in the output. Of a second scan with the same
   * body 8 elements of a slice and of the first's carry more.
   */
  @Test
  void theGraphInsideTwoLoopsIsMadeReadyOnce() {
    assertEquals(4 * (8 + 8 + 16), bytes(1));
    assertEquals(4 * (8 + 8 + 16 + 8 + 8), bytes(2));
  }

  private static long bytes(int scans) {
    Graph graph =
        Graph.trace(
            "scans",
            t -> {
              Tensor sum = t.input("c", 8);
              Tensor x = t.input("x", 10, 8);
              for (int i = 0; i < scans; i++) {
                sum =
                    t.scan(
                            10,
                            List.of(sum),
                            List.of(x),
                            (s, carry, in) -> Step.carry(carry.get(0).add(in.get(0))))
                        .carry(0);
              }
              t.output("y", sum);
            });
    CpuJvmDevice device = new CpuJvmDevice();
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      session.compile(graph);
      return device.allocatedBytes();
    }
  }
}
