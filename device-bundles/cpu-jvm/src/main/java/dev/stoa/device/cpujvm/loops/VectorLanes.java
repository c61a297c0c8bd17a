package dev.stoa.device.cpujvm.loops;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;
import java.util.Map;
import java.util.Set;

/**
 * A vector of elements at a time: float32 and int32 by Java's vectors, bool as masks of float32
 * vectors. The elementary functions repeat {@link dev.stoa.tensor.math.Elementary} operation by
 * operation, so that every element has the host's bits.
 */
final class VectorLanes extends Lanes {
  private static final String PACKAGE = "jdk/incubator/vector/";
  private static final String FLOATS = PACKAGE + "FloatVector";
  private static final String INTS = PACKAGE + "IntVector";
  private static final String MASK = PACKAGE + "VectorMask";
  private static final String OPERATORS = PACKAGE + "VectorOperators";
  private static final String L_VECTOR = "L" + PACKAGE + "Vector;";
  private static final String L_FLOATS = "L" + FLOATS + ";";
  private static final String L_INTS = "L" + INTS + ";";
  private static final String L_MASK = "L" + MASK + ";";
  private static final String SPECIES = PACKAGE + "VectorSpecies";
  private static final String L_SPECIES = "L" + SPECIES + ";";
  private static final String L_BINARY = "L" + OPERATORS + "$Binary;";
  private static final String L_ASSOCIATIVE = "L" + OPERATORS + "$Associative;";
  private static final String L_COMPARISON = "L" + OPERATORS + "$Comparison;";
  private static final String L_CONVERSION = "L" + OPERATORS + "$Conversion;";

  private static final Set<String> ASSOCIATIVE = Set.of("ADD", "AND");

  /** As in Elementary, where each has its reason. */
  private static final float LOG2_E = 1.44269504f;

  private static final float LN2_HIGH = 0x1.63p-1f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final float ROUND = 0x1.8p23f;
  private static final float BELOW_ONE = 1f - 0x1p-24f;

  /** Vectors made before the loop from numbers, by their bits. */
  private final Map<Integer, Integer> numbers;

  private final int lanes;

  /** By type, arrays of at least as many elements as lanes, for values on their way. */
  private final Map<DataType, Integer> scratchLocals;

  /** Lanes that count; the others hold anything and are never stored. */
  private int count;

  /**
   * Lanes.
   *
   * @param numbers of the loop, shared by all bodies of one nest
   * @param lanes in a vector
   * @param scratchLocals by type, arrays of at least as many elements, for values on their way
   */
  VectorLanes(
      MethodWriter code,
      Map<Integer, Integer> numbers,
      int lanes,
      Map<DataType, Integer> scratchLocals) {
    super(code);
    this.numbers = numbers;
    this.lanes = lanes;
    this.scratchLocals = scratchLocals;
    this.count = lanes;
  }

  /** From here on so many lanes count: the rest of a row. */
  void limit(int count) {
    this.count = count;
  }

  /** Whether a value can be computed by vectors. */
  static boolean can(Operation operation, DataType type, DataType operandType) {
    if (type == DataType.FLOAT64 || operandType == DataType.FLOAT64) {
      return false;
    }
    if (operation instanceof Unary unary) {
      return switch (unary) {
        case NEG, ABS -> true;
        case SQRT, EXP, LOG, TANH, IS_FINITE, NOT -> true;
        default -> false;
      };
    }
    if (operation instanceof Binary binary) {
      return binary != Binary.POW && !(binary == Binary.DIV && type == DataType.INT32);
    }
    if (operation instanceof Compare) {
      return operandType != DataType.BOOL;
    }
    if (operation instanceof Operation.Select) {
      return type != DataType.BOOL;
    }
    if (operation instanceof Operation.Convert) {
      return !(operandType == DataType.FLOAT32 && type == DataType.INT32);
    }
    return false;
  }

  private static String descriptor(DataType type) {
    return switch (type) {
      case FLOAT32 -> L_FLOATS;
      case INT32 -> L_INTS;
      case BOOL -> L_MASK;
      case FLOAT64 -> throw new IllegalStateException("no vectors of float64");
    };
  }

  private static String owner(DataType type) {
    String descriptor = descriptor(type);
    return descriptor.substring(1, descriptor.length() - 1);
  }

  private void species(DataType type) {
    code.field(type == DataType.INT32 ? INTS : FLOATS, "SPECIES_PREFERRED", L_SPECIES);
  }

  private void push(int local) {
    code.variable(ALOAD, local);
  }

  /** Vectors of numbers, made once; called before the loop for all that the body has asked for. */
  static void prepare(MethodWriter code, Map<Integer, Integer> numbers) {
    numbers.replaceAll(
        (bits, local) -> {
          code.field(FLOATS, "SPECIES_PREFERRED", L_SPECIES);
          code.number(DataType.FLOAT32, Float.intBitsToFloat(bits));
          code.callStatic(FLOATS, "broadcast", "(" + L_SPECIES + "F)" + L_FLOATS);
          return code.keep();
        });
  }

  private int number(float number) {
    return numbers.computeIfAbsent(Float.floatToRawIntBits(number), bits -> -1);
  }

  @Override
  int load(DataType type, int arrayLocal, int indexLocal) {
    String array = "[" + letter(type);
    int from = arrayLocal;
    int at = indexLocal;
    if (count < lanes) {
      // A vector from here may end beyond the array: then from a copy of the elements that count.
      push(arrayLocal);
      code.variable(ILOAD, indexLocal);
      code.integer(count);
      code.integer(lanes);
      push(scratchLocals.get(type));
      code.callStatic(NestCode.SUPPORT, "reach", "(" + array + "III" + array + ")" + array);
      from = code.keep();
      push(arrayLocal);
      code.op(ARRAYLENGTH);
      code.variable(ILOAD, indexLocal);
      code.integer(lanes);
      code.callStatic(NestCode.SUPPORT, "reach", "(III)I");
      at = code.local(1);
      code.variable(ISTORE, at);
    }
    species(type);
    push(from);
    code.variable(ILOAD, at);
    code.callStatic(owner(type), "fromArray", "(" + L_SPECIES + array + "I)" + descriptor(type));
    return code.keep();
  }

  @Override
  int spread(DataType type, int scalarLocal) {
    species(type);
    code.variable(loadOpcode(type), scalarLocal);
    if (type == DataType.BOOL) {
      code.callInterface(SPECIES, "maskAll", "(Z)" + L_MASK);
    } else {
      code.callStatic(
          owner(type), "broadcast", "(" + L_SPECIES + letter(type) + ")" + descriptor(type));
    }
    return code.keep();
  }

  @Override
  int literal(DataType type, double value) {
    if (type == DataType.FLOAT32) {
      return number((float) value);
    }
    species(type);
    code.number(type, value);
    if (type == DataType.BOOL) {
      code.callInterface(SPECIES, "maskAll", "(Z)" + L_MASK);
    } else {
      code.callStatic(INTS, "broadcast", "(" + L_SPECIES + "I)" + L_INTS);
    }
    return code.keep();
  }

  @Override
  void store(DataType type, int value, int arrayLocal, int indexLocal) {
    if (type == DataType.BOOL) {
      // Storing masks allocates on Java 17: they go by way of numbers.
      push(blend(number(0), number(1), value));
      push(scratchLocals.get(DataType.FLOAT32));
      code.integer(0);
      code.callVirtual(FLOATS, "intoArray", "([FI)V");
      push(scratchLocals.get(DataType.FLOAT32));
      push(arrayLocal);
      code.variable(ILOAD, indexLocal);
      code.integer(count);
      code.callStatic(NestCode.SUPPORT, "truth", "([F[ZII)V");
      return;
    }
    String array = "[" + letter(type);
    push(value);
    if (count == lanes) {
      push(arrayLocal);
      code.variable(ILOAD, indexLocal);
      code.callVirtual(owner(type), "intoArray", "(" + array + "I)V");
      return;
    }
    int scratch = scratchLocals.get(type);
    push(scratch);
    code.integer(0);
    code.callVirtual(owner(type), "intoArray", "(" + array + "I)V");
    push(scratch);
    push(arrayLocal);
    code.variable(ILOAD, indexLocal);
    code.integer(count);
    code.callStatic(NestCode.SUPPORT, "first", "(" + array + array + "II)V");
  }

  @Override
  void fold(Reduction kind, DataType type, int value, int roomLocal, int indexLocal) {
    int sums = load(type, roomLocal, indexLocal);
    store(type, combine(kind, sums, value), roomLocal, indexLocal);
  }

  /** Combines two float32 vectors in the lanes that count; in the others the sums stay. */
  int combine(Reduction kind, int sums, int value) {
    int combined =
        switch (kind) {
          case SUM -> arithmetic("add", DataType.FLOAT32, sums, value);
          case PRODUCT -> arithmetic("mul", DataType.FLOAT32, sums, value);
          case MAX -> arithmetic("max", DataType.FLOAT32, sums, value);
          case MIN -> arithmetic("min", DataType.FLOAT32, sums, value);
        };
    if (count == lanes) {
      return combined;
    }
    species(DataType.FLOAT32);
    code.field(NestCode.FOLDS, "POSITIONS", "[F");
    code.integer(0);
    code.callStatic(FLOATS, "fromArray", "(" + L_SPECIES + "[FI)" + L_FLOATS);
    int positions = code.keep();
    return blend(sums, combined, compare("LT", DataType.FLOAT32, positions, number(count)));
  }

  @Override
  int compute(Nest.Compute value, DataType operandType, int... x) {
    Operation operation = value.operation();
    if (operation instanceof Unary unary) {
      return unary(unary, value.type(), x[0]);
    }
    if (operation instanceof Binary binary) {
      return binary(binary, value.type(), x[0], x[1]);
    }
    if (operation instanceof Compare compare) {
      int mask = compare(compare.name(), operandType, x[0], x[1]);
      return operandType == DataType.INT32 ? cast(mask, DataType.FLOAT32) : mask;
    }
    if (operation instanceof Operation.Select) {
      int mask = value.type() == DataType.INT32 ? cast(x[0], DataType.INT32) : x[0];
      return blend(value.type(), x[2], x[1], mask);
    }
    if (operation instanceof Operation.Convert) {
      return convert(operandType, value.type(), x[0]);
    }
    throw new IllegalStateException("no vector loop for " + operation);
  }

  private int cast(int mask, DataType type) {
    push(mask);
    species(type);
    code.callVirtual(MASK, "cast", "(" + L_SPECIES + ")" + L_MASK);
    return code.keep();
  }

  private int convert(DataType from, DataType to, int x) {
    if (from == DataType.BOOL) {
      int mask = to == DataType.INT32 ? cast(x, DataType.INT32) : x;
      return blend(to, literal(to, 0), literal(to, 1), mask);
    }
    if (to == DataType.BOOL) {
      int mask = compare("NE", from, x, literal(from, 0));
      return from == DataType.INT32 ? cast(mask, DataType.FLOAT32) : mask;
    }
    if (from == to) {
      return x;
    }
    push(x);
    code.field(OPERATORS, "I2F", L_CONVERSION);
    species(DataType.FLOAT32);
    code.integer(0);
    code.callVirtual(INTS, "convertShape", "(" + L_CONVERSION + L_SPECIES + "I)" + L_VECTOR);
    code.castTo(FLOATS);
    return code.keep();
  }

  private int binary(Binary operation, DataType type, int a, int b) {
    return switch (operation) {
      case AND, OR -> {
        push(a);
        push(b);
        String name = operation == Binary.AND ? "and" : "or";
        code.callVirtual(MASK, name, "(" + L_MASK + ")" + L_MASK);
        yield code.keep();
      }
      case POW -> throw new IllegalStateException("no vectors for pow");
      default -> arithmetic(operation.name().toLowerCase(java.util.Locale.ROOT), type, a, b);
    };
  }

  private int arithmetic(String name, DataType type, int a, int b) {
    push(a);
    push(b);
    code.callVirtual(owner(type), name, "(" + L_VECTOR + ")" + descriptor(type));
    return code.keep();
  }

  private int add(int a, int b) {
    return arithmetic("add", DataType.FLOAT32, a, b);
  }

  private int sub(int a, int b) {
    return arithmetic("sub", DataType.FLOAT32, a, b);
  }

  private int mul(int a, int b) {
    return arithmetic("mul", DataType.FLOAT32, a, b);
  }

  private int div(int a, int b) {
    return arithmetic("div", DataType.FLOAT32, a, b);
  }

  private int compare(String operation, DataType type, int a, int b) {
    push(a);
    code.field(OPERATORS, operation, L_COMPARISON);
    push(b);
    code.callVirtual(owner(type), "compare", "(" + L_COMPARISON + L_VECTOR + ")" + L_MASK);
    return code.keep();
  }

  private int blend(DataType type, int where0, int where1, int mask) {
    push(where0);
    push(where1);
    push(mask);
    code.callVirtual(owner(type), "blend", "(" + L_VECTOR + L_MASK + ")" + descriptor(type));
    return code.keep();
  }

  private int blend(int where0, int where1, int mask) {
    return blend(DataType.FLOAT32, where0, where1, mask);
  }

  private int plain(String name, DataType type, int x) {
    push(x);
    code.callVirtual(owner(type), name, "()" + descriptor(type));
    return code.keep();
  }

  private int unary(Unary operation, DataType type, int x) {
    return switch (operation) {
      case NEG -> plain("neg", type, x);
      case ABS -> plain("abs", type, x);
      case SQRT -> plain("sqrt", type, x);
      case EXP -> exp(x);
      case LOG -> log(x);
      case TANH -> tanh(x);
      case IS_FINITE ->
          compare(
              "LT",
              DataType.FLOAT32,
              plain("abs", DataType.FLOAT32, x),
              number(Float.POSITIVE_INFINITY));
      case NOT -> {
        push(x);
        code.callVirtual(MASK, "not", "()" + L_MASK);
        yield code.keep();
      }
      default -> throw new IllegalStateException("no vectors for " + operation);
    };
  }

  /** Moved into an interval; not-a-number stays. */
  private int clamp(int x, float low, float high) {
    int atLeast = blend(x, number(low), compare("LT", DataType.FLOAT32, x, number(low)));
    return blend(atLeast, number(high), compare("GT", DataType.FLOAT32, atLeast, number(high)));
  }

  /** {@code c + x * rest}. */
  private int horner(float c, int x, int rest) {
    return add(number(c), mul(x, rest));
  }

  private int integers(String operation, int x, int by) {
    push(x);
    code.field(OPERATORS, operation, ASSOCIATIVE.contains(operation) ? L_ASSOCIATIVE : L_BINARY);
    code.integer(by);
    code.callVirtual(INTS, "lanewise", "(" + L_BINARY + "I)" + L_INTS);
    return code.keep();
  }

  private int bits(int x) {
    push(x);
    code.callVirtual(FLOATS, "reinterpretAsInts", "()" + L_INTS);
    return code.keep();
  }

  private int fromBits(int x) {
    push(x);
    code.callVirtual(INTS, "reinterpretAsFloats", "()" + L_FLOATS);
    return code.keep();
  }

  private int powerOfTwo(int exponent) {
    return fromBits(integers("LSHL", integers("ADD", exponent, 127), 23));
  }

  private int exp(int x) {
    int bounded = clamp(x, -105f, 89f);
    int shifted = add(mul(bounded, number(LOG2_E)), number(ROUND));
    int n = sub(shifted, number(ROUND));
    int r = sub(sub(bounded, mul(n, number(LN2_HIGH))), mul(n, number(LN2_LOW)));
    int tail = horner(1f / 720, r, number(1f / 5040));
    tail = horner(1f / 120, r, tail);
    tail = horner(1f / 24, r, tail);
    tail = horner(1f / 6, r, tail);
    tail = horner(0.5f, r, tail);
    int power = add(number(1f), add(r, mul(mul(r, r), tail)));
    // The rounded number's lowest bits are the whole number itself.
    int exponent = integers("ADD", bits(shifted), -Float.floatToRawIntBits(ROUND));
    int half = integers("ASHR", exponent, 1);
    push(exponent);
    push(half);
    code.callVirtual(INTS, "sub", "(" + L_VECTOR + ")" + L_INTS);
    int rest = code.keep();
    return mul(mul(power, powerOfTwo(half)), powerOfTwo(rest));
  }

  private int log(int x) {
    int tiny = compare("LT", DataType.FLOAT32, x, number(Float.MIN_NORMAL));
    int normal = blend(x, mul(x, number(0x1p23f)), tiny);
    int rootHalf = 0x3f3504f3;
    int bits = integers("ADD", bits(normal), 0x3f800000 - rootHalf);
    // A small whole number, added to the bits of a large float32, is added to its value.
    int exponent = integers("ADD", integers("ASHR", bits, 23), Float.floatToRawIntBits(ROUND));
    int whole = sub(fromBits(exponent), number(ROUND));
    int k = sub(whole, blend(number(127f), number(150f), tiny));
    int mantissa = integers("ADD", integers("AND", bits, 0x007fffff), rootHalf);
    int f = sub(fromBits(mantissa), number(1f));
    int s = div(f, add(number(2f), f));
    int z = mul(s, s);
    int series = mul(z, number(2f / 9));
    series = mul(z, add(number(2f / 7), series));
    series = mul(z, add(number(2f / 5), series));
    series = mul(z, add(number(2f / 3), series));
    int half = mul(mul(number(0.5f), f), f);
    int inner = add(mul(s, add(half, series)), mul(k, number(LN2_LOW)));
    int value = sub(mul(k, number(LN2_HIGH)), sub(sub(half, inner), f));
    int infinity = number(Float.POSITIVE_INFINITY);
    int above = blend(x, value, compare("LT", DataType.FLOAT32, x, infinity));
    int positive = blend(number(Float.NaN), above, compare("GT", DataType.FLOAT32, x, number(0f)));
    return blend(
        positive, number(Float.NEGATIVE_INFINITY), compare("EQ", DataType.FLOAT32, x, number(0f)));
  }

  private int tanh(int x) {
    int bounded = clamp(x, -9f, 9f);
    int z = mul(bounded, bounded);
    int p = add(number(2.06613949e-5f), mul(z, number(1.34199558e-8f)));
    p = horner(3.49900580e-3f, z, p);
    p = horner(1.33839891e-1f, z, p);
    p = horner(1f, z, p);
    int q = add(number(3.29105306e-4f), mul(z, number(7.80479450e-7f)));
    q = horner(2.58902452e-2f, z, q);
    q = horner(4.67173106e-1f, z, q);
    q = horner(1f, z, q);
    return clamp(div(mul(bounded, p), q), -BELOW_ONE, BELOW_ONE);
  }
}
