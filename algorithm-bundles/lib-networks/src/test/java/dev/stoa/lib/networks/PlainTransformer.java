package dev.stoa.lib.networks;

import dev.stoa.tensor.math.Special;
import java.util.Map;

/** The equations of {@link Transformer} for one sequence in plain loops: what it must compute. */
final class PlainTransformer {
  private final Transformer model;
  private final Map<String, double[]> weights;

  PlainTransformer(Transformer model, Map<String, double[]> weights) {
    this.model = model;
    this.weights = weights;
  }

  private double[] get(String path) {
    return weights.get(model.name() + "/" + path);
  }

  /** Logits {@code [time][vocabulary]}. */
  double[][] logits(int... tokens) {
    int width = model.width();
    double[][] x = new double[tokens.length][width];
    for (int t = 0; t < tokens.length; t++) {
      for (int i = 0; i < width; i++) {
        x[t][i] = get("token")[tokens[t] * width + i] + get("position")[t * width + i];
      }
    }
    for (int layer = 0; layer < model.layers(); layer++) {
      attend(layer, x);
      for (double[] row : x) {
        double[] hidden = affine(norm(layer + "/mlpNorm", row), layer + "/mlp/0");
        for (int i = 0; i < hidden.length; i++) {
          double cdf = .5 * (1 + Special.erf(hidden[i] / Math.sqrt(2)));
          hidden[i] *= cdf;
        }
        add(row, affine(hidden, layer + "/mlp/1"));
      }
    }
    double[][] logits = new double[tokens.length][model.vocabulary()];
    for (int t = 0; t < tokens.length; t++) {
      double[] features = norm("norm", x[t]);
      for (int token = 0; token < model.vocabulary(); token++) {
        for (int i = 0; i < width; i++) {
          logits[t][token] +=
              features[i]
                  * (model.tied()
                      ? get("token")[token * width + i]
                      : get("head")[i * model.vocabulary() + token]);
        }
      }
    }
    return logits;
  }

  private void attend(int layer, double[][] x) {
    int width = model.width();
    int size = width / model.heads();
    double[][] all = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      all[t] = affine(norm(layer + "/attentionNorm", x[t]), layer + "/attention");
    }
    for (int t = 0; t < x.length; t++) {
      double[] mixed = new double[width];
      for (int head = 0; head < model.heads(); head++) {
        double[] powers = new double[t + 1];
        double sum = 0;
        for (int s = 0; s <= t; s++) {
          double score = 0;
          for (int i = head * size; i < (head + 1) * size; i++) {
            score += all[t][i] * all[s][width + i];
          }
          powers[s] = Math.exp(score / Math.sqrt(size));
          sum += powers[s];
        }
        for (int s = 0; s <= t; s++) {
          for (int i = head * size; i < (head + 1) * size; i++) {
            mixed[i] += powers[s] / sum * all[s][2 * width + i];
          }
        }
      }
      add(x[t], affine(mixed, layer + "/projection"));
    }
  }

  private static void add(double[] row, double... more) {
    for (int i = 0; i < row.length; i++) {
      row[i] += more[i];
    }
  }

  private double[] affine(double[] row, String path) {
    double[] w = get(path + "/weight");
    double[] y = get(path + "/bias").clone();
    for (int i = 0; i < row.length; i++) {
      for (int j = 0; j < y.length; j++) {
        y[j] += row[i] * w[i * y.length + j];
      }
    }
    return y;
  }

  private double[] norm(String path, double... row) {
    double mean = 0;
    double square = 0;
    for (double each : row) {
      mean += each / row.length;
    }
    for (double each : row) {
      square += (each - mean) * (each - mean) / row.length;
    }
    double[] y = new double[row.length];
    for (int i = 0; i < y.length; i++) {
      y[i] =
          (row[i] - mean) / Math.sqrt(square + 1e-5) * get(path + "/gain")[i]
              + get(path + "/bias")[i];
    }
    return y;
  }
}
