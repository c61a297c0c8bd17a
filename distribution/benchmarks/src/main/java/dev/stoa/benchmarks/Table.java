package dev.stoa.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Results beside what they must be and what the peers take, as Markdown. */
final class Table {
  /** Up to this width the bound on a share is the higher one. */
  private static final int SMALL = 256;

  private static final List<String> PRODUCTS_BY =
      List.of("cpu-jvm", "cpu-nd4j", "openblas", "numpy");
  private static final int[] ROWS = {1, 8, 64, 256, 2048};
  private static final int[] WIDTHS = {64, 256, 1024};

  private final String machine;
  private final Results results;
  private final List<String> left;
  private final StringBuilder text = new StringBuilder();

  Table(String machine, Results results, List<String> left) {
    this.machine = machine;
    this.results = results;
    this.left = left;
  }

  String markdown() {
    text.append(machine).append("\n\n");
    work();
    products();
    if (!left.isEmpty()) {
      text.append("\nLeft out:\n\n");
      left.forEach(each -> text.append("- ").append(each).append('\n'));
    }
    return text.toString();
  }

  private void work() {
    text.append("| work, one core | must | goal | cpu-jvm | cpu-nd4j | peers |\n");
    text.append("|---|---|---|---|---|---|\n");
    bounded(
        "PPO update: two 64-64 tanh networks, minibatch 64 of 2,048, clipping, Adam",
        "ppo",
        90,
        "65 µs",
        "JAX in a scan",
        "ppo/jax",
        "JAX call by call",
        "ppo.call/jax",
        "PyTorch",
        "ppo/torch");
    String[] sac = {"JAX", "sac/jax", "PyTorch", "sac/torch"};
    row(
        "SAC update: 256-256, batch 256, two critics, temperature, targets",
        "at most 1.15 x its own products",
        "–",
        ofProducts("sac", "sacProducts", "cpu-jvm"),
        ofProducts("sac", "sacProducts", "cpu-nd4j"),
        sac);
    bounded(
        "policy inference: 64-64, batch 1, call included",
        "inference",
        1.2,
        "–",
        "PyTorch, with value and draw",
        "inference/torch");
    bounded(
        "one collected CartPole step: both networks, draw, environment",
        "collection",
        3,
        "–",
        "JAX in a scan",
        "collection/jax");
    transformers();
    seconds("new graph (PPO update): first result", "newGraph.first", .5, .2);
    seconds("new graph (PPO update): full speed", "newGraph.full", 2, 1);
    row(
        String.format(
            Locale.ROOT,
            "whole PPO training on CartPole, SB3's defaults, %,d steps",
            Training.TRANSITIONS),
        "20 x SB3, 1.0 x JAX",
        "1.4 x JAX",
        training("cpu-jvm"),
        training("cpu-nd4j"),
        "SB3",
        "training/sb3",
        "JAX",
        "training/jax",
        "JAX, first time",
        "training.first/jax");
  }

  private void transformers() {
    row(
        "transformer training step: width 64, 2 layers, [32, 24]",
        "2 x PyTorch",
        "–",
        timesPyTorch("transformer64x2", "cpu-jvm", 2),
        timesPyTorch("transformer64x2", "cpu-nd4j", 2),
        "PyTorch",
        "transformer64x2/torch");
    row(
        "transformer training step: width 256, 4 layers, [32, 24]",
        "at most 1.15 x its own products",
        "–",
        ofProducts("transformer256x4", "transformerProducts256x4", "cpu-jvm"),
        ofProducts("transformer256x4", "transformerProducts256x4", "cpu-nd4j"),
        "PyTorch",
        "transformer256x4/torch");
    row(
        "cached sampling, 32 sequences: width 64, 2 layers",
        "5 x PyTorch",
        "–",
        timesPyTorch("sampling64x2", "cpu-jvm", 5),
        timesPyTorch("sampling64x2", "cpu-nd4j", 5),
        "PyTorch per token",
        "sampling64x2/torch");
    row(
        "cached sampling, 32 sequences: width 256, 4 layers",
        "–",
        "–",
        timesPyTorch("sampling256x4", "cpu-jvm", 0),
        timesPyTorch("sampling256x4", "cpu-nd4j", 0),
        "PyTorch per token",
        "sampling256x4/torch");
  }

  /** A time, for sampling as tokens per second, and how many times PyTorch's speed that is. */
  private String timesPyTorch(String key, String device, double least) {
    OptionalDouble own = results.get(key + "/" + device);
    OptionalDouble other = results.get(key + "/torch");
    if (own.isEmpty()) {
      return "–";
    }
    String cell =
        key.startsWith("sampling")
            ? number(1e6 / own.getAsDouble()) + " tokens/s"
            : number(own.getAsDouble()) + " µs";
    if (other.isEmpty()) {
      return cell;
    }
    double times = other.getAsDouble() / own.getAsDouble();
    return marked(least > 0 && times >= least, cell + ", " + number(times) + " x PyTorch");
  }

  private void row(
      String work, String must, String goal, String jvm, String nd4j, String... namesAndKeys) {
    List<String> peers = new ArrayList<>();
    for (int i = 0; i < namesAndKeys.length; i += 2) {
      OptionalDouble value = results.get(namesAndKeys[i + 1]);
      if (value.isPresent()) {
        String unit = namesAndKeys[i + 1].startsWith("training") ? " s" : " µs";
        peers.add(namesAndKeys[i] + " " + number(value.getAsDouble()) + unit);
      }
    }
    String others = peers.isEmpty() ? "–" : String.join(", ", peers);
    text.append("| ")
        .append(String.join(" | ", work, must, goal, jvm, nd4j, others))
        .append(" |\n");
  }

  private void bounded(String work, String key, double most, String goal, String... namesAndKeys) {
    row(
        work,
        number(most) + " µs",
        goal,
        bounded(key + "/cpu-jvm", most, " µs"),
        bounded(key + "/cpu-nd4j", most, " µs"),
        namesAndKeys);
  }

  private void seconds(String work, String key, double most, double goal) {
    row(
        work,
        number(most) + " s",
        number(goal) + " s",
        bounded(key + "/cpu-jvm", most, " s"),
        bounded(key + "/cpu-nd4j", most, " s"));
  }

  private String bounded(String key, double most, String unit) {
    OptionalDouble value = results.get(key);
    return value.isEmpty()
        ? "–"
        : marked(value.getAsDouble() <= most, number(value.getAsDouble()) + unit);
  }

  /** Bold where the bound is met. */
  private static String marked(boolean met, String value) {
    return met ? "**" + value + "**" : value;
  }

  private String ofProducts(String key, String productsKey, String device) {
    OptionalDouble whole = results.get(key + "/" + device);
    OptionalDouble products = results.get(productsKey + "/" + device);
    if (whole.isEmpty() || products.isEmpty()) {
      return "–";
    }
    double share = whole.getAsDouble() / products.getAsDouble();
    return marked(
        share <= 1.15,
        number(whole.getAsDouble())
            + " µs = "
            + number(share)
            + " x "
            + number(products.getAsDouble())
            + " µs");
  }

  private String training(String device) {
    OptionalDouble again = results.get("training/" + device);
    OptionalDouble first = results.get("training.first/" + device);
    if (again.isEmpty() || first.isEmpty()) {
      return "–";
    }
    StringBuilder cell = new StringBuilder(number(again.getAsDouble())).append(" s");
    cell.append(" (first time ").append(number(first.getAsDouble())).append(" s)");
    boolean met = true;
    for (String peer : List.of("sb3", "jax")) {
      OptionalDouble other = results.get("training/" + peer);
      if (other.isPresent()) {
        double times = other.getAsDouble() / again.getAsDouble();
        met &= times >= (peer.equals("sb3") ? 20 : 1);
        cell.append(", ").append(number(times)).append(" x ").append(peer.toUpperCase(Locale.ROOT));
      } else {
        met = false;
      }
    }
    return marked(met, cell.toString());
  }

  private void products() {
    text.append("\nProducts `[rows, width] x [width, width]`, µs. Share: the best of all columns");
    text.append(" over cpu-jvm's time; at least 0.8, for width 1,024 at least 0.6.\n\n");
    text.append("| product | cpu-jvm | cpu-nd4j | OpenBLAS 0.3.19 | numpy's OpenBLAS | share |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (int width : WIDTHS) {
      for (int rows : ROWS) {
        product(rows, width);
      }
    }
  }

  private void product(int rows, int width) {
    double best = Double.POSITIVE_INFINITY;
    StringBuilder line = new StringBuilder("| [" + rows + ", " + width + "] |");
    String name = "product/" + rows + "x" + width + "/";
    if (PRODUCTS_BY.stream().allMatch(who -> results.get(name + who).isEmpty())) {
      return;
    }
    for (String who : PRODUCTS_BY) {
      OptionalDouble value = results.get(name + who);
      best = Math.min(best, value.orElse(best));
      line.append(' ').append(value.isPresent() ? number(value.getAsDouble()) : "–").append(" |");
    }
    OptionalDouble own = results.get(name + "cpu-jvm");
    String share = "–";
    if (own.isPresent()) {
      double of = best / own.getAsDouble();
      share = marked(of >= (width <= SMALL ? .8 : .6), number(of));
    }
    text.append(line).append(' ').append(share).append(" |\n");
  }

  /** Three digits that count. */
  private static String number(double value) {
    if (value >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }
}
