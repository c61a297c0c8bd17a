package dev.stoa.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same work in Python: an environment of its own below the build folder, packages of pinned
 * versions, one script after the other on the same core. What is missing is left out, with a word.
 */
final class Peers {
  /** By script, what it needs. */
  private static final Map<String, List<String>> SCRIPTS = new LinkedHashMap<>();

  static {
    SCRIPTS.put("peer_blas", List.of("numpy==2.4.6"));
    SCRIPTS.put("peer_jax", List.of("numpy==2.4.6", "jax==0.10.2"));
    SCRIPTS.put("peer_jax_training", List.of("numpy==2.4.6", "jax==0.10.2"));
    SCRIPTS.put("peer_torch", List.of("numpy==2.4.6", "torch==2.15.0"));
    SCRIPTS.put(
        "peer_sb3",
        List.of("numpy==2.4.6", "torch==2.15.0", "gymnasium==1.4.0", "stable-baselines3==2.9.2"));
  }

  private Peers() {}

  /** Runs them all; what was left out and why. */
  static List<String> run() throws IOException, InterruptedException {
    List<String> left = new ArrayList<>();
    Path environment = Setting.folder().resolve("python");
    String python = Setting.of("python", "python3");
    if (!Files.exists(environment.resolve("pyvenv.cfg"))
        && !works(false, List.of(python, "-m", "venv", environment.toString()))) {
      left.add("all peers: '" + python + " -m venv' does not work here");
      return left;
    }
    String own = environment.resolve("bin").resolve("python").toString();
    for (Map.Entry<String, List<String>> each : SCRIPTS.entrySet()) {
      List<String> install =
          new ArrayList<>(List.of(own, "-m", "pip", "install", "--quiet", "--retries", "1"));
      install.addAll(each.getValue());
      if (!works(false, install)) {
        left.add(each.getKey() + ": cannot install " + String.join(", ", each.getValue()));
        continue;
      }
      Files.createDirectories(Results.folder());
      Path script = Path.of(Setting.of("scripts", "src/main/python"), each.getKey() + ".py");
      Path result = Results.folder().resolve(each.getKey() + ".json");
      if (!works(true, List.of(own, script.toString(), result.toString()))) {
        left.add(each.getKey() + ": failed, see above");
      }
    }
    return left;
  }

  private static boolean works(boolean pinned, List<String> command) throws InterruptedException {
    try {
      return Command.peer(pinned, command) == 0;
    } catch (IOException e) {
      System.err.println(e.getMessage());
      return false;
    }
  }
}
