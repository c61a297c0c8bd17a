package dev.stoa.device.cpund4j;

import dev.stoa.device.DeviceException;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a program of a graph: a kernel per node, arrays for the results. What depends on no input
 * is computed here, once.
 */
final class Compilation {
  private final Graph graph;
  private final Storage storage;
  private final KernelChoice choice;
  private final Loops loops;

  /** The arrays of a loop's results, by node, and the first node that takes each. */
  private final Map<Integer, NativeArray[]> results = new HashMap<>();

  private final Map<List<Integer>, Integer> taken = new HashMap<>();
  private final NativeArray[] values;
  private final List<Kernel> kernels = new ArrayList<>();
  private final List<Integer> kernelNodes = new ArrayList<>();

  /** The node whose array a node's value lies in: itself, or the operand that it only renames. */
  private final int[] origin;

  /** Whether a node depends on no input. */
  private final boolean[] fixed;

  /** By origin: the last node that reads its array. */
  private final int[] lastUse;

  Compilation(Graph graph, Memory memory) {
    this.graph = graph;
    storage = new Storage(memory);
    choice = new KernelChoice(graph, storage);
    loops = new Loops(memory, storage);
    int count = graph.nodes().size();
    // One place per node, and one per output that is copied before the end.
    values = new NativeArray[count + graph.outputs().size()];
    origin = new int[count];
    fixed = new boolean[count];
    lastUse = new int[count];
  }

  /**
   * The program.
   *
   * @throws DeviceException when an operation is unknown, or memory is short; nothing stays
   *     allocated
   */
  Program program() {
    try {
      analyse();
      for (Node node : graph.nodes()) {
        place(node);
      }
      int[] results = stageResults();
      return new Program(
          graph, List.copyOf(kernels), List.copyOf(kernelNodes), values, results, storage.owned());
    } catch (RuntimeException | OutOfMemoryError e) {
      storage.close();
      throw e;
    }
  }

  private void analyse() {
    for (Node node : graph.nodes()) {
      int index = node.index();
      origin[index] = renames(node) ? origin[node.operands().get(0)] : index;
      if (node.operation() instanceof Operation.Result result) {
        List<Integer> which = List.of(node.operands().get(0), result.position());
        taken.putIfAbsent(which, index);
        origin[index] = taken.get(which);
      }
      fixed[index] =
          !(node.operation() instanceof Operation.Input)
              && node.operands().stream().allMatch(operand -> fixed[operand]);
      lastUse[origin[index]] = index;
      for (int operand : node.operands()) {
        lastUse[origin[operand]] = index;
      }
    }
    for (int output : graph.outputs()) {
      lastUse[origin[output]] = Integer.MAX_VALUE;
    }
    Arrays.setAll(lastUse, i -> fixed[i] ? Integer.MAX_VALUE : lastUse[i]);
  }

  private static boolean renames(Node node) {
    return node.operation() instanceof Operation.Reshape
        || node.operation() instanceof Operation.StopGradient;
  }

  private void place(Node node) {
    int index = node.index();
    if (isInput(index)) {
      return;
    }
    if (node.operation() instanceof Operation.Result result) {
      values[index] = results.get(node.operands().get(0))[result.position()];
      return;
    }
    if (node.operation() instanceof Operation.Structured structured) {
      loop(node, structured);
      return;
    }
    if (origin[index] != index) {
      int operand = node.operands().get(0);
      run(node, all -> all[index] = all[operand]);
      return;
    }
    // What is computed here, once, must not lie where an earlier kernel writes at each run; nor
    // must zeros.
    boolean own = fixed[index] || choice.needsZeros(node);
    NativeArray to = own ? storage.takeZeros(node.type()) : storage.take(node.type());
    values[index] = to;
    run(node, choice.kernel(node, to));
    for (int operand : node.operands()) {
      release(origin[operand], index);
    }
    release(index, index);
  }

  private void loop(Node node, Operation.Structured structured) {
    NativeArray[] to = new NativeArray[node.types().size()];
    for (int i = 0; i < to.length; i++) {
      TensorType type = node.types().get(i);
      to[i] = fixed[node.index()] ? storage.takeZeros(type) : storage.take(type);
    }
    results.put(node.index(), to);
    int[] from = node.operands().stream().mapToInt(Integer::intValue).toArray();
    run(node, loops.kernel(structured, from, to));
    for (int operand : node.operands()) {
      release(origin[operand], node.index());
    }
  }

  private void run(Node node, Kernel kernel) {
    if (fixed[node.index()]) {
      kernel.run(values);
    } else {
      kernels.add(kernel);
      kernelNodes.add(node.index());
    }
  }

  /**
   * Gives an array back after its last use; one that must stay zero is used by its own node alone.
   */
  private void release(int from, int now) {
    if (lastUse[from] == now && !isInput(from) && !choice.needsZeros(graph.nodes().get(from))) {
      storage.giveBack(values[from]);
      lastUse[from] = Integer.MAX_VALUE;
    }
  }

  /**
   * Outputs that are inputs, perhaps renamed, are copied first: their buffers may be written
   * meanwhile.
   */
  private int[] stageResults() {
    int[] results = new int[graph.outputs().size()];
    int next = graph.nodes().size();
    for (int i = 0; i < results.length; i++) {
      int node = graph.outputs().get(i);
      results[i] = node;
      if (isInput(origin[node])) {
        NativeArray copy = storage.takeZeros(graph.nodes().get(node).type());
        values[next] = copy;
        kernels.add(all -> copy.copyFrom(all[node]));
        kernelNodes.add(node);
        results[i] = next++;
      }
    }
    return results;
  }

  private boolean isInput(int node) {
    return graph.nodes().get(node).operation() instanceof Operation.Input;
  }
}
