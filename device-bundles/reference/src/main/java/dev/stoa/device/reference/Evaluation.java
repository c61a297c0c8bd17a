package dev.stoa.device.reference;

import dev.stoa.tensor.Call;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Scan;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.While;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Computes the nodes of a graph one after the other; graphs in it by evaluations of their own. */
final class Evaluation {
  private final Graph graph;

  /** By node and result; a projected result is the array of the structured node. */
  private final double[][][] values;

  private final Map<Graph, Evaluation> inner = new HashMap<>();
  private long bytes;

  Evaluation(Graph graph) {
    this.graph = graph;
    this.values = new double[graph.nodes().size()][][];
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Operation.Result result) {
        values[node.index()] = new double[][] {values[node.operands().get(0)][result.position()]};
        continue;
      }
      double[][] results = new double[node.types().size()][];
      for (int i = 0; i < results.length; i++) {
        results[i] = new double[node.types().get(i).shape().size()];
        bytes += 8L * results[i].length;
      }
      values[node.index()] = results;
      if (node.operation() instanceof Call call) {
        enter(call.graph());
      } else if (node.operation() instanceof Operation.Structured structured) {
        structured.graphs().values().forEach(this::enter);
      }
    }
  }

  private void enter(Graph each) {
    if (!inner.containsKey(each)) {
      inner.put(each, new Evaluation(each));
      bytes += inner.get(each).bytes;
    }
  }

  /** What it holds. */
  long bytes() {
    return bytes;
  }

  /** The outputs by the inputs; the arrays are its own and hold until it is run again. */
  List<double[]> run(List<double[]> inputs) {
    for (Node node : graph.nodes()) {
      double[][] results = values[node.index()];
      if (node.operation() instanceof Operation.Input input) {
        copy(inputs.get(input.position()), results[0]);
      } else if (!(node.operation() instanceof Operation.Result)) {
        double[][] operands =
            node.operands().stream().map(o -> values[o][0]).toArray(double[][]::new);
        if (node.operation() instanceof Scan scan) {
          scan(scan, operands, results);
        } else if (node.operation() instanceof While loop) {
          loop(loop, operands, results);
        } else if (node.operation() instanceof Call call) {
          List<double[]> outputs = inner.get(call.graph()).run(List.of(operands));
          for (int i = 0; i < results.length; i++) {
            copy(outputs.get(i), results[i]);
          }
        } else {
          Interpreter.compute(graph, node, operands, results[0]);
        }
      }
    }
    return graph.outputs().stream().map(output -> values[output][0]).toList();
  }

  private static void copy(double[] from, double[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  private void scan(Scan scan, double[][] operands, double[][] results) {
    int carries = scan.carries();
    int sliced = carries + scan.stacked();
    for (int i = 0; i < carries; i++) {
      copy(operands[i], results[i]);
    }
    for (int step = 0; step < scan.length(); step++) {
      int at = scan.reverse() ? scan.length() - 1 - step : step;
      List<double[]> inputs = new ArrayList<>();
      for (int i = 0; i < operands.length; i++) {
        if (i < carries) {
          inputs.add(results[i]);
        } else if (i < sliced) {
          TensorType slice = scan.body().inputTypes().get(i);
          inputs.add(slice(operands[i], at, slice.shape()));
        } else {
          inputs.add(operands[i]);
        }
      }
      // The body has copied its inputs: results may be written.
      List<double[]> outputs = inner.get(scan.body()).run(inputs);
      for (int i = 0; i < results.length; i++) {
        int size = outputs.get(i).length;
        System.arraycopy(outputs.get(i), 0, results[i], i < carries ? 0 : at * size, size);
      }
    }
  }

  private static double[] slice(double[] stacked, int at, Shape shape) {
    double[] slice = new double[shape.size()];
    System.arraycopy(stacked, at * slice.length, slice, 0, slice.length);
    return slice;
  }

  private void loop(While loop, double[][] operands, double[][] results) {
    List<double[]> inputs = new ArrayList<>(List.of(operands));
    for (int i = 0; i < loop.carries(); i++) {
      copy(operands[i], results[i]);
      inputs.set(i, results[i]);
    }
    int iterations = 0;
    while (iterations < loop.bound() && inner.get(loop.condition()).run(inputs).get(0)[0] != 0) {
      List<double[]> next = inner.get(loop.body()).run(inputs);
      for (int i = 0; i < loop.carries(); i++) {
        copy(next.get(i), results[i]);
      }
      iterations++;
    }
    results[loop.carries()][0] = iterations;
  }
}
