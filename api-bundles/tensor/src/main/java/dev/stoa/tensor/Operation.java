package dev.stoa.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The closed set of primitives. An operation holds its attributes alone; operands, result types and
 * order are in the {@link Node}. Element-wise operations take operands of equal type and shape:
 * broadcasting is an operation of its own.
 */
public sealed interface Operation {
  /** An input of the graph, by position. */
  record Input(int position) implements Operation {}

  /**
   * A literal, row-major. One value fills the whole shape. Every float32, int32 and bool (0 or 1)
   * is held exactly.
   */
  record Constant(List<Double> values) implements Operation {
    /** Takes a copy. */
    public Constant {
      values = List.copyOf(values);
    }
  }

  /** Element-wise, one operand; the result has its type unless said otherwise. */
  enum Unary implements Operation {
    /** Negation. */
    NEG,
    /** Absolute value. */
    ABS,
    /** -1, 0 or 1; NaN for NaN. */
    SIGN,
    /** Square root, correctly rounded. */
    SQRT,
    /** Reciprocal of the square root; infinite at 0 with its sign. */
    RSQRT,
    /** Exponential function. */
    EXP,
    /** {@code e^x - 1} without cancellation; keeps a zero's sign. */
    EXPM1,
    /** Natural logarithm. */
    LOG,
    /**
     * {@code log(1 + x)} without cancellation; keeps a zero's sign, negative infinity at -1,
     * not-a-number below.
     */
    LOG1P,
    /** Hyperbolic tangent. */
    TANH,
    /** Sine of an angle in radians. */
    SIN,
    /** Cosine of an angle in radians. */
    COS,
    /** Greatest whole number not above. */
    FLOOR,
    /** Error function; keeps a zero's sign. */
    ERF,
    /**
     * Logarithm of the gamma function's absolute value; infinity at 0, at negative whole numbers
     * and at both infinities.
     */
    LGAMMA,
    /**
     * Derivative of {@link #LGAMMA}; at 0 infinite with the opposite sign, not-a-number at negative
     * whole numbers and negative infinity.
     */
    DIGAMMA,
    /** Whether finite; gives bool. */
    IS_FINITE,
    /** Negation of bool. */
    NOT
  }

  /** Element-wise, two operands of equal type; the result has that type. */
  enum Binary implements Operation {
    /** Sum. */
    ADD,
    /** Difference. */
    SUB,
    /** Product. */
    MUL,
    /** Quotient; of int32 towards zero, and 0 where the divisor is. */
    DIV,
    /** Lesser; NaN if either is. */
    MIN,
    /** Greater; NaN if either is. */
    MAX,
    /** Power, of real numbers only, with the special cases of {@link StrictMath#pow}. */
    POW,
    /** Conjunction of bool. */
    AND,
    /** Disjunction of bool. */
    OR
  }

  /** Element-wise comparison of two operands of equal type; gives bool. False for NaN, NE true. */
  enum Compare implements Operation {
    /** Equal. */
    EQ,
    /** Not equal. */
    NE,
    /** Less. */
    LT,
    /** Less or equal. */
    LE,
    /** Greater. */
    GT,
    /** Greater or equal. */
    GE
  }

  /** Element-wise choice: operands condition (bool), where true, where false. */
  record Select() implements Operation {}

  /** Conversion of type; real to int32 towards zero, NaN to 0, saturating; to bool: not zero. */
  record Convert(DataType to) implements Operation {}

  /**
   * Batched matrix product {@code [B..., m, k] x [B..., k, n]}: leading axes equal. A transposed
   * operand is stored with its last two axes exchanged.
   */
  record Dot(boolean transposeLeft, boolean transposeRight) implements Operation {}

  /** Kinds of reductions. */
  enum Reduction {
    /** Sum; of an empty set 0. */
    SUM,
    /** Greatest; NaN if any is; of an empty set negative infinity. */
    MAX,
    /** Least; NaN if any is; of an empty set infinity. */
    MIN,
    /** Product; of an empty set 1. */
    PRODUCT
  }

  /**
   * Reduction over axes (ascending, counted from the front), which disappear. Over a bounded axis
   * it takes the rows that exist, each in the place that it has among as many as the capacity.
   */
  record Reduce(Reduction kind, List<Integer> axes) implements Operation {
    /** Takes a copy. */
    public Reduce {
      axes = List.copyOf(axes);
    }
  }

  /**
   * Index of the greatest element along an axis, the first of equals; gives int32, the axis gone.
   */
  record ArgMax(int axis) implements Operation {}

  /** Stretches to a shape, by the rule of {@link Shape#broadcast}. */
  record Broadcast(Shape to) implements Operation {}

  /** The same elements in row-major order under another shape. */
  record Reshape(Shape to) implements Operation {}

  /** Axes reordered: axis i of the result is axis {@code permutation[i]} of the operand. */
  record Transpose(List<Integer> permutation) implements Operation {
    /** Takes a copy. */
    public Transpose {
      permutation = List.copyOf(permutation);
    }
  }

  /**
   * A contiguous part: from {@code start} (inclusive) to {@code end} (exclusive) along each axis.
   */
  record Slice(List<Integer> start, List<Integer> end) implements Operation {
    /** Takes copies. */
    public Slice {
      start = List.copyOf(start);
      end = List.copyOf(end);
    }
  }

  /** The part's inverse: zeros around the operand, so many before and after along each axis. */
  record Pad(List<Integer> before, List<Integer> after) implements Operation {
    /** Takes copies. */
    public Pad {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /** Operands joined along an axis. */
  record Concatenate(int axis) implements Operation {}

  /** 0, 1, 2 ... along an axis of a shape, equal along the others; int32. */
  record Iota(Shape shape, int axis) implements Operation {}

  /**
   * Rows by index: operands values {@code [n, ...]} and indices int32 {@code [k...]} give {@code
   * [k..., ...]}. An index outside is clamped into range; of no rows zeros are read.
   */
  record Gather() implements Operation {}

  /**
   * Rows added by index: operands {@code [n, ...]}, indices int32 {@code [k...]}, rows {@code
   * [k..., ...]}. Duplicate indices are added in index order; an index outside is dropped.
   */
  record ScatterAdd() implements Operation {}

  /**
   * Rows set by index: operands as in {@link ScatterAdd}. Of duplicate indices the last in index
   * order stays; an index outside is dropped. Its derivative: a row that is overwritten, a value or
   * an earlier row, has none.
   */
  record ScatterSet() implements Operation {}

  /**
   * Each row the greatest, element by element, of itself and the rows with its index: operands as
   * in {@link ScatterAdd}, real or int32; not-a-number if any is; an index outside is dropped. Its
   * derivative: equal greatest elements share the cotangent equally.
   */
  record ScatterMax() implements Operation {}

  /**
   * A part of given extents whose place is known when the graph runs: operands value and start
   * int32 {@code [rank]}. Each start is clamped so that the part lies inside.
   */
  record DynamicSlice(Shape part) implements Operation {}

  /**
   * A value with a part replaced: operands value, part (of equal rank, not larger) and start int32
   * {@code [rank]}, clamped as in {@link DynamicSlice}.
   */
  record DynamicUpdate() implements Operation {}

  /** The elements in opposite order along axes (ascending, counted from the front). */
  record Reverse(List<Integer> axes) implements Operation {
    /** Takes a copy. */
    public Reverse {
      axes = List.copyOf(axes);
    }
  }

  /**
   * Along an axis, the indices of the first {@code count} elements in sorted order, ascending or
   * descending; int32. Stable: equal elements keep their order in both directions; 0 and -0 are
   * equal; not-a-number is greater than all, as for {@link ArgMax}. Descending, it is top-k.
   */
  record ArgSort(int axis, boolean descending, int count) implements Operation {}

  /**
   * Running sum or product along an axis, the element itself included, combined one after the other
   * from the first index on; of real numbers or int32.
   *
   * @param kind {@code SUM} or {@code PRODUCT}
   */
  record Cumulate(Reduction kind, int axis) implements Operation {}

  /**
   * First-order linear recurrence along an axis: {@code y[t] = a[t] y[t - 1] + b[t]}, a product
   * rounded and then a sum, from the first index on. Real operands a, b (of equal shape, the
   * result's) and the initial {@code y[-1]} (the axis gone).
   */
  record LinearRecurrence(int axis) implements Operation {}

  /**
   * Random bits, int32 of the given shape. Operands: key int32 {@code [2]} (low, high word) and
   * counter int32 {@code [2]} (index low, index high). Element e, row-major, is word {@code e % 4}
   * of the block with counter words (index low, index high, purpose, e / 4); see {@link
   * dev.stoa.tensor.random.Philox}.
   */
  record RandomBits(Shape shape, int purpose) implements Operation {}

  /**
   * The number of rows of bounded tensors, an int32 scalar.
   *
   * @param capacity the most it can be
   */
  record Length(int capacity) implements Operation {}

  /** A bounded operand with as many rows as its capacity: those beyond the length are one value. */
  record Fill(double value) implements Operation {}

  /** The first rows of an operand, as many as the length: it becomes bounded. */
  record Bound() implements Operation {}

  /** The operand, whose derivative is taken to be zero. */
  record StopGradient() implements Operation {}

  /** One of the results of a {@link Structured} node, its operand, by position. */
  record Result(int position) implements Operation {}

  /**
   * An operation that holds graphs. Types of operands and results follow from it; a node of it may
   * have several results, which others take through {@link Result}. The graphs are closed: whatever
   * they take from outside is an operand.
   */
  sealed interface Structured extends Operation permits Scan, While, Call {
    /** The graphs in it, by what they are called in print. */
    Map<String, Graph> graphs();

    /** Types of the operands, by position. */
    List<TensorType> operandTypes();

    /** Types of the results, by position. */
    List<TensorType> resultTypes();

    /** A short readable form without the graphs. */
    String attributes();
  }

  /** A short readable form with attributes, as in a printed graph. */
  static String print(Operation operation) {
    if (operation instanceof Structured structured) {
      return structured.attributes();
    }
    if (operation instanceof Enum<?> e) {
      return e.name().toLowerCase(java.util.Locale.ROOT);
    }
    if (operation instanceof Constant c && c.values().size() > 8) {
      return "Constant["
          + c.values().size()
          + " values #"
          + Integer.toHexString(Arrays.hashCode(c.values().toArray()))
          + "]";
    }
    return operation.toString();
  }
}
