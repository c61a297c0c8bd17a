package dev.stoa.device.reference;

import static dev.stoa.device.reference.GradientChecks.check;
import static dev.stoa.device.reference.GradientChecks.of;

import dev.stoa.device.reference.GradientChecks.Check;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.ScanBody;
import dev.stoa.tensor.ScanOptions;
import dev.stoa.tensor.ScanResult;
import dev.stoa.tensor.Step;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import java.util.List;
import java.util.stream.Stream;

/** Scans and calls whose derivatives are compared with differences. */
final class StructureChecks {
  private StructureChecks() {}

  static List<Check> all() {
    return Stream.of(scans(), nested(), inside(), calls()).flatMap(List::stream).toList();
  }

  /** A recurrent layer: carry [2], inputs [n, 2], weights [2, 2] from outside. */
  private static Tensor recurrent(Tracer t, ScanOptions options, Tensor... x) {
    Tensor scale = x[2].sum().sin();
    ScanResult scan =
        t.scan(
            options,
            List.of(x[0]),
            List.of(x[1]),
            (s, carry, in) -> {
              Tensor row = carry.get(0).mul(scale).reshape(1, 2).dot(x[2]).reshape(2);
              Tensor next = row.add(in.get(0)).tanh();
              return Step.of(next, next.mul(carry.get(0)), in.get(0).square().sum());
            });
    return t.concatenate(0, scan.carry(0), scan.output(0).reshape(-1), scan.output(1));
  }

  private static final int[][] LAYER = {{2}, {3, 2}, {2, 2}};

  private static List<Check> scans() {
    return List.of(
        check("scan", (t, x) -> recurrent(t, ScanOptions.of(3), x), LAYER),
        check("scan backwards", (t, x) -> recurrent(t, ScanOptions.of(3).reversed(), x), LAYER),
        check("recomputed scan", (t, x) -> recurrent(t, ScanOptions.of(3).recomputed(), x), LAYER),
        check(
            "recomputed scan backwards",
            (t, x) -> recurrent(t, ScanOptions.of(3).reversed().recomputed(), x),
            LAYER),
        check(
            "scan of no steps",
            (t, x) ->
                recurrent(t, ScanOptions.of(0), x[0], x[0].reshape(1, 2).slice(0, 0, 0), x[1]),
            of(2),
            of(2, 2)),
        check(
            "scan of one step",
            (t, x) -> recurrent(t, ScanOptions.of(1), x),
            of(2),
            of(1, 2),
            of(2, 2)),
        check(
            "scan that exchanges its carries",
            (t, x) ->
                t.scan(
                        3,
                        List.of(x[0], x[1]),
                        List.of(),
                        (s, carry, in) -> Step.carry(carry.get(1), carry.get(0).mul(carry.get(1))))
                    .carry(1),
            of(2),
            of(2)),
        check("scan that counts", (t, x) -> counting(t, x), of(2, 2), of(4)),
        check(
            "scan without carries",
            (t, x) ->
                t.scan(
                        3,
                        List.of(),
                        List.of(x[0]),
                        (s, carry, in) -> Step.output(in.get(0).mul(x[1]).exp()))
                    .output(0),
            of(3, 2),
            of(2)),
        check(
            "scan with a carry of no use",
            (t, x) ->
                t.scan(
                        3,
                        List.of(x[0], x[1]),
                        List.of(),
                        (s, carry, in) ->
                            Step.carry(carry.get(0).square(), carry.get(1).mul(carry.get(0)).exp()))
                    .carry(0),
            of(2),
            of(2)));
  }

  /** Step i reads row i of a table, by an int32 carry, and random numbers. */
  private static Tensor counting(Tracer t, Tensor... x) {
    Tensor key = t.iota(dev.stoa.tensor.Shape.of(2), 0);
    ScanResult scan =
        t.scan(
            2,
            List.of(t.constant(DataType.INT32, 0), x[0].sum()),
            List.of(),
            (s, carry, in) -> {
              Tensor counter = s.concatenate(0, carry.get(0).reshape(1), s.constant(one(), 0));
              Tensor noise = s.uniform(key, counter, 1, 2).convert(DataType.FLOAT64);
              Tensor row = x[0].gather(carry.get(0)).mul(noise).sum();
              Tensor next = row.mul(carry.get(1)).add(x[1].gather(carry.get(0)));
              return Step.of(List.of(carry.get(0).add(1), next), List.of(next.square()));
            });
    return scan.carry(1).mul(scan.output(0));
  }

  private static TensorType one() {
    return TensorType.of(DataType.INT32, 1);
  }

  private static List<Check> nested() {
    return List.of(
        check("scan in a scan", (t, x) -> nest(t, false, false, x), of(2), of(3, 2), of(2)),
        check("recomputed in a scan", (t, x) -> nest(t, false, true, x), of(2), of(3, 2), of(2)),
        check(
            "scan in a recomputed one", (t, x) -> nest(t, true, false, x), of(2), of(3, 2), of(2)),
        check("scan of a scan", (t, x) -> chain(t, x), of(2), of(3, 2)));
  }

  private static ScanOptions options(int length, boolean recompute) {
    return recompute ? ScanOptions.of(length).recomputed() : ScanOptions.of(length);
  }

  private static Tensor nest(Tracer t, boolean outer, boolean inner, Tensor... x) {
    ScanResult scan =
        t.scan(
            options(3, outer),
            List.of(x[0]),
            List.of(x[1]),
            (s, carry, in) -> {
              Tensor both = carry.get(0).mul(x[2]);
              ScanBody body =
                  (u, c, y) -> {
                    Tensor next = c.get(0).mul(y.get(0)).add(in.get(0).mul(x[2])).add(both).sin();
                    return Step.of(next, next.square().sum());
                  };
              ScanResult rows =
                  s.scan(options(2, inner).reversed(), List.of(both), List.of(x[2]), body);
              return Step.of(rows.carry(0), rows.output(0).mul(in.get(0)));
            });
    return scan.output(0).mul(scan.carry(0));
  }

  private static Tensor chain(Tracer t, Tensor... x) {
    ScanBody body =
        (s, c, in) -> {
          Tensor next = c.get(0).mul(in.get(0)).cos();
          return Step.of(next, next);
        };
    ScanResult first = t.scan(3, List.of(x[0]), List.of(x[1]), body);
    return t.scan(3, List.of(first.carry(0)), List.of(first.output(0)), body).carry(0);
  }

  /** Gradients inside a body: steps of descent on a loss, and what they led to. */
  private static List<Check> inside() {
    return List.of(
        check("gradient steps", (t, x) -> descent(t, false, x), of(2), of(3, 2), of()),
        check("recomputed gradient steps", (t, x) -> descent(t, true, x), of(2), of(3, 2), of()),
        check(
            "gradient by what is outside",
            (t, x) ->
                t.scan(
                        2,
                        List.of(x[0]),
                        List.of(),
                        (s, carry, in) -> {
                          Tensor loss = carry.get(0).mul(x[1].square()).sin().sum();
                          return Step.carry(s.gradient(loss, x[1]).get(0));
                        })
                    .carry(0),
            of(2),
            of(2)),
        check(
            "gradient through a scan inside",
            (t, x) ->
                t.scan(
                        2,
                        List.of(x[0]),
                        List.of(),
                        (s, carry, in) -> {
                          Tensor end =
                              s.scan(
                                      2,
                                      List.of(carry.get(0)),
                                      List.of(),
                                      (u, c, none) -> Step.carry(c.get(0).mul(x[1]).sin()))
                                  .carry(0);
                          return Step.carry(s.gradient(end.sum(), carry.get(0)).get(0));
                        })
                    .carry(0),
            of(2),
            of(2)));
  }

  private static Tensor descent(Tracer t, boolean recompute, Tensor... x) {
    return t.scan(
            options(3, recompute),
            List.of(x[0]),
            List.of(x[1]),
            (s, carry, in) -> {
              Tensor loss = carry.get(0).mul(in.get(0)).sum().square().sin();
              Tensor slope = s.gradient(loss, carry.get(0)).get(0);
              return Step.carry(carry.get(0).sub(slope.mul(x[2].mul(0.1))));
            })
        .carry(0);
  }

  private static Graph gate() {
    return Graph.trace(
        "gate",
        t -> {
          Tensor a = t.input("a", TensorType.of(DataType.FLOAT64, 2));
          Tensor b = t.input("b", TensorType.of(DataType.FLOAT64, 2));
          t.output("product", a.mul(b).tanh());
          t.output("sum", a.add(b).square());
        });
  }

  private static List<Check> calls() {
    return List.of(
        check(
            "call",
            (t, x) -> {
              List<Tensor> gate = t.call("gate", gate(), x[0], x[1]);
              return gate.get(0).mul(gate.get(1));
            },
            of(2),
            of(2)),
        check(
            "call of one and the same",
            (t, x) -> t.call("gate", gate(), x[0], x[0].sin()).get(0),
            of(2)),
        check(
            "call in a scan",
            (t, x) ->
                t.scan(
                        3,
                        List.of(x[0]),
                        List.of(),
                        (s, carry, in) ->
                            Step.carry(s.call("gate", gate(), carry.get(0), x[1]).get(0)))
                    .carry(0),
            of(2),
            of(2)));
  }
}
