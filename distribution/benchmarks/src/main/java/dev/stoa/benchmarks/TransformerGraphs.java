package dev.stoa.benchmarks;

import dev.stoa.lib.distributions.Categorical;
import dev.stoa.lib.networks.Transformer;
import dev.stoa.lib.networks.Weights;
import dev.stoa.lib.optimisers.Adam;
import dev.stoa.lib.optimisers.ClipByGlobalNorm;
import dev.stoa.lib.optimisers.GradientTransform;
import dev.stoa.lib.optimisers.Optimiser;
import dev.stoa.lib.optimisers.Slot;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * A small causal transformer of {@code lib-networks}: a step of training on 32 sequences of 24
 * tokens, and one more token of each sequence with a cache of keys and values.
 *
 * @param width numbers per position
 * @param heads of the attention
 * @param layers number of blocks
 */
record TransformerGraphs(int width, int heads, int layers) {
  static final int BATCH = 32;
  static final int TIME = 24;
  static final int VOCABULARY = 32;
  private static final int SAMPLING = 0x62656e63;

  /** Of a name such as {@code 64x2}, width and blocks. */
  static TransformerGraphs named(String name) {
    return switch (name) {
      case "64x2" -> new TransformerGraphs(64, 4, 2);
      case "256x4" -> new TransformerGraphs(256, 8, 4);
      default -> throw new IllegalArgumentException("no transformer " + name);
    };
  }

  private Transformer model() {
    return new Transformer("model", VOCABULARY, TIME, width, heads, layers, true);
  }

  /** Cross-entropy of the next tokens, gradients bounded, Adam. */
  Graph training() {
    Transformer model = model();
    Optimiser optimiser =
        new Optimiser(GradientTransform.chain(new ClipByGlobalNorm(1), new Adam(1e-8)));
    return Graph.trace(
        "transformer/training",
        tracer -> {
          TensorType sequences = TensorType.of(DataType.INT32, BATCH, TIME);
          Tensor tokens = tracer.input("tokens", sequences);
          Tensor targets = tracer.input("targets", sequences);
          Tensor learningRate = tracer.input("learningRate");
          Weights weights = model.parameters().inputs(tracer);
          List<Slot> slots =
              optimiser.slots(
                  model.parameters().specs().stream()
                      .map(
                          spec ->
                              new Slot(spec.name(), new TensorType(DataType.FLOAT32, spec.shape())))
                      .toList());
          List<Tensor> carried = Slot.inputs(tracer, slots);
          Tensor logits = model.forward(tracer, weights, tokens).logits();
          Tensor loss =
              new Categorical(tracer, logits.reshape(BATCH * TIME, VOCABULARY))
                  .logProbability(targets.reshape(BATCH * TIME))
                  .mean()
                  .neg();
          List<Tensor> gradients = tracer.gradient(loss, weights.all().toArray(new Tensor[0]));
          Optimiser.Updated updated =
              optimiser.update(tracer, loss, weights.all(), gradients, carried, learningRate);
          tracer.output("loss", loss);
          updated.donate(tracer, weights.all(), carried);
        });
  }

  /** The next token of each sequence, drawn; tokens, positions and cache move on in place. */
  Graph sampling() {
    Transformer model = model();
    return Graph.trace(
        "transformer/sampling",
        tracer -> {
          TensorType each = TensorType.of(DataType.INT32, BATCH);
          TensorType pair = TensorType.of(DataType.INT32, 2);
          Tensor tokens = tracer.input("tokens", each);
          Tensor positions = tracer.input("positions", each);
          Tensor key = tracer.input("key", pair);
          Tensor counter = tracer.input("counter", pair);
          Weights weights = model.parameters().inputs(tracer);
          List<Tensor> cache = new ArrayList<>();
          for (int i = 0; i < model.cacheSize(); i++) {
            cache.add(tracer.input("cache" + i, model.cacheShape(BATCH, i).extents()));
          }
          Transformer.Output next = model.step(tracer, weights, tokens, positions, cache);
          Tensor drawn =
              new Categorical(tracer, next.logits()).sample(tracer, key, counter, SAMPLING);
          tracer.update(tokens, drawn);
          tracer.update(positions, positions.add(1));
          for (int i = 0; i < cache.size(); i++) {
            tracer.update(cache.get(i), next.cache().get(i));
          }
        });
  }
}
