package dev.stoa.device.compiler;

import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Merges loops of one shape that share something: a later one into an earlier one if all that it
 * needs is there by then, an earlier one into a later one if nothing in between needs its results.
 */
final class Merging {
  private final Fusion fusion;
  private final Graph graph;
  private final List<Unit> units;
  private final int[] unitOf;

  /** What {@link #large(Loop)} has found: loops do not change here, they are replaced. */
  private final Map<Loop, Set<Integer>> large = new IdentityHashMap<>();

  Merging(Fusion fusion, Graph graph, List<Unit> units, int[] unitOf) {
    this.fusion = fusion;
    this.graph = graph;
    this.units = units;
    this.unitOf = unitOf;
  }

  void run() {
    for (int later = 1; later < units.size(); later++) {
      back(later);
    }
    for (int earlier = units.size() - 2; earlier >= 0; earlier--) {
      forward(earlier);
    }
    close();
  }

  private void back(int later) {
    if (!(units.get(later) instanceof Loop loop)) {
      return;
    }
    int needed = -1;
    for (int base : bases(loop)) {
      if (unitOf[base] != later) {
        needed = Math.max(needed, unitOf[base]);
      }
    }
    for (int earlier = later - 1; earlier >= Math.max(0, needed); earlier--) {
      if (merged(earlier, later, earlier)) {
        return;
      }
    }
  }

  private void forward(int earlier) {
    if (!(units.get(earlier) instanceof Loop)) {
      return;
    }
    for (int later = earlier + 1; later < units.size(); later++) {
      if (merged(earlier, later, later)
          || units.get(later) != null && reads(units.get(later), earlier)) {
        return;
      }
    }
  }

  private boolean merged(int earlier, int later, int place) {
    if (!(units.get(earlier) instanceof Loop first)
        || !(units.get(later) instanceof Loop second)
        || first.vectors() != second.vectors()
        || !first.sameShape(second)
        || !related(first, second)
        || !inside(first, second, earlier)) {
      return false;
    }
    Optional<Loop> both = first.with(second);
    if (both.isEmpty()) {
      return false;
    }
    units.set(place == earlier ? later : earlier, null);
    units.set(place, both.get());
    for (int node : nodes(both.get())) {
      unitOf[node] = place;
    }
    return true;
  }

  /** Whether all that the second loop takes from the first one is met there element by element. */
  private boolean inside(Loop first, Loop second, int earlier) {
    for (int node : nodes(second)) {
      for (int operand : graph.nodes().get(node).operands()) {
        if (unitOf[fusion.views().of(operand).base()] == earlier
            && !fusion.inside(first, operand)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean related(Loop first, Loop second) {
    if (Arrays.equals(first.extents(), new int[] {1})) {
      return true;
    }
    return !Collections.disjoint(large(first), large(second));
  }

  /** Arrays that a loop reads or makes, but for numbers. */
  private Set<Integer> large(Loop loop) {
    Set<Integer> found = large.get(loop);
    if (found == null) {
      found = bases(loop);
      found.addAll(loop.members());
      found.removeIf(
          base -> fusion.literal(base) || graph.nodes().get(base).type().shape().size() == 1);
      large.put(loop, found);
    }
    return found;
  }

  private static List<Integer> nodes(Unit unit) {
    if (unit instanceof Unit.Single single) {
      return List.of(single.node());
    }
    Loop loop = (Loop) unit;
    List<Integer> nodes = new ArrayList<>(loop.members());
    for (Loop.Folded fold : loop.folds()) {
      nodes.add(fold.node());
    }
    return nodes;
  }

  private Set<Integer> bases(Unit unit) {
    Set<Integer> bases = new HashSet<>();
    for (int index : nodes(unit)) {
      Node node = graph.nodes().get(index);
      for (int operand : node.operands()) {
        Views views = fusion.views();
        bases.add(Views.moves(node) ? views.seen(node).base() : views.of(operand).base());
      }
    }
    return bases;
  }

  private boolean reads(Unit unit, int earlier) {
    for (int base : bases(unit)) {
      if (unitOf[base] == earlier) {
        return true;
      }
    }
    return false;
  }

  /** Closes the gaps that merging has left. */
  private void close() {
    int[] places = new int[units.size()];
    int next = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = next;
      next += units.get(i) == null ? 0 : 1;
    }
    units.removeIf(unit -> unit == null);
    for (int i = 0; i < unitOf.length; i++) {
      unitOf[i] = unitOf[i] < 0 ? -1 : places[unitOf[i]];
    }
  }
}
