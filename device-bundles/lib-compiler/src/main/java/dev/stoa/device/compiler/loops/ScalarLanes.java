package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Operation.Binary;
import dev.stoa.tensor.Operation.Compare;
import dev.stoa.tensor.Operation.Reduction;
import dev.stoa.tensor.Operation.Unary;
import dev.stoa.tensor.math.Elementary;
import dev.stoa.tensor.math.Special;
import org.objectweb.asm.Type;

/** One element at a time, of every type and by every element-wise operation. */
final class ScalarLanes extends Lanes {
  private static final String SUPPORT = Type.getInternalName(Support.class);
  private static final String ELEMENTARY = Type.getInternalName(Elementary.class);
  private static final String SPECIAL = Type.getInternalName(Special.class);
  private static final String MATH = Type.getInternalName(Math.class);

  ScalarLanes(MethodWriter code) {
    super(code);
  }

  @Override
  int load(DataType type, int arrayLocal, int indexLocal) {
    code.variable(ALOAD, arrayLocal);
    code.variable(ILOAD, indexLocal);
    code.op(elementLoadOpcode(type));
    return keep(type);
  }

  private int keep(DataType type) {
    int local = code.local(type);
    code.variable(storeOpcode(type), local);
    return local;
  }

  private void push(DataType type, int local) {
    code.variable(loadOpcode(type), local);
  }

  @Override
  int spread(DataType type, int scalarLocal) {
    return scalarLocal;
  }

  @Override
  int literal(DataType type, double number) {
    code.number(type, number);
    return keep(type);
  }

  @Override
  void store(DataType type, int value, int arrayLocal, int indexLocal) {
    code.variable(ALOAD, arrayLocal);
    code.variable(ILOAD, indexLocal);
    push(type, value);
    code.op(elementStoreOpcode(type));
  }

  @Override
  void fold(Reduction kind, DataType type, int value, int roomLocal, int indexLocal) {
    code.variable(ALOAD, roomLocal);
    code.variable(ILOAD, indexLocal);
    code.variable(ALOAD, roomLocal);
    code.variable(ILOAD, indexLocal);
    code.op(elementLoadOpcode(type));
    push(type, value);
    binary(combining(kind), type);
    code.op(elementStoreOpcode(type));
  }

  /** Combines two numbers. */
  int combine(Reduction kind, DataType type, int a, int b) {
    push(type, a);
    push(type, b);
    binary(combining(kind), type);
    return keep(type);
  }

  static Binary combining(Reduction kind) {
    return switch (kind) {
      case SUM -> Binary.ADD;
      case MAX -> Binary.MAX;
      case MIN -> Binary.MIN;
      case PRODUCT -> Binary.MUL;
    };
  }

  @Override
  int compute(Nest.Compute value, DataType operandType, int... operands) {
    Operation operation = value.operation();
    if (operation instanceof Operation.Select) {
      push(DataType.BOOL, operands[0]);
      push(value.type(), operands[1]);
      push(value.type(), operands[2]);
      String letter = letter(value.type());
      code.callStatic(SUPPORT, "select", "(Z" + letter + letter + ")" + letter);
      return keep(value.type());
    }
    for (int operand : operands) {
      push(operandType, operand);
    }
    if (operation instanceof Unary unary) {
      unary(unary, operandType);
    } else if (operation instanceof Binary binary) {
      binary(binary, operandType);
    } else if (operation instanceof Compare compare) {
      compare(compare, operandType, operands);
    } else if (operation instanceof Operation.Convert) {
      convert(operandType, value.type());
    } else {
      throw new IllegalStateException("no loop for " + operation);
    }
    return keep(value.type());
  }

  private void call(String owner, String name, DataType type) {
    code.callStatic(owner, name, "(" + letter(type) + ")" + letter(type));
  }

  private void unary(Unary operation, DataType type) {
    boolean real = type == DataType.FLOAT64;
    switch (operation) {
      case NEG -> code.op(real ? DNEG : type == DataType.FLOAT32 ? FNEG : INEG);
      case ABS -> call(MATH, "abs", type);
      case SIGN -> call(real ? MATH : SUPPORT, real ? "signum" : "sign", type);
      case SQRT -> call(real ? MATH : SUPPORT, "sqrt", type);
      case FLOOR -> call(real ? MATH : SUPPORT, "floor", type);
      case EXP -> call(ELEMENTARY, "exp", type);
      case LOG -> call(ELEMENTARY, "log", type);
      case TANH -> call(ELEMENTARY, "tanh", type);
      case SIN -> call(ELEMENTARY, "sin", type);
      case COS -> call(ELEMENTARY, "cos", type);
      case RSQRT -> call(SPECIAL, "rsqrt", type);
      case EXPM1 -> call(SPECIAL, "expm1", type);
      case LOG1P -> call(SPECIAL, "log1p", type);
      case ERF -> call(SPECIAL, "erf", type);
      case LGAMMA -> call(SPECIAL, "lgamma", type);
      case DIGAMMA -> call(SPECIAL, "digamma", type);
      case IS_FINITE -> {
        Class<?> owner = real ? Double.class : Float.class;
        code.callStatic(Type.getInternalName(owner), "isFinite", "(" + letter(type) + ")Z");
      }
      case NOT -> call(SUPPORT, "not", type);
    }
  }

  private void binary(Binary operation, DataType type) {
    int offset =
        switch (type) {
          case FLOAT32 -> FADD - IADD;
          case FLOAT64 -> DADD - IADD;
          case INT32, BOOL -> 0;
        };
    String letter = letter(type);
    String two = "(" + letter + letter + ")" + letter;
    switch (operation) {
      case ADD -> code.op(IADD + offset);
      case SUB -> code.op(ISUB + offset);
      case MUL -> code.op(IMUL + offset);
      case DIV -> {
        if (type == DataType.INT32) {
          code.callStatic(SUPPORT, "divide", two);
        } else {
          code.op(IDIV + offset);
        }
      }
      case MIN -> code.callStatic(MATH, "min", two);
      case MAX -> code.callStatic(MATH, "max", two);
      case POW -> code.callStatic(SPECIAL, "pow", two);
      case AND -> code.op(IAND);
      case OR -> code.op(IOR);
    }
  }

  /** The operands are on the stack already; greater is less with the operands exchanged. */
  private void compare(Compare operation, DataType type, int... operands) {
    String letter = type == DataType.BOOL ? "I" : letter(type);
    String name =
        switch (operation) {
          case EQ -> "eq";
          case NE -> "ne";
          case LT, GT -> "lt";
          case LE, GE -> "le";
        };
    if (operation == Compare.GT || operation == Compare.GE) {
      int words = type == DataType.FLOAT64 ? POP2 : POP;
      code.op(words);
      code.op(words);
      push(type, operands[1]);
      push(type, operands[0]);
    }
    code.callStatic(SUPPORT, name, "(" + letter + letter + ")Z");
  }

  private void convert(DataType from, DataType to) {
    if (to == DataType.BOOL) {
      code.number(from == DataType.BOOL ? DataType.INT32 : from, 0);
      String letter = from == DataType.BOOL ? "I" : letter(from);
      code.callStatic(SUPPORT, "ne", "(" + letter + letter + ")Z");
      return;
    }
    switch (from) {
      case FLOAT32 -> code.op(to == DataType.FLOAT64 ? F2D : to == DataType.INT32 ? F2I : NOP);
      case FLOAT64 -> code.op(to == DataType.FLOAT32 ? D2F : to == DataType.INT32 ? D2I : NOP);
      case INT32, BOOL ->
          code.op(to == DataType.FLOAT32 ? I2F : to == DataType.FLOAT64 ? I2D : NOP);
    }
  }
}
