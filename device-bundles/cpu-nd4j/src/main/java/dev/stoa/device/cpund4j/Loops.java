package dev.stoa.device.cpund4j;

import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Scan;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.While;
import java.util.HashMap;
import java.util.Map;

/**
 * Kernels of loops. The program of each graph inside is made once; what it owns is freed with the
 * program around it. Carries stand in the results' arrays.
 */
final class Loops {
  private final Memory memory;
  private final Storage storage;
  private final Map<Graph, SubProgram> programs = new HashMap<>();

  Loops(Memory memory, Storage storage) {
    this.memory = memory;
    this.storage = storage;
  }

  private SubProgram program(Graph graph) {
    SubProgram known = programs.get(graph);
    if (known == null) {
      Program made = new Compilation(graph, memory).program();
      storage.adopt(made.owned());
      known = new SubProgram(made);
      programs.put(graph, known);
    }
    return known;
  }

  /** The kernel of a loop: takes operands by node, writes to the arrays of all results. */
  Kernel kernel(Operation.Structured operation, int[] from, NativeArray[] to) {
    if (operation instanceof Scan scan) {
      return scan(scan, from, to);
    }
    if (operation instanceof While loop) {
      return loop(loop, from, to);
    }
    throw new UnsupportedOperationException(operation.attributes());
  }

  private Kernel scan(Scan scan, int[] from, NativeArray[] to) {
    SubProgram body = program(scan.body());
    int carries = scan.carries();
    NativeArray[] slices = new NativeArray[scan.stacked()];
    for (int i = 0; i < slices.length; i++) {
      TensorType type = scan.body().inputTypes().get(carries + i);
      slices[i] = storage.takeZeros(type);
    }
    return values -> {
      for (int i = 0; i < from.length; i++) {
        if (i < carries) {
          to[i].copyFrom(values[from[i]]);
        }
        int stacked = i - carries;
        body.bind(
            i, stacked < 0 ? to[i] : stacked < slices.length ? slices[stacked] : values[from[i]]);
      }
      for (int step = 0; step < scan.length(); step++) {
        int at = scan.reverse() ? scan.length() - 1 - step : step;
        for (int i = 0; i < slices.length; i++) {
          slices[i].copyPart(values[from[carries + i]], at * slices[i].size(), 0, slices[i].size());
        }
        body.run();
        // No output stands in an input's place: carries can be written one after the other.
        for (int i = 0; i < to.length; i++) {
          NativeArray output = body.output(i);
          to[i].copyPart(output, 0, i < carries ? 0 : at * output.size(), output.size());
        }
      }
    };
  }

  private Kernel loop(While loop, int[] from, NativeArray[] to) {
    SubProgram condition = program(loop.condition());
    SubProgram body = program(loop.body());
    int carries = loop.carries();
    return values -> {
      for (int i = 0; i < carries; i++) {
        to[i].copyFrom(values[from[i]]);
      }
      int iterations = 0;
      while (iterations < loop.bound() && holds(condition, carries, from, to, values)) {
        bind(body, carries, from, to, values);
        body.run();
        for (int i = 0; i < carries; i++) {
          to[i].copyFrom(body.output(i));
        }
        iterations++;
      }
      to[carries].ints.put(0, iterations);
    };
  }

  private static boolean holds(
      SubProgram condition, int carries, int[] from, NativeArray[] to, NativeArray[] values) {
    bind(condition, carries, from, to, values);
    condition.run();
    return condition.output(0).bytes.get(0) != 0;
  }

  private static void bind(
      SubProgram program, int carries, int[] from, NativeArray[] to, NativeArray[] values) {
    for (int i = 0; i < from.length; i++) {
      program.bind(i, i < carries ? to[i] : values[from[i]]);
    }
  }
}
