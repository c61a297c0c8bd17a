package dev.stoa.lib.networks;

import dev.stoa.conformance.FunctionCheck;
import dev.stoa.device.DeviceSession;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Tensor;
import dev.stoa.tensor.TensorType;
import dev.stoa.tensor.Tracer;
import dev.stoa.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parameters as arrays, and functions of them and of other arguments. */
final class TestWeights {
  /** What is traced: arguments come after the parameters. */
  interface Body {
    Tensor of(Tracer tracer, Weights weights, Tensor... arguments);
  }

  final Map<String, double[]> values = new LinkedHashMap<>();
  private final ParameterTree tree;
  private final DataType type;

  /** All parameters between -1 and 1, in float64. */
  TestWeights(ParameterTree tree) {
    this(tree, DataType.FLOAT64);
  }

  TestWeights(ParameterTree tree, DataType type) {
    this.tree = tree;
    this.type = type;
    for (ParameterSpec spec : tree.specs()) {
      values.put(spec.name(), random(spec.shape().size(), values.size()));
    }
  }

  static double[] random(int n, int lane) {
    RandomStream stream = new RandomStream(20260101, 5, lane);
    double[] numbers = new double[n];
    Arrays.setAll(numbers, i -> stream.nextDouble(-1, 1));
    return numbers;
  }

  TestWeights with(String name, double... numbers) {
    if (values.get(name).length != numbers.length) {
      throw new IllegalArgumentException(name + " has " + values.get(name).length + " numbers");
    }
    values.put(name, numbers);
    return this;
  }

  /** The function of parameters and arguments. */
  FunctionCheck check(DeviceSession session, Body body, TensorType... arguments) {
    List<TensorType> types = new ArrayList<>();
    tree.specs().forEach(spec -> types.add(new TensorType(type, spec.shape())));
    types.addAll(List.of(arguments));
    int count = tree.specs().size();
    return new FunctionCheck(
        session,
        types,
        (tracer, x) ->
            body.of(
                tracer,
                tree.bind(List.of(x).subList(0, count)),
                Arrays.copyOfRange(x, count, x.length)));
  }

  /** Parameters, then arguments. */
  double[][] point(double[]... arguments) {
    List<double[]> all = new ArrayList<>(values.values());
    all.addAll(List.of(arguments));
    return all.toArray(new double[0][]);
  }

  static TensorType real(int... extents) {
    return TensorType.of(DataType.FLOAT64, extents);
  }
}
