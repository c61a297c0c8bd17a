package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Visits the byte code of a host method of float and int numbers and writes the same operations on
 * vectors. A choice {@code c ? a : b} becomes both values and a blend; a call of another host
 * method is repeated in its place. What cannot be repeated, a loop for instance, is an error.
 */
final class HostMethod extends MethodVisitor {
  /**
   * Methods in float64 for arguments that are rare, and the function of arrays that has the same
   * results there: it is called for all elements where a vector has such an argument.
   */
  private static final Map<String, String> RARE = Map.of("sinOfLarge", "sin", "cosOfLarge", "cos");

  private static final String MATH = Type.getInternalName(Math.class);
  private static final String FLOAT = Type.getInternalName(Float.class);

  private final VectorLanes lanes;
  private final String name;
  private final Map<Integer, HostValue> variables = new HashMap<>();
  private final Deque<HostValue> stack = new ArrayDeque<>();
  private final Deque<Choice> choices = new ArrayDeque<>();
  private HostValue[] compared = {};
  private int comparison;

  /** A choice that is not complete: where its first value was left, its end is known. */
  private static final class Choice {
    private final int mask;
    private Label end;

    private Choice(int mask) {
      this.mask = mask;
    }
  }

  HostMethod(VectorLanes lanes, String name, HostValue... arguments) {
    super(Opcodes.ASM9);
    this.lanes = lanes;
    this.name = name;
    for (int i = 0; i < arguments.length; i++) {
      variables.put(i, arguments[i]);
    }
  }

  /** What the method returns. */
  HostValue result() {
    if (stack.size() != 1) {
      throw new IllegalStateException("the host has no method " + name + " that vectors can do");
    }
    return stack.peek();
  }

  private IllegalStateException cannot(String what) {
    return new IllegalStateException(name + " of the host is not for vectors: " + what);
  }

  private void push(DataType type, int local) {
    stack.push(HostValue.vector(type, local));
  }

  private HostValue pop(DataType type) {
    HostValue value = stack.pop();
    if (value.type() != type) {
      throw cannot(value.type() + ", not " + type);
    }
    return value;
  }

  /** The vector of a value. */
  private int local(HostValue value) {
    return value.known() && value.type() == DataType.INT32
        ? lanes.literal(DataType.INT32, value.bits())
        : value.local();
  }

  private void real(float number) {
    stack.push(HostValue.real(lanes.literal(DataType.FLOAT32, number), number));
  }

  @Override
  public void visitInsn(int opcode) {
    switch (opcode) {
      case Opcodes.ICONST_M1, Opcodes.ICONST_0, Opcodes.ICONST_1 -> whole(opcode);
      case Opcodes.ICONST_2, Opcodes.ICONST_3, Opcodes.ICONST_4, Opcodes.ICONST_5 -> whole(opcode);
      case Opcodes.FCONST_0, Opcodes.FCONST_1, Opcodes.FCONST_2 -> real(opcode - Opcodes.FCONST_0);
      case Opcodes.FADD -> arithmetic("add");
      case Opcodes.FSUB -> arithmetic("sub");
      case Opcodes.FMUL -> arithmetic("mul");
      case Opcodes.FDIV -> arithmetic("div");
      case Opcodes.FNEG -> plain("neg", DataType.FLOAT32);
      case Opcodes.IADD -> integers("ADD", true);
      case Opcodes.ISUB -> integers("SUB", false);
      case Opcodes.IAND -> integers("AND", true);
      case Opcodes.IOR -> integers("OR", true);
      case Opcodes.IXOR -> integers("XOR", true);
      case Opcodes.ISHL -> integers("LSHL", false);
      case Opcodes.ISHR -> integers("ASHR", false);
      case Opcodes.IUSHR -> integers("LSHR", false);
      case Opcodes.INEG -> plain("neg", DataType.INT32);
      case Opcodes.I2F ->
          push(
              DataType.FLOAT32,
              lanes.convert(DataType.INT32, DataType.FLOAT32, local(pop(DataType.INT32))));
      // The root of a float32 in float64, rounded, is the correctly rounded float32 root.
      case Opcodes.F2D -> stack.push(pop(DataType.FLOAT32).as(DataType.FLOAT64));
      case Opcodes.D2F -> stack.push(pop(DataType.FLOAT64).as(DataType.FLOAT32));
      case Opcodes.FCMPL, Opcodes.FCMPG -> {
        HostValue right = pop(DataType.FLOAT32);
        compared = new HostValue[] {pop(DataType.FLOAT32), right};
        comparison = opcode;
      }
      case Opcodes.FRETURN, Opcodes.IRETURN -> {
        if (stack.size() != 1 || !choices.isEmpty()) {
          throw cannot("it returns amid a choice");
        }
      }
      default -> throw cannot("instruction " + opcode);
    }
  }

  private void whole(int opcode) {
    stack.push(HostValue.whole(opcode - Opcodes.ICONST_0));
  }

  private void arithmetic(String operation) {
    int right = local(pop(DataType.FLOAT32));
    int left = local(pop(DataType.FLOAT32));
    push(DataType.FLOAT32, lanes.arithmetic(operation, DataType.FLOAT32, left, right));
  }

  private void plain(String operation, DataType type) {
    push(type, lanes.plain(operation, type, local(pop(type))));
  }

  private void integers(String operation, boolean commutes) {
    HostValue right = pop(DataType.INT32);
    HostValue left = pop(DataType.INT32);
    if (right.known()) {
      push(DataType.INT32, lanes.integers(operation, local(left), right.bits()));
    } else if (left.known() && commutes) {
      push(DataType.INT32, lanes.integers(operation, right.local(), left.bits()));
    } else {
      push(DataType.INT32, lanes.integersOf(operation, local(left), right.local()));
    }
  }

  @Override
  public void visitIntInsn(int opcode, int operand) {
    if (opcode == Opcodes.NEWARRAY) {
      throw cannot("an array");
    }
    stack.push(HostValue.whole(operand));
  }

  @Override
  public void visitLdcInsn(Object number) {
    if (number instanceof Float real) {
      real(real);
    } else if (number instanceof Integer whole) {
      stack.push(HostValue.whole(whole));
    } else {
      throw cannot("the constant " + number);
    }
  }

  @Override
  public void visitVarInsn(int opcode, int variable) {
    switch (opcode) {
      case Opcodes.FLOAD, Opcodes.ILOAD -> stack.push(variables.get(variable));
      case Opcodes.FSTORE, Opcodes.ISTORE -> {
        if (!choices.isEmpty()) {
          throw cannot("a variable that one branch alone changes");
        }
        variables.put(variable, stack.pop());
      }
      default -> throw cannot("instruction " + opcode);
    }
  }

  @Override
  public void visitIincInsn(int variable, int by) {
    throw cannot("a counter");
  }

  @Override
  public void visitFieldInsn(int opcode, String owner, String field, String descriptor) {
    throw cannot("the field " + field);
  }

  @Override
  public void visitMethodInsn(
      int opcode, String owner, String method, String descriptor, boolean ofInterface) {
    if (owner.equals(MATH)) {
      switch (method + descriptor) {
        case "abs(F)F" -> plain("abs", DataType.FLOAT32);
        case "sqrt(D)D" ->
            stack.push(
                HostValue.vector(
                    DataType.FLOAT64,
                    lanes.plain("sqrt", DataType.FLOAT32, pop(DataType.FLOAT64).local())));
        case "min(FF)F" -> bound("GT");
        case "max(FF)F" -> bound("LT");
        default -> throw cannot(method + descriptor);
      }
    } else if (owner.equals(FLOAT)) {
      switch (method) {
        case "floatToRawIntBits" ->
            push(DataType.INT32, lanes.reinterpret(DataType.INT32, local(pop(DataType.FLOAT32))));
        case "intBitsToFloat" ->
            push(DataType.FLOAT32, lanes.reinterpret(DataType.FLOAT32, local(pop(DataType.INT32))));
        default -> throw cannot(method + descriptor);
      }
    } else if (RARE.containsKey(method)) {
      if (choices.isEmpty() || choices.element().end != null) {
        throw cannot(method + " without a condition");
      }
      int x = local(pop(DataType.FLOAT32));
      String all = RARE.get(method);
      push(DataType.FLOAT32, lanes.oneByOne(owner, all, x, choices.element().mask));
    } else if (VectorFunctions.knows(owner)) {
      HostValue[] arguments = new HostValue[Type.getArgumentTypes(descriptor).length];
      for (int i = arguments.length - 1; i >= 0; i--) {
        arguments[i] = stack.pop();
      }
      stack.push(VectorFunctions.call(lanes, owner, method, descriptor, arguments));
    } else {
      throw cannot(owner + "." + method);
    }
  }

  /** The lesser or greater of a known number, not zero, and another: not-a-number stays. */
  private void bound(String beyond) {
    HostValue x = pop(DataType.FLOAT32);
    HostValue limit = pop(DataType.FLOAT32);
    if (!limit.known() || Float.intBitsToFloat(limit.bits()) == 0) {
      throw cannot("a bound that is not known, or zero");
    }
    int mask = lanes.compare(beyond, DataType.FLOAT32, local(x), limit.local());
    push(DataType.FLOAT32, lanes.blend(DataType.FLOAT32, local(x), limit.local(), mask));
  }

  @Override
  public void visitJumpInsn(int opcode, Label label) {
    if (opcode == Opcodes.GOTO) {
      close(label);
      if (choices.isEmpty() || choices.element().end != null) {
        throw cannot("a loop");
      }
      choices.element().end = label;
      return;
    }
    if (compared.length == 0) {
      throw cannot("a choice between other than float numbers");
    }
    int left = local(compared[0]);
    int right = local(compared[1]);
    compared = new HostValue[0];
    choices.push(new Choice(lanes.compare(holds(opcode), DataType.FLOAT32, left, right)));
  }

  /**
   * The comparison for which such a jump is not taken. Java's code jumps for not-a-number but where
   * it asks for inequality, as comparisons of vectors have it.
   */
  private String holds(int jump) {
    boolean greater = comparison == Opcodes.FCMPG;
    return switch (jump) {
      case Opcodes.IFEQ -> "NE";
      case Opcodes.IFNE -> "EQ";
      case Opcodes.IFGE, Opcodes.IFGT -> {
        if (!greater) {
          throw cannot("a comparison that holds for not-a-number");
        }
        yield jump == Opcodes.IFGE ? "LT" : "LE";
      }
      case Opcodes.IFLE, Opcodes.IFLT -> {
        if (greater) {
          throw cannot("a comparison that holds for not-a-number");
        }
        yield jump == Opcodes.IFLE ? "GT" : "GE";
      }
      default -> throw cannot("jump " + jump);
    };
  }

  @Override
  public void visitLabel(Label label) {
    close(label);
  }

  /** Both values of the choices that end here are on the stack. */
  private void close(Label label) {
    while (!choices.isEmpty() && choices.element().end == label) {
      HostValue otherwise = stack.pop();
      HostValue then = pop(otherwise.type());
      int mask = choices.pop().mask;
      push(then.type(), lanes.blend(then.type(), local(otherwise), local(then), mask));
    }
  }
}
