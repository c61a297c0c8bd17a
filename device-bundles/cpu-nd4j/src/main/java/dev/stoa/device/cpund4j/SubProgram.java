package dev.stoa.device.cpund4j;

import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import java.util.Arrays;

/** The program of a graph inside of another, run by the kernel of a loop. */
final class SubProgram {
  private final Program program;
  private final Kernel[] kernels;

  /** Node of each input, by position; -1 for an input that nothing reads. */
  private final int[] inputNodes;

  SubProgram(Program program) {
    this.program = program;
    this.kernels = program.kernels().toArray(Kernel[]::new);
    Graph graph = program.graph();
    this.inputNodes = new int[graph.inputTypes().size()];
    Arrays.fill(inputNodes, -1);
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Operation.Input input) {
        inputNodes[input.position()] = node.index();
      }
    }
  }

  void bind(int input, NativeArray array) {
    if (inputNodes[input] >= 0) {
      program.values()[inputNodes[input]] = array;
    }
  }

  void run() {
    for (Kernel kernel : kernels) {
      kernel.run(program.values());
    }
  }

  /** An output, after a run; never an input's own array. */
  NativeArray output(int position) {
    return program.values()[program.results()[position]];
  }
}
