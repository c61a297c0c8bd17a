package dev.stoa.device.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.LoopResult;
import dev.stoa.tensor.ScanOptions;
import dev.stoa.tensor.ScanResult;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.Transforms;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Loops and calls by closed forms: values, derivatives in both modes, to second order. */
class StructureTest {
  private static final TensorType REAL = TensorType.of(DataType.FLOAT64);

  private static double run(Graph graph, String output, double... scalars) {
    double[][] inputs = new double[scalars.length][1];
    for (int i = 0; i < scalars.length; i++) {
      inputs[i][0] = scalars[i];
    }
    return GradientTest.run(graph, inputs)[graph.output(output)][0];
  }

  /** Descent on x^2 / 2 in three steps of a: (1 - a)^3 x. */
  private static Tensor descent(Tracer t, ScanOptions options, Tensor x, Tensor a) {
    return t.scan(
            options,
            List.of(x),
            List.of(),
            (s, carry, none) -> {
              Tensor loss = carry.get(0).square().mul(0.5);
              return Step.carry(carry.get(0).sub(s.gradient(loss, carry.get(0)).get(0).mul(a)));
            })
        .carry(0);
  }

  private static Graph descent(ScanOptions options) {
    return Graph.trace(
        "descent",
        t -> {
          Tensor x = t.input("x", REAL);
          Tensor a = t.input("a", REAL);
          Tensor end = descent(t, options, x, a);
          Tensor slope = t.gradient(end, a).get(0);
          t.output("end", end);
          t.output("slope", slope);
          t.output("curvature", t.gradient(slope, a).get(0));
          t.output("mixed", t.gradient(slope, x).get(0));
        });
  }

  /**
   * With x = 8, a = 1/2: (1 - a)^3 x = 1; by a: -3 (1 - a)^2 x = -6, twice 6 (1 - a) x = 24; by a
   * and x -3 (1 - a)^2 = -3/4.
   */
  @Test
  void theGradientGoesThroughGradientSteps() {
    for (ScanOptions options :
        List.of(ScanOptions.of(3), ScanOptions.of(3).reversed(), ScanOptions.of(3).recomputed())) {
      Graph graph = descent(options);
      assertEquals(1, run(graph, "end", 8, 0.5));
      assertEquals(-6, run(graph, "slope", 8, 0.5));
      assertEquals(24, run(graph, "curvature", 8, 0.5));
      assertEquals(-0.75, run(graph, "mixed", 8, 0.5));
    }
  }

  /** Of (1 - a)^3 x along (2, 1): 2 (1 - a)^3 - 3 (1 - a)^2 x = 0.25 - 6; of its slope 24 - 1.5. */
  @Test
  void tangentsGoThroughGradientSteps() {
    Graph forward = Transforms.jvp(descent(ScanOptions.of(3)), "x", "a");
    assertEquals(-5.75, run(forward, "t.end", 8, 0.5, 2, 1));
    assertEquals(22.5, run(forward, "t.slope", 8, 0.5, 2, 1));
  }

  /** The slope by a is the tangent along it; its derivative by a 24, by x -3/4, in both orders. */
  @Test
  void bothModesGoThroughEachOther() {
    Graph graph = descent(ScanOptions.of(3));
    Graph reverse = Transforms.vjp(Transforms.jvp(graph, "a"), "x", "a");
    int cotangents = reverse.inputNames().size() - 3;
    double[] inputs = new double[3 + cotangents];
    inputs[0] = 8;
    inputs[1] = 0.5;
    inputs[2] = 1;
    inputs[reverse.input("d.t.end")] = 1;
    assertEquals(-0.75, run(reverse, "d.x", inputs));
    assertEquals(24, run(reverse, "d.a", inputs));
    Graph forward = Transforms.jvp(Transforms.vjp(graph, "x", "a"), "a");
    double[] others = new double[forward.inputNames().size()];
    others[0] = 8;
    others[1] = 0.5;
    others[forward.input("d.end")] = 1;
    others[forward.input("t.a")] = 1;
    assertEquals(-0.75, run(forward, "t.d.x", others));
    assertEquals(24, run(forward, "t.d.a", others));
  }

  /** Running sums of (1, 2, 4): forwards 1, 3, 7; backwards 7, 6, 4 at the same places. */
  @Test
  void aReversedScanLeavesOutputsAtTheirIndex() {
    for (boolean reverse : new boolean[] {false, true}) {
      ScanOptions options = reverse ? ScanOptions.of(3).reversed() : ScanOptions.of(3);
      Graph graph =
          Graph.trace(
              "sums",
              t -> {
                Tensor x = t.input("x", TensorType.of(DataType.FLOAT64, 3));
                ScanResult sums =
                    t.scan(
                        options,
                        List.of(t.constant(REAL, 0)),
                        List.of(x),
                        (s, carry, in) -> {
                          Tensor sum = carry.get(0).add(in.get(0));
                          return Step.of(sum, sum);
                        });
                t.output("sums", sums.output(0));
                t.output("total", sums.carry(0));
              });
      double[][] results = GradientTest.run(graph, new double[] {1, 2, 4});
      assertArrayEquals(reverse ? new double[] {7, 6, 4} : new double[] {1, 3, 7}, results[0]);
      assertEquals(7, results[1][0]);
    }
  }

  private static Graph doubling(int bound) {
    return Graph.trace(
        "doubling",
        t -> {
          Tensor x = t.input("x", REAL);
          Tensor a = t.input("a", REAL);
          LoopResult loop =
              t.whileLoop(
                  bound,
                  List.of(x),
                  (s, carry) -> carry.get(0).lt(x.add(97)),
                  (s, carry) -> List.of(carry.get(0).mul(a)));
          t.output("end", loop.carry(0));
          t.output("iterations", loop.iterations().convert(DataType.FLOAT64));
        });
  }

  /**
   * Twice the end of 3 doubled while below 100, 192: the derivative does not ask for the loop's.
   */
  @Test
  void aDerivativeByALoopsResultEndsThere() {
    Graph graph =
        Graph.trace(
            "end",
            t -> {
              Tensor x = t.input("x", REAL);
              LoopResult loop =
                  t.whileLoop(
                      10,
                      List.of(x),
                      (s, carry) -> carry.get(0).lt(100),
                      (s, carry) -> List.of(carry.get(0).mul(2)));
              Tensor end = loop.carry(0);
              t.output("slope", t.gradient(end.square(), end).get(0));
            });
    assertEquals(384, run(graph, "slope", 3));
  }

  /** 3 doubled while below 100: 6, 12, 24, 48, 96, 192. */
  @Test
  void aLoopGoesOnWhileItsConditionHoldsAndItsBoundLets() {
    assertEquals(192, run(doubling(10), "end", 3, 2));
    assertEquals(6, run(doubling(10), "iterations", 3, 2));
    assertEquals(48, run(doubling(4), "end", 3, 2));
    assertEquals(4, run(doubling(4), "iterations", 3, 2));
    assertEquals(3, run(doubling(0), "end", 3, 2));
    assertEquals(0, run(doubling(0), "iterations", 3, 2));
  }

  /** x a^6 at (3, 2): by x 64, by a 18 a^5 = 576; along (10, 1): 1216. */
  @Test
  void tangentsGoThroughALoop() {
    Graph forward = Transforms.jvp(doubling(10), "x", "a");
    assertEquals(List.of("end", "iterations", "t.end", "t.iterations"), forward.outputNames());
    assertEquals(1216, run(forward, "t.end", 3, 2, 10, 1));
    assertEquals(6, run(forward, "iterations", 3, 2, 10, 1));
    assertEquals(0, run(forward, "t.iterations", 3, 2, 10, 1));
    // By a alone, twice: 90 a^4 = 1440.
    Graph twice = Transforms.jvp(Transforms.jvp(doubling(10), "a"), "a");
    assertEquals(1440, run(twice, "t.t.t.end", 3, 2, 1, 1));
  }

  private static Graph rounding() {
    return Graph.trace("round", t -> t.output("y", t.input("x", REAL).add(0.5).floor()));
  }

  private static Graph straightThrough() {
    return Graph.trace(
        "straight through",
        t -> {
          t.input("x", REAL);
          t.input("y", REAL);
          t.output("d.x", t.input("d.y", REAL));
        });
  }

  /** round(x)^3 at 2.7, straight through: 3 * 3^2 = 27, and again 6 * 3 = 18. */
  @Test
  void aCallsOwnDerivativeStandsInPlaceOfItsGraphs() {
    Graph graph =
        Graph.trace(
            "cube of the rounded",
            t -> {
              Tensor x = t.input("x", REAL);
              Tensor cube = t.call("round", rounding(), straightThrough(), x).get(0).pow(3);
              Tensor slope = t.gradient(cube, x).get(0);
              t.output("cube", cube);
              t.output("slope", slope);
              t.output("curvature", t.gradient(slope, x).get(0));
            });
    assertEquals(27, run(graph, "cube", 2.7));
    assertEquals(27, run(graph, "slope", 2.7));
    assertEquals(18, run(graph, "curvature", 2.7));
    Graph forward = Transforms.jvp(graph, "x");
    assertEquals(270, run(forward, "t.cube", 2.7, 10));
    assertEquals(180, run(forward, "t.slope", 2.7, 10));
  }

  /** The square root as fixed point of y -> (y + x / y) / 2, found by a loop. */
  private static Graph root() {
    return Graph.trace(
        "root",
        t -> {
          Tensor x = t.input("x", REAL);
          LoopResult newton =
              t.whileLoop(
                  50,
                  List.of(x),
                  (s, y) -> y.get(0).square().sub(x).abs().gt(1e-13),
                  (s, y) -> List.of(y.get(0).add(x.div(y.get(0))).mul(0.5)));
          t.output("y", newton.carry(0));
        });
  }

  /** From y^2 = x: dy = dx / (2 y). */
  private static Graph implicit() {
    return Graph.trace(
        "implicit",
        t -> {
          t.input("x", REAL);
          Tensor y = t.input("y", REAL);
          t.output("d.x", t.input("d.y", REAL).div(y.mul(2)));
        });
  }

  /** sqrt(x) at 4: 2, 1 / (2 sqrt(x)) = 1/4, -1 / (4 x sqrt(x)) = -1/32. */
  @Test
  void aFixedPointHasItsImplicitDerivativeToAnyOrder() {
    Graph graph =
        Graph.trace(
            "root",
            t -> {
              Tensor x = t.input("x", REAL);
              Tensor y = t.call("root", root(), implicit(), x).get(0);
              Tensor slope = t.gradient(y, x).get(0);
              t.output("y", y);
              t.output("slope", slope);
              t.output("curvature", t.gradient(slope, x).get(0));
            });
    assertEquals(2, run(graph, "y", 4), 1e-12);
    assertEquals(0.25, run(graph, "slope", 4), 1e-12);
    assertEquals(-1.0 / 32, run(graph, "curvature", 4), 1e-12);
    assertEquals(-1.0 / 32, run(Transforms.jvp(graph, "x"), "t.slope", 4, 1), 1e-12);
    Graph inlined = Transforms.withoutCalls(graph, name -> false);
    assertEquals(-1.0 / 32, run(inlined, "curvature", 4), 1e-12);
  }

  /** The body's value is c x^3, of which x^2 is made outside: by x that is 3 c x^2. */
  @Test
  void theGradientByWhatIsMadeOutsideOfABodyIsWhole() {
    Graph graph =
        Graph.trace(
            "outside",
            t -> {
              Tensor x = t.input("x", REAL);
              Tensor made = x.square();
              ScanResult scan =
                  t.scan(
                      2,
                      List.of(t.constant(REAL, 1)),
                      List.of(),
                      (s, carry, none) -> {
                        Tensor value = made.mul(carry.get(0)).mul(x);
                        return Step.carry(s.gradient(value, x).get(0));
                      });
              t.output("y", scan.carry(0));
              t.output("slope", t.gradient(scan.carry(0), x).get(0));
            });
    // From 1: 3 x^2, then 9 x^4, whose slope is 36 x^3; at 2: 144 and 288.
    assertEquals(144, run(graph, "y", 2));
    assertEquals(288, run(graph, "slope", 2));
  }
}
