package dev.stoa.state;

import java.util.Map;
import java.util.TreeMap;

/** States that the tests share. */
final class TestStates {
  private TestStates() {}

  /** One array of every type and the shapes at the edges. */
  static Map<String, StoredArray> everyType() {
    Map<String, StoredArray> arrays = new TreeMap<>();
    arrays.put("bool", StoredArray.of(new boolean[] {true, false}));
    arrays.put("byte", StoredArray.of(new byte[] {-128, 0, 127}));
    arrays.put("int", StoredArray.of(new int[] {Integer.MIN_VALUE, 1}, 2, 1));
    arrays.put("long", StoredArray.of(new long[] {Long.MAX_VALUE, -1}));
    arrays.put(
        "float",
        StoredArray.of(
            new float[] {Float.intBitsToFloat(0x7FC00123), -0f, Float.NEGATIVE_INFINITY}));
    arrays.put("double", StoredArray.of(new double[] {Double.MIN_VALUE, -0.0, Double.NaN}));
    arrays.put("scalar", StoredArray.scalar(0.1));
    arrays.put("empty", StoredArray.of(new float[0], 0, 3));
    return arrays;
  }

  /** A learner with two children, one of them nested, and scalars of every kind. */
  static State learner(long step) {
    State optimiser =
        State.of("adam", 2)
            .integer("count", step)
            .array("moment/0", new float[] {0.25f, step}, 2)
            .build();
    State actor =
        State.of("network", 1)
            .policy("0/weight", new float[] {1, 2, 3, 4, 5, step}, 2, 3)
            .policy("0/bias", new float[] {-0f, Float.intBitsToFloat(0x7FC00001)}, 2)
            .child("optimiser", optimiser)
            .build();
    State.Builder builder =
        State.of("ppo", 3)
            .integer("step", step)
            .integer("largest", Long.MAX_VALUE)
            .real("one", 1)
            .real("rate", 3e-4)
            .real("nan", Double.NaN)
            .real("minusZero", -0.0)
            .real("infinite", Double.NEGATIVE_INFINITY)
            .flag("done", true)
            .text("phase", "</\"ä\u2028\n𝄞")
            .policy("normaliser/mean", new double[] {0.5, step}, 2)
            .child("actor", actor)
            .child("empty", State.of("nothing", 1).build());
    everyType().forEach((name, array) -> builder.array("types/" + name, array));
    return builder.build();
  }
}
