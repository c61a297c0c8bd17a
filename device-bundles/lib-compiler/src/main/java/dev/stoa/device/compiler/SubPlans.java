package dev.stoa.device.compiler;

import dev.stoa.device.DeviceException;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Scan;
import dev.stoa.tensor.While;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The graphs inside of a graph made ready. Each is planned once, however many steps run it: steps
 * run one after the other, and no graph contains itself.
 */
final class SubPlans {
  private final Function<Graph, Plan> planner;
  private final Rows rows;
  private final Map<Graph, SubPlan> plans = new HashMap<>();
  private long bytes;

  SubPlans(Function<Graph, Plan> planner, Rows rows) {
    this.planner = planner;
    this.rows = rows;
  }

  private SubPlan of(Graph graph) {
    SubPlan known = plans.get(graph);
    if (known == null) {
      known = new SubPlan(planner.apply(graph));
      plans.put(graph, known);
      bytes += known.bytes();
    }
    return known;
  }

  /** What their arrays hold. */
  long bytes() {
    return bytes;
  }

  /** The step of a loop. */
  Step step(Operation.Structured operation, Value[] operands, Value[] results) {
    if (operation instanceof Scan scan) {
      ScanStep step = new ScanStep(scan, of(scan.body()), rows, operands, results);
      bytes += step.bytes();
      return step;
    }
    if (operation instanceof While loop) {
      return new WhileStep(loop, of(loop.condition()), of(loop.body()), operands, results);
    }
    throw new DeviceException("there is no code for " + operation.attributes());
  }
}
