package dev.stoa.conformance;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Buffers, arguments, donation and memory. */
final class SessionRules {
  private static final TensorType PAIR = TensorType.of(DataType.FLOAT32, 2);

  private SessionRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule("A device that is opened is ready and has a fingerprint", SessionRules::described),
        within("A new buffer holds zeros", SessionRules::zeros),
        within("Parts of a buffer can be copied", SessionRules::parts),
        within("A copy of another type is refused, naming both", SessionRules::otherType),
        within("A copy of another length is refused", SessionRules::otherLength),
        within("Wrong arguments are refused by name", SessionRules::arguments),
        within("A refused run changes nothing", SessionRules::refused),
        within("Updates in place are made together", SessionRules::exchange),
        within("An input may be an output too", SessionRules::passedOn),
        within("One buffer may be two inputs", SessionRules::twoInputs),
        within("Equal graphs are closed one by one", SessionRules::equalGraphs),
        new Rule("200 cycles give all memory back", SessionRules::cycles),
        new Rule("A closed session has given all memory back", SessionRules::abandoned));
  }

  private static Rule within(String name, Consumer<DeviceSession> body) {
    return new Rule(
        name,
        device -> {
          try (DeviceSession session = device.open(DeviceContext.singleThread())) {
            body.accept(session);
          }
        });
  }

  private static void that(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static void described(Device device) {
    DeviceInfo info = device.describe();
    that(info.ready(), "not ready: " + info.reason());
    that(
        !info.name().isBlank() && !info.fingerprint().isBlank(), "no name or fingerprint: " + info);
    that(info.reason().isEmpty(), "ready, yet with a reason: " + info.reason());
  }

  private static void zeros(DeviceSession session) {
    for (DataType type : DataType.values()) {
      try (DeviceBuffer buffer = session.allocate(TensorType.of(type, 3))) {
        that(Arrays.equals(new double[3], Buffers.read(buffer)), "no zeros in " + buffer.type());
      }
    }
  }

  private static void parts(DeviceSession session) {
    DeviceBuffer buffer = session.allocate(TensorType.of(DataType.FLOAT32, 2, 2));
    buffer.write(1, new float[] {9, 5, 6, 9}, 1, 2);
    double[] got = Buffers.read(buffer);
    that(Arrays.equals(new double[] {0, 5, 6, 0}, got), "written: " + Arrays.toString(got));
    float[] target = {1, 1, 1};
    buffer.read(2, target, 1, 2);
    that(Arrays.equals(new float[] {1, 6, 0}, target), "read: " + Arrays.toString(target));
    buffer.close();
    buffer.close();
  }

  private static void otherType(DeviceSession session) {
    for (DataType type : DataType.values()) {
      DeviceBuffer buffer = session.allocate(TensorType.of(type, 1));
      if (type != DataType.INT32) {
        refused(() -> buffer.write(new int[1]), "int32", type.toString());
        refused(() -> buffer.read(new int[1]), "int32", type.toString());
      } else {
        refused(() -> buffer.write(new float[1]), "float32", "int32");
        refused(() -> buffer.read(new boolean[1]), "bool", "int32");
      }
    }
  }

  private static void otherLength(DeviceSession session) {
    DeviceBuffer buffer = session.allocate(PAIR);
    refused(() -> buffer.write(new float[3]), "2", "3");
    boolean caught = false;
    try {
      buffer.write(1, new float[2], 0, 2);
    } catch (IndexOutOfBoundsException e) {
      caught = true;
    }
    that(caught, "a copy beyond the end was accepted");
  }

  private static void refused(Runnable action, String... named) {
    try {
      action.run();
    } catch (IllegalArgumentException e) {
      for (String name : named) {
        that(e.getMessage().contains(name), "'" + e.getMessage() + "' does not name " + name);
      }
      return;
    }
    throw new AssertionError("not refused: a wrong " + String.join(", ", named));
  }

  /** p is updated to p + x; y = 2 x. */
  private static Graph graph() {
    return Graph.trace(
        "rule",
        t -> {
          Tensor p = t.input("p", PAIR);
          Tensor x = t.input("x", PAIR);
          t.update(p, p.add(x));
          t.output("y", x.add(x));
        });
  }

  private static DeviceBuffer[] buffers(DeviceBuffer... buffers) {
    return buffers;
  }

  private static void arguments(DeviceSession session) {
    DeviceBuffer p = session.allocate(PAIR);
    DeviceBuffer x = session.allocate(PAIR);
    DeviceBuffer y = session.allocate(PAIR);
    DeviceBuffer other = session.allocate(TensorType.of(DataType.FLOAT32, 3));
    DeviceBuffer closed = session.allocate(PAIR);
    closed.close();
    try (Executable run = session.compile(graph())) {
      refused(() -> run.run(buffers(p), buffers(null, y)), "2 inputs");
      refused(() -> run.run(buffers(p, x, y), buffers(null, y)), "2 inputs");
      refused(() -> run.run(buffers(p, x), buffers(y)), "2 outputs");
      refused(() -> run.run(buffers(p, null), buffers(null, y)), "'x'");
      refused(() -> run.run(buffers(p, other), buffers(null, y)), "'x'", "float32[3]");
      refused(() -> run.run(buffers(p, x), buffers(null, null)), "'y'");
      refused(() -> run.run(buffers(p, x), buffers(null, other)), "'y'", "float32[3]");
      refused(() -> run.run(buffers(p, x), buffers(closed, y)), "'p'");
      refused(() -> run.run(buffers(p, x), buffers(null, x)), "'y'", "'x'");
      refused(() -> run.run(buffers(p, x), buffers(null, p)), "'p'");
      refused(() -> run.run(buffers(p, p), buffers(null, y)), "'p'", "'x'");
      refused(() -> run.run(buffers(p, closed), buffers(null, y)), "closed");
      refused(() -> run.run(buffers(p, x), buffers(null, closed)), "closed");
      run.run(buffers(p, x), buffers(null, y));
    }
  }

  private static void refused(DeviceSession session) {
    DeviceBuffer p = session.allocate(PAIR);
    DeviceBuffer x = session.allocate(PAIR);
    x.write(new float[] {1, 2});
    DeviceBuffer closed = session.allocate(PAIR);
    closed.close();
    try (Executable run = session.compile(graph())) {
      refused(() -> run.run(buffers(p, x), buffers(null, closed)), "closed");
      double[] after = Buffers.read(p);
      that(Arrays.equals(new double[2], after), "updated all the same: " + Arrays.toString(after));
    }
  }

  /** The two inputs change places; a third counts. */
  private static void exchange(DeviceSession session) {
    Graph graph =
        Graph.trace(
            "exchange",
            t -> {
              Tensor a = t.input("a", PAIR);
              Tensor b = t.input("b", PAIR);
              Tensor count = t.input("count", TensorType.of(DataType.INT32));
              t.update(a, b);
              t.update(b, a);
              t.update(count, count.add(1));
              t.output("sum", a.add(b));
            });
    DeviceBuffer a = session.allocate(PAIR);
    DeviceBuffer b = session.allocate(PAIR);
    DeviceBuffer count = session.allocate(TensorType.of(DataType.INT32));
    DeviceBuffer sum = session.allocate(PAIR);
    a.write(new float[] {1, 2});
    b.write(new float[] {30, 40});
    try (Executable run = session.compile(graph)) {
      for (int i = 0; i < 3; i++) {
        run.run(buffers(a, b, count), buffers(null, null, null, sum));
      }
    }
    that(Arrays.equals(new double[] {30, 40}, Buffers.read(a)), "a is not b's after 3 exchanges");
    that(Arrays.equals(new double[] {1, 2}, Buffers.read(b)), "b is not a's after 3 exchanges");
    that(Arrays.equals(new double[] {3}, Buffers.read(count)), "not counted to 3");
    that(Arrays.equals(new double[] {31, 42}, Buffers.read(sum)), "the sum is wrong");
  }

  private static void passedOn(DeviceSession session) {
    Graph graph =
        Graph.trace(
            "passed on",
            t -> {
              Tensor p = t.input("p", PAIR);
              t.update(p, p.mul(2));
              t.output("before", p);
              t.output("again", p);
              t.output("flat", p.reshape(2, 1));
            });
    DeviceBuffer p = session.allocate(PAIR);
    p.write(new float[] {1, 2});
    DeviceBuffer before = session.allocate(PAIR);
    DeviceBuffer again = session.allocate(PAIR);
    DeviceBuffer flat = session.allocate(TensorType.of(DataType.FLOAT32, 2, 1));
    try (Executable run = session.compile(graph)) {
      run.run(buffers(p), buffers(null, before, again, flat));
    }
    that(Arrays.equals(new double[] {2, 4}, Buffers.read(p)), "not updated");
    for (DeviceBuffer each : List.of(before, again, flat)) {
      that(Arrays.equals(new double[] {1, 2}, Buffers.read(each)), "not as before the update");
    }
  }

  private static void twoInputs(DeviceSession session) {
    Graph graph =
        Graph.trace("twice", t -> t.output("y", t.input("a", PAIR).mul(t.input("b", PAIR))));
    DeviceBuffer x = session.allocate(PAIR);
    x.write(new float[] {3, -4});
    DeviceBuffer y = session.allocate(PAIR);
    try (Executable run = session.compile(graph)) {
      run.run(buffers(x, x), buffers(y));
    }
    that(Arrays.equals(new double[] {9, 16}, Buffers.read(y)), "not the squares");
  }

  private static void equalGraphs(DeviceSession session) {
    DeviceBuffer p = session.allocate(PAIR);
    DeviceBuffer x = session.allocate(PAIR);
    DeviceBuffer y = session.allocate(PAIR);
    x.write(new float[] {1, 2});
    Executable first = session.compile(graph());
    Executable second = session.compile(graph());
    first.close();
    first.close();
    second.run(buffers(p, x), buffers(null, y));
    second.close();
    that(Arrays.equals(new double[] {2, 4}, Buffers.read(y)), "the second of two does not work");
  }

  private static void cycles(Device device) {
    long before = device.allocatedBytes();
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      DeviceBuffer p = session.allocate(PAIR);
      DeviceBuffer x = session.allocate(PAIR);
      DeviceBuffer y = session.allocate(PAIR);
      long open = device.allocatedBytes();
      that(open >= before + 24, "three open buffers of 8 bytes hold " + (open - before));
      x.write(new float[] {1, 2});
      for (int i = 0; i < 200; i++) {
        try (Executable run = session.compile(graph())) {
          run.run(buffers(p, x), buffers(null, y));
        }
      }
      that(device.allocatedBytes() == open, "executables kept " + (device.allocatedBytes() - open));
      that(Arrays.equals(new double[] {200, 400}, Buffers.read(p)), "not updated 200 times");
      Buffers.close(p, x, y);
      that(device.allocatedBytes() == before, "buffers kept memory");
    }
    that(device.allocatedBytes() == before, "the session kept memory");
  }

  private static void abandoned(Device device) {
    long before = device.allocatedBytes();
    try (DeviceSession session = device.open(DeviceContext.singleThread())) {
      session.allocate(PAIR);
      session.compile(graph());
      that(device.allocatedBytes() > before, "open buffers are not counted");
    }
    that(device.allocatedBytes() == before, "a closed session keeps memory");
  }
}
