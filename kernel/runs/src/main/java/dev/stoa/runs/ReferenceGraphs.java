package dev.stoa.runs;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.ScanResult;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;

/**
 * What devices are timed on: the kinds of work that learners give them, of the sizes that are usual
 * for control and small sequence tasks. The input {@link #GIVEN} is written before each call and
 * the output {@link #TOLD} read after it, as a learner does.
 */
final class ReferenceGraphs {
  static final String GIVEN = "given";
  static final String TOLD = "told";

  private static final double LEARNING_RATE = 1e-3;
  private static final double FIRST_DECAY = .9;
  private static final double SECOND_DECAY = .999;
  private static final double EPSILON = 1e-8;

  private ReferenceGraphs() {}

  /** All five; the name of a graph is its column. */
  static List<Graph> all() {
    return List.of(
        inference("inference", 8, 4, 64, 2),
        update("update", 64, 4, 64, 2),
        update("large-update", 256, 17, 256, 6),
        product("product", 1024),
        recurrent("recurrent", 64, 16, 64));
  }

  /** Weights and biases of two hidden layers and an output layer, as inputs. */
  private static List<Tensor> weights(Tracer tracer, int inputs, int hidden, int outputs) {
    return List.of(
        tracer.input("w0", inputs, hidden),
        tracer.input("b0", hidden),
        tracer.input("w1", hidden, hidden),
        tracer.input("b1", hidden),
        tracer.input("w2", hidden, outputs),
        tracer.input("b2", outputs));
  }

  private static Tensor network(List<Tensor> weights, Tensor observation) {
    Tensor layer = observation;
    for (int i = 0; i < weights.size(); i += 2) {
      Tensor sum = layer.dot(weights.get(i));
      sum = sum.add(weights.get(i + 1).broadcast(sum.shape()));
      layer = i + 2 < weights.size() ? sum.tanh() : sum;
    }
    return layer;
  }

  /** A decision of a small policy: observations {@code [batch, inputs]} in, logits out. */
  private static Graph inference(String name, int batch, int inputs, int hidden, int outputs) {
    return Graph.trace(
        name,
        tracer -> {
          Tensor observation = tracer.input(GIVEN, batch, inputs);
          tracer.output(TOLD, network(weights(tracer, inputs, hidden, outputs), observation));
        });
  }

  /** A whole step of training: squared error, gradients, Adam, weights and moments in place. */
  private static Graph update(String name, int batch, int inputs, int hidden, int outputs) {
    return Graph.trace(
        name,
        tracer -> {
          Tensor observation = tracer.input(GIVEN, batch, inputs);
          Tensor target = tracer.input("target", batch, outputs);
          List<Tensor> weights = weights(tracer, inputs, hidden, outputs);
          Tensor loss = network(weights, observation).sub(target).square().mean();
          List<Tensor> gradients = tracer.gradient(loss, weights.toArray(Tensor[]::new));
          tracer.output(TOLD, loss);
          List<Tensor> moments = new ArrayList<>();
          for (int i = 0; i < weights.size(); i++) {
            TensorType type = weights.get(i).type();
            moments.add(tracer.input("m" + i, type));
            moments.add(tracer.input("v" + i, type));
          }
          for (int i = 0; i < weights.size(); i++) {
            Tensor gradient = gradients.get(i);
            Tensor first = moments.get(2 * i);
            Tensor second = moments.get(2 * i + 1);
            Tensor mean = first.mul(FIRST_DECAY).add(gradient.mul(1 - FIRST_DECAY));
            Tensor square = second.mul(SECOND_DECAY).add(gradient.square().mul(1 - SECOND_DECAY));
            Tensor change = mean.mul(square.add(EPSILON).rsqrt()).mul(LEARNING_RATE);
            tracer.update(weights.get(i), weights.get(i).sub(change));
            tracer.update(first, mean);
            tracer.update(second, square);
          }
        });
  }

  /** One product of square matrices; one number goes in and one comes out. */
  private static Graph product(String name, int size) {
    return Graph.trace(
        name,
        tracer -> {
          Tensor scale = tracer.input(GIVEN, TensorType.of(DataType.FLOAT32));
          Tensor all = tracer.input("a", size, size).dot(tracer.input("b", size, size));
          tracer.output(TOLD, all.maximum(0, 1).mul(scale));
        });
  }

  /** A recurrent layer over a sequence, and back through time. */
  private static Graph recurrent(String name, int time, int batch, int hidden) {
    return Graph.trace(
        name,
        tracer -> {
          Tensor sequence = tracer.input(GIVEN, time, batch, hidden);
          Tensor in = tracer.input("in", hidden, hidden);
          Tensor across = tracer.input("across", hidden, hidden);
          Tensor begin = tracer.constant(TensorType.of(DataType.FLOAT32, batch, hidden), 0);
          ScanResult states =
              tracer.scan(
                  time,
                  List.of(begin),
                  List.of(sequence),
                  (inner, carries, slices) -> {
                    Tensor next = slices.get(0).dot(in).add(carries.get(0).dot(across)).tanh();
                    return Step.of(next, next);
                  });
          Tensor loss = states.output(0).square().mean();
          List<Tensor> gradients = tracer.gradient(loss, in, across);
          tracer.output(TOLD, loss);
          tracer.output("inGradient", gradients.get(0));
          tracer.output("acrossGradient", gradients.get(1));
        });
  }
}
