package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.Operation.Reduction;
import java.util.Arrays;

/** What generated code calls: operations on numbers that byte code has no instruction for. */
public final class Support {
  private static final Reduction[] KINDS = Reduction.values();

  /** From here on all float32 are whole numbers. */
  private static final float WHOLE = 0x1p23f;

  private Support() {}

  static boolean eq(float a, float b) {
    return a == b;
  }

  static boolean ne(float a, float b) {
    return a != b;
  }

  static boolean lt(float a, float b) {
    return a < b;
  }

  static boolean le(float a, float b) {
    return a <= b;
  }

  static boolean eq(double a, double b) {
    return a == b;
  }

  static boolean ne(double a, double b) {
    return a != b;
  }

  static boolean lt(double a, double b) {
    return a < b;
  }

  static boolean le(double a, double b) {
    return a <= b;
  }

  static boolean eq(int a, int b) {
    return a == b;
  }

  static boolean ne(int a, int b) {
    return a != b;
  }

  static boolean lt(int a, int b) {
    return a < b;
  }

  static boolean le(int a, int b) {
    return a <= b;
  }

  static float select(boolean condition, float a, float b) {
    return condition ? a : b;
  }

  static double select(boolean condition, double a, double b) {
    return condition ? a : b;
  }

  static int select(boolean condition, int a, int b) {
    return condition ? a : b;
  }

  static boolean select(boolean condition, boolean a, boolean b) {
    return condition ? a : b;
  }

  static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }

  /** Operations that vectors have too: what rounds to above the number is one too many. */
  static float floor(float x) {
    float size = Math.abs(x);
    int sign = Float.floatToRawIntBits(x) & Integer.MIN_VALUE;
    int whole = Float.floatToRawIntBits(size + WHOLE - WHOLE) | sign;
    float near = Float.intBitsToFloat(whole);
    float below = near > x ? near - 1f : near;
    return size < WHOLE ? below : x;
  }

  /** Zeros, with their signs, and not-a-number stay. */
  static float sign(float x) {
    return x > 0f ? 1f : x < 0f ? -1f : x;
  }

  static int sign(int x) {
    return x >> 31 | -x >>> 31;
  }

  static int divide(int a, int b) {
    return b == 0 ? 0 : a / b;
  }

  static boolean not(boolean x) {
    return !x;
  }

  static void fill(float[] room, int n, float start) {
    Arrays.fill(room, 0, n, start);
  }

  static void fill(double[] room, int n, double start) {
    Arrays.fill(room, 0, n, start);
  }

  static void fill(int[] room, int n, int start) {
    Arrays.fill(room, 0, n, start);
  }

  /** Truth values from numbers that are 0 or not. */
  static void truth(float[] from, boolean[] to, int at, int n) {
    for (int i = 0; i < n; i++) {
      to[at + i] = from[i] != 0;
    }
  }

  /** The array itself where a vector from an index fits in; else a copy of some elements. */
  static float[] reach(float[] array, int at, int count, int lanes, float[] scratch) {
    if (at + lanes <= array.length) {
      return array;
    }
    for (int i = 0; i < count; i++) {
      scratch[i] = array[at + i];
    }
    return scratch;
  }

  static int[] reach(int[] array, int at, int count, int lanes, int[] scratch) {
    if (at + lanes <= array.length) {
      return array;
    }
    for (int i = 0; i < count; i++) {
      scratch[i] = array[at + i];
    }
    return scratch;
  }

  static boolean[] reach(boolean[] array, int at, int count, int lanes, boolean[] scratch) {
    if (at + lanes <= array.length) {
      return array;
    }
    for (int i = 0; i < count; i++) {
      scratch[i] = array[at + i];
    }
    return scratch;
  }

  /** The index in what the others give. */
  static int reach(int length, int at, int lanes) {
    return at + lanes <= length ? at : 0;
  }

  /** Copies the first elements. */
  static void first(float[] from, float[] to, int at, int n) {
    for (int i = 0; i < n; i++) {
      to[at + i] = from[i];
    }
  }

  static void first(int[] from, int[] to, int at, int n) {
    for (int i = 0; i < n; i++) {
      to[at + i] = from[i];
    }
  }

  static float sum(float[] s) {
    float a = s[0] + s[8] + (s[4] + s[12]) + (s[2] + s[10] + (s[6] + s[14]));
    float b = s[1] + s[9] + (s[5] + s[13]) + (s[3] + s[11] + (s[7] + s[15]));
    return a + b;
  }

  static float product(float[] s) {
    float a = s[0] * s[8] * (s[4] * s[12]) * (s[2] * s[10] * (s[6] * s[14]));
    float b = s[1] * s[9] * (s[5] * s[13]) * (s[3] * s[11] * (s[7] * s[15]));
    return a * b;
  }

  static float max(float[] s) {
    float result = s[0];
    for (int i = 1; i < Nest.SUMS; i++) {
      result = Math.max(result, s[i]);
    }
    return result;
  }

  static float min(float[] s) {
    float result = s[0];
    for (int i = 1; i < Nest.SUMS; i++) {
      result = Math.min(result, s[i]);
    }
    return result;
  }

  static double sum(double[] s) {
    double a = s[0] + s[8] + (s[4] + s[12]) + (s[2] + s[10] + (s[6] + s[14]));
    double b = s[1] + s[9] + (s[5] + s[13]) + (s[3] + s[11] + (s[7] + s[15]));
    return a + b;
  }

  static double product(double[] s) {
    double a = s[0] * s[8] * (s[4] * s[12]) * (s[2] * s[10] * (s[6] * s[14]));
    double b = s[1] * s[9] * (s[5] * s[13]) * (s[3] * s[11] * (s[7] * s[15]));
    return a * b;
  }

  static double max(double[] s) {
    double result = s[0];
    for (int i = 1; i < Nest.SUMS; i++) {
      result = Math.max(result, s[i]);
    }
    return result;
  }

  static double min(double[] s) {
    double result = s[0];
    for (int i = 1; i < Nest.SUMS; i++) {
      result = Math.min(result, s[i]);
    }
    return result;
  }

  static int sum(int[] s) {
    int result = s[0];
    for (int i = 1; i < Nest.SUMS; i++) {
      result += s[i];
    }
    return result;
  }

  static int product(int[] s) {
    int result = s[0];
    for (int i = 1; i < Nest.SUMS; i++) {
      result *= s[i];
    }
    return result;
  }

  static int max(int[] s) {
    int result = s[0];
    for (int i = 1; i < Nest.SUMS; i++) {
      result = Math.max(result, s[i]);
    }
    return result;
  }

  static int min(int[] s) {
    int result = s[0];
    for (int i = 1; i < Nest.SUMS; i++) {
      result = Math.min(result, s[i]);
    }
    return result;
  }

  /** Folds 16 rows of sums as a tree and writes the last row out. */
  static void columns(float[] room, int inside, float[] out, int at, int kind) {
    for (int rows = Nest.SUMS / 2; rows > 0; rows /= 2) {
      int n = rows * inside;
      for (int i = 0; i < n; i++) {
        room[i] = combine(kind, room[i], room[i + n]);
      }
    }
    System.arraycopy(room, 0, out, at, inside);
  }

  private static float combine(int kind, float a, float b) {
    return switch (KINDS[kind]) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case PRODUCT -> a * b;
    };
  }

  /** Folds 16 rows of sums as a tree and writes the last row out. */
  static void columns(double[] room, int inside, double[] out, int at, int kind) {
    for (int rows = Nest.SUMS / 2; rows > 0; rows /= 2) {
      int n = rows * inside;
      for (int i = 0; i < n; i++) {
        room[i] = combine(kind, room[i], room[i + n]);
      }
    }
    System.arraycopy(room, 0, out, at, inside);
  }

  private static double combine(int kind, double a, double b) {
    return switch (KINDS[kind]) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case PRODUCT -> a * b;
    };
  }

  /** Folds 16 rows of sums as a tree and writes the last row out. */
  static void columns(int[] room, int inside, int[] out, int at, int kind) {
    for (int rows = Nest.SUMS / 2; rows > 0; rows /= 2) {
      int n = rows * inside;
      for (int i = 0; i < n; i++) {
        room[i] = combine(kind, room[i], room[i + n]);
      }
    }
    System.arraycopy(room, 0, out, at, inside);
  }

  private static int combine(int kind, int a, int b) {
    return switch (KINDS[kind]) {
      case SUM -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case PRODUCT -> a * b;
    };
  }
}
