package dev.stoa.conformance;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.List;

/** What executables leave behind, and what happens when there is no memory. */
final class MemoryRules {
  private static final TensorType FOUR = TensorType.of(DataType.FLOAT32, 2, 2);

  /** The greatest tensor that the virtual machine has an array for: 16 GiB. */
  private static final TensorType HUGE = TensorType.of(DataType.FLOAT64, Integer.MAX_VALUE - 8);

  /** What the virtual machine itself may take meanwhile: profiles, compiled code's data. */
  private static final long HEAP_SLACK = 4L << 20;

  private static final long CLASS_SLACK = 3L << 19;

  private MemoryRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(
            Extent.of(200, 1_000) + " graphs, compiled, run and closed, leave nothing behind",
            MemoryRules::growth),
        new Rule("No memory is a clear error after which all goes on", MemoryRules::noMemory));
  }

  /** Each is another graph: equal ones may share what was made for the first. */
  private static Graph graph(int number) {
    return Graph.trace(
        "cycle" + number,
        t -> {
          Tensor x = t.input("x", FOUR);
          t.output("y", x.dot(x).mul(number).add(x.tanh().sub(x.tanh())));
        });
  }

  private static void cycle(DeviceSession session, int number, DeviceBuffer x, DeviceBuffer y) {
    try (Executable executable = session.compile(graph(number))) {
      executable.run(new DeviceBuffer[] {x}, new DeviceBuffer[] {y});
    }
    // [[1 2], [3 4]] squared is [[7 10], [15 22]].
    double[] wanted = {7.0 * number, 10.0 * number, 15.0 * number, 22.0 * number};
    double[] got = Buffers.read(y);
    for (int i = 0; i < wanted.length; i++) {
      that(got[i] == wanted[i], "graph " + number + " gives " + got[i] + ", not " + wanted[i]);
    }
  }

  private static void growth(Device device) {
    int cycles = Extent.of(200, 1_000);
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      DeviceBuffer x = session.allocate(FOUR);
      x.write(new float[] {1, 2, 3, 4});
      DeviceBuffer y = session.allocate(FOUR);
      int warmUp = cycles / 2;
      for (int i = 1; i <= warmUp; i++) {
        cycle(session, i, x, y);
      }
      long bytes = device.allocatedBytes();
      long heap = usedHeap();
      long classes = usedMetaspace();
      for (int i = 1; i <= cycles; i++) {
        cycle(session, warmUp + i, x, y);
      }
      that(device.allocatedBytes() == bytes, "the device holds more: " + device.allocatedBytes());
      long more = usedHeap() - heap;
      that(more < HEAP_SLACK, cycles + " cycles left " + more + " bytes on the heap");
      long moreClasses = usedMetaspace() - classes;
      that(moreClasses < CLASS_SLACK, cycles + " cycles left " + moreClasses + " bytes of classes");
    }
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long usedMetaspace() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().contains("Metaspace"))
        .map(MemoryPoolMXBean::getUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }

  private static void noMemory(Device device) {
    long before = device.allocatedBytes();
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      DeviceBuffer x = session.allocate(FOUR);
      x.write(new float[] {1, 2, 3, 4});
      DeviceBuffer y = session.allocate(FOUR);
      long room = device.describe().memoryBytes();
      DeviceException refusal = null;
      for (long held = 0; held <= room && refusal == null; held += HUGE.bytes()) {
        try {
          session.allocate(HUGE);
        } catch (DeviceException e) {
          refusal = e;
        } catch (OutOfMemoryError e) {
          throw new AssertionError("an error of the virtual machine, not of the device", e);
        }
      }
      that(refusal != null, "buffers of more than the device's " + room + " bytes were given out");
      for (String named : List.of(device.describe().name(), HUGE.toString())) {
        that(
            refusal.getMessage().contains(named),
            "'" + refusal.getMessage() + "' does not name " + named);
      }
      hugeValues(session);
      cycle(session, 3, x, y);
    }
    that(device.allocatedBytes() == before, "what was refused is counted all the same");
  }

  /** Values inside a graph may not fit either; a device that needs no room for them may run it. */
  private static void hugeValues(DeviceSession session) {
    Graph graph =
        Graph.trace(
            "huge",
            t -> {
              Tensor x = t.input("x", TensorType.of(DataType.FLOAT64));
              Tensor wide = x.broadcast(Shape.of(HUGE.shape().size()));
              t.output("y", wide.cumulativeSum(0).argSort(0, true).slice(0, 0, 1));
            });
    DeviceBuffer in = session.allocate(graph.inputTypes().get(0));
    DeviceBuffer out = session.allocate(graph.outputType(0));
    try (Executable executable = session.compile(graph)) {
      executable.run(new DeviceBuffer[] {in}, new DeviceBuffer[] {out});
    } catch (DeviceException e) {
      that(!e.getMessage().isBlank(), "a refusal without a word");
    }
    Buffers.close(in, out);
  }

  private static void that(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
