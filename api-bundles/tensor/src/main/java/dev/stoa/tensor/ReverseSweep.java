package dev.stoa.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reverse mode over the nodes of a tracer. From the tracer of a body it goes on through what the
 * body captured to the tracers around; all is recorded in the body.
 */
final class ReverseSweep {
  private final Tracer tracer;
  private final List<Level> levels = new ArrayList<>();

  /** The sweep over the nodes of one tracer, as many as there are when it begins. */
  private final class Level {
    private final Tracer of;
    private final int size;
    private final List<boolean[]> reached = new ArrayList<>();
    private final Map<Integer, Tensor> cotangents = new HashMap<>();
    private final Map<Integer, Map<Integer, Tensor>> results = new HashMap<>();
    private final Map<Integer, Integer> outside = new HashMap<>();

    Level(Tracer of) {
      this.of = of;
      this.size = of.size();
      of.scope().captured().forEach((outer, inner) -> outside.put(inner.node, outer));
    }

    void reach(Level around, List<Tensor> held, Tensor... withRespectTo) {
      boolean[] stopped = new boolean[size];
      held.stream().filter(each -> each.tracer == of).forEach(each -> stopped[each.node] = true);
      boolean[] wanted = new boolean[size];
      for (Tensor each : withRespectTo) {
        if (each.tracer == of) {
          wanted[each.node] = true;
        }
      }
      for (int index = 0; index < size; index++) {
        boolean[] results = Dependence.results(of.node(index), reached);
        Integer outer = outside.get(index);
        if (wanted[index] || outer != null && around != null && around.reached.get(outer)[0]) {
          results[0] = true;
        }
        if (stopped[index]) {
          results[0] = wanted[index];
        }
        reached.add(results);
      }
    }

    void seed(int node, Tensor cotangent) {
      cotangents.merge(node, cotangent, (sum, more) -> sum.add(more));
    }

    void sweep(Level around) {
      for (int index = size - 1; index >= 0; index--) {
        Node node = of.node(index);
        Tensor out = cotangents.get(index);
        if (node.operation() instanceof Operation.Structured) {
          structured(node);
        } else if (out == null || !reached.get(index)[0]) {
          continue;
        } else if (node.operation() instanceof Operation.Result result) {
          result(node.operands().get(0), result.position(), out);
        } else if (outside.containsKey(index)) {
          if (around != null) {
            around.seed(outside.get(index), out);
          }
        } else if (Dependence.passes(node)) {
          ordinary(node, out);
        }
      }
    }

    /** A result with respect to which alone the derivative is taken ends the way there. */
    private void result(int structured, int position, Tensor cotangent) {
      if (reached.get(structured)[position]) {
        results.computeIfAbsent(structured, node -> new HashMap<>()).put(position, cotangent);
      }
    }

    private void ordinary(Node node, Tensor out) {
      Tensor[] operands = node.operands().stream().map(of::tensor).toArray(Tensor[]::new);
      for (int position = 0; position < operands.length; position++) {
        if (reached.get(operands[position].node)[0]) {
          seed(
              operands[position].node, new Differentiation(of).rule(node, position, operands, out));
        }
      }
    }

    private void structured(Node node) {
      Map<Integer, Tensor> given = results.get(node.index());
      if (given == null) {
        return;
      }
      List<Integer> operands = node.operands();
      boolean[] wanted = new boolean[operands.size()];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = reached.get(operands.get(i))[0];
      }
      new StructuredRules(tracer, of, node)
          .pullBack(given, wanted)
          .forEach((position, part) -> seed(operands.get(position), part));
    }
  }

  ReverseSweep(Tracer tracer) {
    this.tracer = tracer;
  }

  List<Tensor> pullBack(
      List<Tensor> values, List<Tensor> cotangents, List<Tensor> held, Tensor... withRespectTo) {
    List<Tensor> owned = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      check(values.get(i), cotangents.get(i));
      owned.add(tracer.own(values.get(i)));
    }
    Map<Tracer, Level> levels = levels(held, withRespectTo);
    for (int i = 0; i < owned.size(); i++) {
      this.levels.get(0).seed(owned.get(i).node, tracer.own(cotangents.get(i)));
    }
    for (int i = 0; i < this.levels.size(); i++) {
      this.levels.get(i).sweep(around(i));
    }
    List<Tensor> results = new ArrayList<>();
    for (Tensor each : withRespectTo) {
      Tensor found = levels.get(each.tracer).cotangents.get(each.node);
      results.add(found == null ? tracer.constant(each.type(), 0) : found);
    }
    return results;
  }

  private void check(Tensor value, Tensor cotangent) {
    if (!value.dataType().isFloating()) {
      throw tracer.fault("a derivative of " + value.type() + ", which is not real");
    }
    if (!cotangent.type().equals(value.type())) {
      throw tracer.fault("a cotangent " + cotangent.type() + " of a value " + value.type());
    }
  }

  /** This tracer and those around it, as far as there is something to derive by. */
  private Map<Tracer, Level> levels(List<Tensor> held, Tensor... withRespectTo) {
    int outermost = 0;
    List<Tracer> chain = new ArrayList<>();
    for (Tracer next = tracer; next != null; next = next.scope().around().orElse(null)) {
      chain.add(next);
    }
    for (Tensor each : withRespectTo) {
      if (!each.dataType().isFloating()) {
        throw tracer.fault("a derivative with respect to " + each.type() + ", which is not real");
      }
      int level = chain.indexOf(each.tracer);
      if (level < 0) {
        tracer.own(each);
      }
      outermost = Math.max(outermost, level);
    }
    for (Tensor each : held) {
      if (!chain.contains(each.tracer)) {
        tracer.own(each);
      }
    }
    Map<Tracer, Level> byTracer = new HashMap<>();
    for (Tracer each : chain.subList(0, outermost + 1)) {
      levels.add(new Level(each));
      byTracer.put(each, levels.get(levels.size() - 1));
    }
    for (int i = outermost; i >= 0; i--) {
      levels.get(i).reach(around(i), held, withRespectTo);
    }
    return byTracer;
  }

  private Level around(int level) {
    return level + 1 < levels.size() ? levels.get(level + 1) : null;
  }
}
