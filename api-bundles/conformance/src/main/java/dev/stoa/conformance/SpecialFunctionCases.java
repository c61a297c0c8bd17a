package dev.stoa.conformance;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Special functions at points that float32 holds exactly, around their zeros, poles and changes of
 * method too. The results were computed from the definitions with 60 digits, and rounded.
 */
final class SpecialFunctionCases {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  /** Four units in the last place near 1: float32 and float64. */
  private static final double SINGLE = 2.4e-7;

  private static final double DOUBLE = 1e-14;

  private static final double[][] EXPM1 = {
    {
      9.5367431640625e-07,
      -9.313225746154785e-10,
      0.0625,
      0.25,
      -0.5,
      0.75,
      1.25,
      2.5,
      -2.75,
      7,
      10.5,
      33,
      -0.25,
      -1.5,
      -20
    },
    {
      9.536747711537455e-07,
      -9.313225741817976e-10,
      0.06449445891785943,
      0.2840254166877415,
      -0.3934693402873666,
      1.1170000166126746,
      2.4903429574618414,
      11.182493960703473,
      -0.9360721387932924,
      1095.6331584284585,
      36314.502674246636,
      214643579785915.06,
      -0.22119921692859512,
      -0.7768698398515702,
      -0.9999999979388464
    }
  };

  private static final double[][] LOG1P = {
    {
      9.5367431640625e-07,
      -9.313225746154785e-10,
      0.0625,
      0.25,
      -0.5,
      0.75,
      1.25,
      2.5,
      7,
      10.5,
      33,
      -0.25,
      -0.75,
      -0.9999990463256836,
      1000000
    },
    {
      9.536738616591883e-07,
      -9.313225750491594e-10,
      0.06062462181643484,
      0.22314355131420976,
      -0.6931471805599453,
      0.5596157879354227,
      0.8109302162163288,
      1.252762968495368,
      2.0794415416798357,
      2.4423470353692043,
      3.5263605246161616,
      -0.2876820724517809,
      -1.3862943611198906,
      -13.862943611198906,
      13.815511557963774
    }
  };

  private static final double[][] ERF = {
    {
      9.5367431640625e-07,
      -9.313225746154785e-10,
      0.0625,
      0.25,
      -0.5,
      0.75,
      1,
      1.25,
      1.5,
      1.75,
      2.5,
      -2.75,
      3,
      3.25,
      3.9375,
      4.5,
      7,
      -0.25,
      -10
    },
    {
      1.0761062308265404e-06,
      -1.050884991041862e-09,
      0.07043197772238707,
      0.27632639016823696,
      -0.5204998778130465,
      0.7111556336535151,
      0.8427007929497149,
      0.9229001282564583,
      0.9661051464753108,
      0.9866716712191824,
      0.999593047982555,
      -0.9998993780778803,
      0.9999779095030014,
      0.9999956972205363,
      0.9999999743008093,
      0.9999999998033839,
      1.0,
      -0.27632639016823696,
      -1.0
    }
  };

  private static final double[][] LGAMMA = {
    {
      9.5367431640625e-07,
      0.0625,
      0.25,
      0.5,
      0.75,
      0.9999990463256836,
      1.0000009536743164,
      1.25,
      1.5,
      1.75,
      1.9999990463256836,
      2.0000009536743164,
      2.5,
      3.25,
      7,
      9.75,
      10,
      33,
      1024,
      1000000,
      -9.5367431640625e-07,
      -0.25,
      -0.5,
      -1.5,
      -2.75,
      -4.5,
      -20.5
    },
    {
      13.8629430607239,
      2.7396316219462036,
      1.2880225246980774,
      0.5723649429247001,
      0.20328095143129538,
      5.504765026737053e-07,
      -5.504750066148867e-07,
      -0.09827183642181316,
      -0.12078223763524522,
      -0.08440112102048555,
      -4.0319826848018475e-07,
      4.0319885504430156e-07,
      0.2846828704729192,
      0.9358019311087253,
      6.579251212010101,
      12.242204940050762,
      12.801827480081469,
      81.55795945611504,
      6071.28041294445,
      12815504.569147611,
      13.86294416167541,
      1.589575312551186,
      1.2655121234846454,
      0.860047015376481,
      0.004487897535955773,
      -2.813084081769316,
      -42.70719597482576
    }
  };

  private static final double[][] DIGAMMA = {
    {
      9.5367431640625e-07,
      0.0625,
      0.25,
      0.5,
      0.75,
      1,
      1.25,
      1.4616321325302124,
      1.5,
      2,
      2.5,
      3.25,
      7,
      9.75,
      10,
      33,
      1024,
      1000000,
      -9.5367431640625e-07,
      -0.25,
      -0.5,
      -0.75,
      -1.5,
      -2.75,
      -4.5,
      -20.25
    },
    {
      -1048576.5772140962,
      -16.478853490060104,
      -4.2274535333762655,
      -1.9635100260214235,
      -1.0858608797864722,
      -0.5772156649015329,
      -0.22745353337626542,
      -1.203605254910667e-08,
      0.03648997397857652,
      0.42278433509846713,
      0.7031566406452432,
      1.016990911068179,
      1.8727843350984672,
      2.225109535044576,
      2.251752589066721,
      3.4812795305349873,
      6.930983444876601,
      13.815510057964191,
      1048575.4227827664,
      2.9141391202135276,
      0.03648997397857652,
      -2.894120200042932,
      0.7031566406452432,
      -1.959055264977997,
      1.6110931485817512,
      6.174235633614484
    }
  };

  private final List<Case> cases = new ArrayList<>();

  static List<Case> all() {
    SpecialFunctionCases suite = new SpecialFunctionCases();
    suite.function("expm1", Tensor::expm1, EXPM1);
    suite.function("log1p", Tensor::log1p, LOG1P);
    suite.function("erf", Tensor::erf, ERF);
    suite.function("lgamma", Tensor::lgamma, LGAMMA);
    suite.function("digamma", Tensor::digamma, DIGAMMA);
    // Powers of two have roots and powers known exactly.
    double[][] roots = {{0.25, 1, 4, 16, 0.0625, 64, 0x1p-40}, {2, 1, 0.5, 0.25, 4, 0.125, 0x1p20}};
    suite.function("rsqrt", Tensor::rsqrt, roots);
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      suite.special(type);
      suite.power(type);
      suite.powerOfNumbers(type);
    }
    return suite.cases;
  }

  private void function(String name, UnaryOperator<Tensor> operation, double[][] table) {
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      for (int[] shape : Numbers.SHAPES) {
        int n = Numbers.size(shape);
        int points = table[0].length;
        Graph graph =
            Graph.trace(
                name,
                t -> t.output("y", operation.apply(t.input("x", TensorType.of(type, shape)))));
        cases.add(
            new Case(
                name + " of " + TensorType.of(type, shape),
                graph,
                List.of(Numbers.of(n, i -> table[0][i % points])),
                List.of(Numbers.of(n, i -> table[1][i % points])),
                type == DataType.FLOAT32 ? SINGLE : DOUBLE));
      }
    }
  }

  private void special(DataType type) {
    Graph graph =
        Graph.trace(
            "special",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 7));
              t.output("rsqrt", x.rsqrt());
              t.output("expm1", x.expm1());
              t.output("log1p", x.log1p());
              t.output("erf", x.erf());
              t.output("lgamma", x.lgamma());
              t.output("digamma", x.digamma());
              // A zero's sign shows in its reciprocal.
              t.output("zeroExpm1", t.constant(x.type(), 1).div(x.expm1()));
              t.output("zeroLog1p", t.constant(x.type(), 1).div(x.log1p()));
              t.output("zeroErf", t.constant(x.type(), 1).div(x.erf()));
            });
    double e = 1.0 / -0.6321205588285577;
    double erf = 0.8427007929497149;
    cases.add(
        new Case(
            "special functions of special " + type,
            graph,
            List.of(new double[] {NAN, INF, -INF, -1, 0, -0.0, 1}),
            List.of(
                new double[] {NAN, 0, NAN, NAN, INF, -INF, 1},
                new double[] {NAN, INF, -1, -0.6321205588285577, 0, 0, 1.718281828459045},
                new double[] {NAN, INF, NAN, -INF, 0, 0, 0.6931471805599453},
                new double[] {NAN, 1, -1, -erf, 0, 0, erf},
                new double[] {NAN, INF, INF, INF, INF, INF, 0},
                new double[] {NAN, INF, NAN, NAN, -INF, INF, -0.5772156649015329},
                new double[] {NAN, 0, -1, e, INF, -INF, 1 / 1.718281828459045},
                new double[] {NAN, 0, NAN, 0, INF, -INF, 1 / 0.6931471805599453},
                new double[] {NAN, 1, -1, -1 / erf, INF, -INF, 1 / erf}),
            type == DataType.FLOAT32 ? SINGLE : DOUBLE));
  }

  /** By hand; the special cases as {@link StrictMath#pow} specifies them. */
  private void power(DataType type) {
    Graph graph =
        Graph.trace(
            "power",
            t -> {
              Tensor a = t.input("a", TensorType.of(type, 18));
              t.output("y", a.pow(t.input("b", TensorType.of(type, 18))));
            });
    double[] a = {2, 2, 9, -2, -2, 4, 0, 0, 0, -2, NAN, 1, 2, 2, INF, -INF, 0.5, -1};
    double[] b = {3, -2, 0.5, 3, 2, -0.5, 0, 2, -1, 0.5, 0, NAN, INF, -INF, -1, 3, INF, INF};
    double[] y = {8, 0.25, 3, -8, 4, 0.5, 1, 0, INF, NAN, 1, NAN, INF, 0, 0, -INF, 0, NAN};
    cases.add(new Case("power of " + type, graph, List.of(a, b), List.of(y), 0));
  }

  private void powerOfNumbers(DataType type) {
    Graph graph =
        Graph.trace(
            "powers",
            t -> {
              Tensor x = t.input("x", TensorType.of(type, 2, 3));
              Tensor scalar = t.input("s", TensorType.of(type));
              t.output("cube", x.pow(3));
              t.output("base", t.constant(type, 2).pow(x));
              t.output("scalar", x.pow(scalar.add(1)));
              t.output("same", x.pow(1));
              t.output("one", x.pow(0));
            });
    cases.add(
        new Case(
            "power with numbers of " + type,
            graph,
            List.of(new double[] {0, 1, 2, 3, -2, -1}, new double[] {1}),
            List.of(
                new double[] {0, 1, 8, 27, -8, -1},
                new double[] {1, 2, 4, 8, 0.25, 0.5},
                new double[] {0, 1, 4, 9, 4, 1},
                new double[] {0, 1, 2, 3, -2, -1},
                new double[] {1, 1, 1, 1, 1, 1}),
            0));
  }
}
