package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Label;

/**
 * A vector of elements at a time: float32 and int32 by Java's vectors, bool as masks of float32
 * vectors. For the elementary functions see {@link VectorFunctions}.
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

  private static final Set<String> ASSOCIATIVE = Set.of("ADD", "AND", "OR", "XOR");

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
        case NEG, ABS, SQRT, IS_FINITE, NOT -> true;
        default -> VectorFunctions.has(unary, type);
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

  int convert(DataType from, DataType to, int x) {
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

  int arithmetic(String name, DataType type, int a, int b) {
    push(a);
    push(b);
    code.callVirtual(owner(type), name, "(" + L_VECTOR + ")" + descriptor(type));
    return code.keep();
  }

  int compare(String operation, DataType type, int a, int b) {
    push(a);
    code.field(OPERATORS, operation, L_COMPARISON);
    push(b);
    code.callVirtual(owner(type), "compare", "(" + L_COMPARISON + L_VECTOR + ")" + L_MASK);
    return code.keep();
  }

  int blend(DataType type, int where0, int where1, int mask) {
    push(where0);
    push(where1);
    push(mask);
    code.callVirtual(owner(type), "blend", "(" + L_VECTOR + L_MASK + ")" + descriptor(type));
    return code.keep();
  }

  private int blend(int where0, int where1, int mask) {
    return blend(DataType.FLOAT32, where0, where1, mask);
  }

  int plain(String name, DataType type, int x) {
    push(x);
    code.callVirtual(owner(type), name, "()" + descriptor(type));
    return code.keep();
  }

  private int unary(Unary operation, DataType type, int x) {
    return switch (operation) {
      case NEG -> plain("neg", type, x);
      case ABS -> plain("abs", type, x);
      case SQRT -> plain("sqrt", type, x);
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
      default -> VectorFunctions.write(this, operation, type, x);
    };
  }

  /** An operation of all whole numbers and one. */
  int integers(String operation, int x, int by) {
    operator(operation, x);
    code.integer(by);
    code.callVirtual(INTS, "lanewise", "(" + L_BINARY + "I)" + L_INTS);
    return code.keep();
  }

  /** An operation of whole numbers and whole numbers. */
  int integersOf(String operation, int a, int b) {
    operator(operation, a);
    push(b);
    code.callVirtual(INTS, "lanewise", "(" + L_BINARY + L_VECTOR + ")" + L_INTS);
    return code.keep();
  }

  private void operator(String operation, int x) {
    push(x);
    code.field(OPERATORS, operation, ASSOCIATIVE.contains(operation) ? L_ASSOCIATIVE : L_BINARY);
  }

  /** The same bits as another type. */
  int reinterpret(DataType type, int x) {
    push(x);
    if (type == DataType.INT32) {
      code.callVirtual(FLOATS, "reinterpretAsInts", "()" + L_INTS);
    } else {
      code.callVirtual(INTS, "reinterpretAsFloats", "()" + L_FLOATS);
    }
    return code.keep();
  }

  /**
   * If a mask has any element, a function of arrays on all elements.
   *
   * @param owner of the function {@code (float[] in, int from, float[] out, int to, int n)}
   */
  int oneByOne(String owner, String function, int x, int mask) {
    Label end = new Label();
    int scratch = scratchLocals.get(DataType.FLOAT32);
    push(x);
    int result = code.keep();
    push(mask);
    code.callVirtual(MASK, "anyTrue", "()Z");
    code.jump(IFEQ, end);
    push(x);
    push(scratch);
    code.integer(0);
    code.callVirtual(FLOATS, "intoArray", "([FI)V");
    push(scratch);
    code.integer(0);
    push(scratch);
    code.integer(0);
    code.integer(lanes);
    code.callStatic(owner, function, "([FI[FII)V");
    species(DataType.FLOAT32);
    push(scratch);
    code.integer(0);
    code.callStatic(FLOATS, "fromArray", "(" + L_SPECIES + "[FI)" + L_FLOATS);
    code.variable(ASTORE, result);
    code.label(end);
    return result;
  }
}
