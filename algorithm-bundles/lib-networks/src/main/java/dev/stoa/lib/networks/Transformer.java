package dev.stoa.lib.networks;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Functions;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A causal language model of transformer blocks (Vaswani et al.: "Attention is all you need", 2017)
 * that normalise first, as GPT-2 (Radford et al. 2019): token and position embeddings; blocks
 * {@code x + attention(norm(x))}, {@code x + mlp(norm(x))} with a hidden width of four times the
 * width and the Gaussian error linear unit; a last norm; and a product with the token embeddings
 * (tied) or a matrix of its own. First values as GPT-2: normal with deviation .02, divided by
 * {@code sqrt(2 layers)} where a block adds to its input.
 *
 * <p>Parameters: {@code name/token} {@code [vocabulary, width]}, {@code name/position} {@code
 * [capacity, width]}; for block i {@code name/i/attentionNorm/{gain,bias}}, {@code
 * name/i/attention/weight} {@code [width, 3 width]} (queries, keys, values) and {@code bias},
 * {@code name/i/projection/weight} {@code [width, width]} and {@code bias}, {@code
 * name/i/mlpNorm/{gain,bias}} and {@code name/i/mlp} as {@link Mlp}; {@code name/norm/{gain,bias}};
 * untied {@code name/head} {@code [width, vocabulary]}.
 *
 * @param name first part of the parameters' names
 * @param vocabulary number of tokens
 * @param capacity greatest number of positions
 * @param width numbers per position
 * @param heads of the attention; a divisor of the width
 * @param layers number of blocks
 * @param tied whether the head is the transposed token embedding
 */
public record Transformer(
    String name, int vocabulary, int capacity, int width, int heads, int layers, boolean tied) {
  private static final double DEVIATION = .02;

  /** What is masked has a weight of zero after the exponential function, in any precision. */
  private static final double MASKED = -1e9;

  /** Checks that nothing is missing and the numbers are in range. */
  public Transformer {
    Objects.requireNonNull(name, "name");
    Layers.positive("tokens", vocabulary);
    Layers.positive("positions", capacity);
    Layers.positive("numbers per position", width);
    Layers.positive("heads", heads);
    Layers.positive("blocks", layers);
    if (width % heads != 0) {
      throw new IllegalArgumentException(heads + " heads do not divide a width of " + width);
    }
  }

  /**
   * What the model gives.
   *
   * @param features {@code [batch..., width]}, after the last norm: what a value head would take
   * @param logits {@code [batch..., vocabulary]}, of the next token
   * @param cache as {@link #cacheShape} says, two per block: keys, then values
   */
  public record Output(Tensor features, Tensor logits, List<Tensor> cache) {
    /** Takes a copy. */
    public Output {
      cache = List.copyOf(cache);
    }
  }

  /** What it needs. */
  public ParameterTree parameters() {
    Initialiser normal = Initialiser.normal(DEVIATION);
    Initialiser zero = new Initialiser.Constant(0);
    ParameterTree tree =
        ParameterTree.of(
            new ParameterSpec(name + "/token", Shape.of(vocabulary, width), normal),
            new ParameterSpec(name + "/position", Shape.of(capacity, width), normal));
    for (int layer = 0; layer < layers; layer++) {
      tree =
          tree.plus(norm(layer, "attentionNorm").parameters())
              .plus(
                  ParameterTree.of(
                      new ParameterSpec(
                          path(layer, "attention/weight"), Shape.of(width, 3 * width), normal),
                      new ParameterSpec(path(layer, "attention/bias"), Shape.of(3 * width), zero),
                      new ParameterSpec(
                          path(layer, "projection/weight"), Shape.of(width, width), residual()),
                      new ParameterSpec(path(layer, "projection/bias"), Shape.of(width), zero)))
              .plus(norm(layer, "mlpNorm").parameters())
              .plus(mlp(layer).parameters());
    }
    tree = tree.plus(lastNorm().parameters());
    return tied
        ? tree
        : tree.plus(
            ParameterTree.of(
                new ParameterSpec(name + "/head", Shape.of(width, vocabulary), normal)));
  }

  /**
   * Of a tensor of the cache; zero at first. Keys, at even indices, are {@code [batch, heads, width
   * / heads, capacity]}: a step multiplies one row with them, and a matrix whose columns are the
   * positions need not be transposed for it. Values are {@code [batch, heads, capacity, width /
   * heads]}.
   */
  public Shape cacheShape(int batch, int index) {
    int size = width / heads;
    return keys(index)
        ? Shape.of(batch, heads, size, capacity)
        : Shape.of(batch, heads, capacity, size);
  }

  private static boolean keys(int index) {
    return index % 2 == 0;
  }

  /** Number of tensors in the cache: keys and values of each block. */
  public int cacheSize() {
    return 2 * layers;
  }

  /**
   * All positions of given sequences at once (teacher forcing): output t depends on the tokens 0 to
   * t alone. What stands behind a shorter sequence does not matter to it. The cache is that after
   * these tokens.
   *
   * @param tokens int32 {@code [batch, time]}, time at most the capacity
   * @return features and logits {@code [batch, time, ...]}
   * @throws IllegalArgumentException when the shape differs
   */
  public Output forward(Tracer tracer, Weights weights, Tensor tokens) {
    if (tokens.shape().rank() != 2 || tokens.shape().extent(1) > capacity) {
      throw new IllegalArgumentException(
          "tokens are [batch, at most " + capacity + "], not " + tokens.shape());
    }
    int time = tokens.shape().extent(1);
    Tensor x = embedded(weights, tokens).add(weights.get(name + "/position").slice(0, 0, time));
    Shape pairs = Shape.of(time, time);
    Tensor seen = tracer.iota(pairs, 1).le(tracer.iota(pairs, 0));
    List<Tensor> cache = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      Tensor[] parts = queriesKeysValues(tracer, weights, layer, x);
      Tensor scores = parts[0].dot(parts[1], false, true);
      x = block(tracer, weights, layer, x, attention(tracer, scores, seen, parts[2]));
      List<Integer> none = List.of(0, 0, 0, 0);
      Tensor keys = parts[1].transpose(0, 1, 3, 2);
      cache.add(tracer.pad(keys, none, List.of(0, 0, 0, capacity - time)));
      cache.add(tracer.pad(parts[2], none, List.of(0, 0, capacity - time, 0)));
    }
    return output(tracer, weights, x, cache);
  }

  /**
   * One more token of each sequence, with what the attention kept of the earlier ones. Gives the
   * logits of {@link #forward} at that position, up to rounding.
   *
   * @param tokens int32 {@code [batch]}
   * @param positions int32 {@code [batch]}, the index of each token in its sequence, below the
   *     capacity; all earlier positions of the sequence are in the cache
   * @param cache as {@link #cacheShape} says, {@link #cacheSize} tensors
   * @return features and logits {@code [batch, ...]}, and the cache with this token
   * @throws IllegalArgumentException when a shape differs
   */
  public Output step(
      Tracer tracer, Weights weights, Tensor tokens, Tensor positions, List<Tensor> cache) {
    int batch = tokens.shape().rank() == 1 ? tokens.shape().extent(0) : 0;
    Layers.shaped("a batch of tokens", tokens, batch);
    Layers.shaped("their positions", positions, batch);
    if (cache.size() != cacheSize()) {
      throw new IllegalArgumentException(
          "the cache is " + cacheSize() + " tensors, not " + cache.size());
    }
    for (int i = 0; i < cache.size(); i++) {
      Layers.shaped("tensor " + i + " of the cache", cache.get(i), cacheShape(batch, i).extents());
    }
    Tensor x =
        embedded(weights, tokens)
            .add(weights.get(name + "/position").gather(positions))
            .reshape(batch, 1, width);
    Shape all = Shape.of(batch, 1, 1, capacity);
    Tensor seen = tracer.iota(all, 3).le(positions.reshape(batch, 1, 1, 1));
    List<Tensor> next = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      Tensor[] parts = queriesKeysValues(tracer, weights, layer, x);
      Tensor keys = kept(tracer, cache.get(2 * layer), 3, positions, parts[1]);
      Tensor values = kept(tracer, cache.get(2 * layer + 1), 2, positions, parts[2]);
      next.addAll(List.of(keys, values));
      x = block(tracer, weights, layer, x, attention(tracer, parts[0].dot(keys), seen, values));
    }
    return output(tracer, weights, x.reshape(batch, width), next);
  }

  /**
   * A tensor of the cache with one position of each sequence replaced.
   *
   * @param axis of the positions, 3 or 2
   * @param row {@code [batch, heads, 1, width / heads]}
   */
  private Tensor kept(Tracer tracer, Tensor cache, int axis, Tensor positions, Tensor row) {
    int batch = positions.shape().extent(0);
    int size = width / heads;
    // The cache as rows, of numbers side by side: all of a value, one of a key.
    int together = axis == 2 ? size : 1;
    Shape rows = Shape.of(batch, heads * size / together);
    Tensor place =
        tracer
            .iota(rows, 0)
            .mul(rows.extent(1))
            .add(tracer.iota(rows, 1))
            .mul(capacity)
            .add(positions.reshape(batch, 1));
    return cache
        .reshape(-1, together)
        .scatterSet(place, row.reshape(batch, rows.extent(1), together))
        .reshape(cache.shape().extents());
  }

  private Tensor embedded(Weights weights, Tensor tokens) {
    if (tokens.dataType() != DataType.INT32) {
      throw new IllegalArgumentException("tokens are int32, not " + tokens.type());
    }
    return weights.get(name + "/token").gather(tokens);
  }

  /** Each {@code [batch, heads, time, width / heads]}, of {@code x [batch, time, width]}. */
  private Tensor[] queriesKeysValues(Tracer tracer, Weights weights, int layer, Tensor x) {
    Tensor all =
        Layers.affine(
            norm(layer, "attentionNorm").apply(tracer, weights, x),
            weights.get(path(layer, "attention/weight")),
            weights.get(path(layer, "attention/bias")));
    int batch = x.shape().extent(0);
    int time = x.shape().extent(1);
    Tensor split = all.reshape(batch, time, 3, heads, width / heads).transpose(2, 0, 3, 1, 4);
    Tensor[] parts = new Tensor[3];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = split.slice(0, i, i + 1).reshape(batch, heads, time, width / heads);
    }
    return parts;
  }

  /**
   * {@code softmax(scores / sqrt(size)) V} of the scores {@code Q K'}, with the weight 0 for what
   * is not seen, heads side by side again: {@code [batch, time, width]}.
   */
  private Tensor attention(Tracer tracer, Tensor scores, Tensor seen, Tensor values) {
    Tensor scaled = scores.mul(1 / Math.sqrt(width / heads));
    Tensor masked = seen.select(scaled, tracer.constant(scores.dataType(), MASKED));
    Tensor mixed = Functions.softmax(masked, -1).dot(values);
    int[] extents = mixed.shape().extents();
    return mixed.transpose(0, 2, 1, 3).reshape(extents[0], extents[2], width);
  }

  /** The rest of a block, from what its attention gave. */
  private Tensor block(Tracer tracer, Weights weights, int layer, Tensor x, Tensor attended) {
    Tensor sum =
        x.add(
            Layers.affine(
                attended,
                weights.get(path(layer, "projection/weight")),
                weights.get(path(layer, "projection/bias"))));
    Tensor normal = norm(layer, "mlpNorm").apply(tracer, weights, sum);
    return sum.add(mlp(layer).apply(tracer, weights, normal));
  }

  private Output output(Tracer tracer, Weights weights, Tensor x, List<Tensor> cache) {
    Tensor features = lastNorm().apply(tracer, weights, x);
    int[] extents = features.shape().extents();
    extents[extents.length - 1] = vocabulary;
    Tensor rows = features.reshape(-1, width);
    Tensor logits =
        tied
            ? rows.dot(weights.get(name + "/token"), false, true)
            : rows.dot(weights.get(name + "/head"));
    return new Output(features, logits.reshape(extents), cache);
  }

  private Initialiser residual() {
    return Initialiser.normal(DEVIATION / Math.sqrt(2 * layers));
  }

  private LayerNorm norm(int layer, String which) {
    return new LayerNorm(path(layer, which), width);
  }

  private LayerNorm lastNorm() {
    return new LayerNorm(name + "/norm", width);
  }

  private Mlp mlp(int layer) {
    return new Mlp(
        path(layer, "mlp"),
        width,
        List.of(4 * width),
        width,
        Activation.GELU,
        Initialiser.normal(DEVIATION),
        residual());
  }

  private String path(int layer, String rest) {
    return name + "/" + layer + "/" + rest;
  }
}
