package dev.stoa.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a tracer stands among others: a body's tracer stands within that of its loop, whose tensors
 * it may use. Each that it uses is captured: an input of the body stands for it.
 */
final class Scope {
  private final Tracer tracer;
  private final Optional<Tracer> around;
  private final Map<Integer, Tensor> captured = new LinkedHashMap<>();
  private final Bounds bounds;
  private boolean finished;

  Scope(Tracer tracer, Optional<Tracer> around) {
    this.tracer = tracer;
    this.around = around;
    this.bounds = around.map(outer -> outer.scope().bounds()).orElseGet(Bounds::new);
  }

  /** The capacity of the whole graph. */
  Bounds bounds() {
    return bounds;
  }

  /** A tracer of a body that may use this one's tensors. */
  Tracer nested(String role) {
    return new Tracer(tracer.name() + "/" + role, Optional.of(tracer), false);
  }

  Optional<Tracer> around() {
    return around;
  }

  /** Own inputs that stand for tensors of the tracer around, by the node there. */
  Map<Integer, Tensor> captured() {
    return captured;
  }

  void finish() {
    finished = true;
  }

  /** The innermost of this tracer and those of tensors. */
  Tracer home(Tensor... tensors) {
    return home(List.of(tensors));
  }

  /** The innermost of this tracer and those of tensors. */
  Tracer home(List<Tensor> tensors) {
    Tracer home = tracer;
    for (Tensor each : tensors) {
      Scope scope = each.tracer.scope();
      home = scope.within(home) && !scope.finished ? each.tracer : home;
    }
    return home;
  }

  private boolean within(Tracer outer) {
    return tracer == outer || around.isPresent() && around.get().scope().within(outer);
  }

  /**
   * A tensor of a tracer around as one of this.
   *
   * @throws ShapeException for one of another graph, or of a body that is finished
   */
  Tensor capture(Tensor tensor) {
    if (finished || !within(tensor.tracer)) {
      boolean late = tensor.tracer.scope().finished;
      throw tracer.fault(
          "a tensor "
              + tensor.type()
              + " of graph "
              + tensor.tracer.name()
              + " used in graph "
              + tracer.name()
              + (late ? ", after its own was finished" : ""));
    }
    Tensor outer = around.orElseThrow().own(tensor);
    return captured.computeIfAbsent(
        outer.node, node -> tracer.place("captured" + captured.size(), tensor.type()));
  }

  /** Only a whole graph states inputs and outputs. */
  void stateable(String what) {
    if (around.isPresent()) {
      throw tracer.fault(what + " stated in a body, which takes and gives what its loop says");
    }
  }
}
