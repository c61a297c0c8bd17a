package dev.stoa.device.compiler;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.Executable;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.random.RandomStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A small network that learns by gradient descent; also a program that prints what it learnt. */
final class Training implements AutoCloseable {
  private static final int BATCH = 19;
  private static final int[][] SHAPES = {{BATCH, 7}, {BATCH, 3}, {7, 21}, {21}, {21, 3}};

  private final DeviceSession session = GraphCompiler.of("test").open(DeviceContext.singleThread());
  private final DeviceBuffer[] inputs = new DeviceBuffer[SHAPES.length];
  private final DeviceBuffer[] outputs = new DeviceBuffer[4];
  private final Executable executable;

  Training() {
    Graph graph = Graph.trace("training", Training::trace);
    executable = session.compile(graph);
    RandomStream random = new RandomStream(3, 0, 0);
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = session.allocate(graph.inputTypes().get(i));
      float[] start = new float[graph.inputTypes().get(i).shape().size()];
      for (int e = 0; e < start.length; e++) {
        start[e] = random.nextGaussian() * 0.5f;
      }
      inputs[i].write(start);
    }
    outputs[3] = session.allocate(graph.outputType(3));
  }

  private static void trace(Tracer t) {
    Tensor[] in = new Tensor[SHAPES.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = t.input("x" + i, SHAPES[i]);
    }
    Tensor hidden = in[0].dot(in[2]).add(in[3]).tanh();
    Tensor logits = hidden.dot(in[4]);
    Tensor shifted = logits.sub(logits.maximum(1).reshape(BATCH, 1));
    Tensor scores = shifted.sub(shifted.exp().sum(1).log().reshape(BATCH, 1));
    Tensor target = in[1].sin().square().add(in[1].cos().mul(0.1)).stopGradient();
    Tensor loss = scores.mul(target).mean().neg();
    List<Tensor> gradients = t.gradient(loss, in[2], in[3], in[4]);
    for (int i = 0; i < 3; i++) {
      Tensor step = gradients.get(i).div(gradients.get(i).square().sum().sqrt().add(1e-3));
      t.update(in[2 + i], in[2 + i].sub(step.mul(0.01)));
    }
    t.output("loss", loss);
  }

  void run(int times) {
    for (int i = 0; i < times; i++) {
      executable.run(inputs, outputs);
    }
  }

  float loss() {
    float[] loss = new float[1];
    outputs[3].read(loss);
    return loss[0];
  }

  /** SHA-256 of all parameters. */
  String digest() {
    List<Float> all = new ArrayList<>();
    for (int i = 2; i < inputs.length; i++) {
      float[] elements = new float[inputs[i].type().shape().size()];
      inputs[i].read(elements);
      for (float element : elements) {
        all.add(element);
      }
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * all.size());
    all.forEach(bytes::putFloat);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    session.close();
  }

  /** Prints the digest after so many steps. */
  public static void main(String... arguments) {
    try (Training training = new Training()) {
      training.run(Integer.parseInt(arguments[0]));
      System.out.println(training.digest());
    }
  }
}
