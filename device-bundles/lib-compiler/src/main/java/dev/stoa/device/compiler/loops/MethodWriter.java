package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A method being written, with its local variables. */
final class MethodWriter implements Opcodes {
  private final MethodVisitor method;
  private int nextLocal;

  MethodWriter(MethodVisitor method, int parameters) {
    this.method = method;
    this.nextLocal = parameters;
  }

  /** A new local variable for a number or reference. */
  int local(int words) {
    int local = nextLocal;
    nextLocal += words;
    return local;
  }

  int local(DataType type) {
    return local(type == DataType.FLOAT64 ? 2 : 1);
  }

  void op(int opcode) {
    method.visitInsn(opcode);
  }

  void variable(int opcode, int local) {
    method.visitVarInsn(opcode, local);
  }

  /** Stores the reference on the stack in a new local variable. */
  int keep() {
    int local = local(1);
    variable(ASTORE, local);
    return local;
  }

  void integer(int number) {
    if (number >= -1 && number <= 5) {
      op(ICONST_0 + number);
    } else if (number == (byte) number) {
      method.visitIntInsn(BIPUSH, number);
    } else if (number == (short) number) {
      method.visitIntInsn(SIPUSH, number);
    } else {
      method.visitLdcInsn(number);
    }
  }

  void number(DataType type, double number) {
    switch (type) {
      case FLOAT32 -> method.visitLdcInsn((float) number);
      case FLOAT64 -> method.visitLdcInsn(number);
      case INT32 -> integer((int) number);
      case BOOL -> integer(number != 0 ? 1 : 0);
    }
  }

  void increment(int local, int by) {
    if (by == (short) by) {
      method.visitIincInsn(local, by);
    } else {
      variable(ILOAD, local);
      integer(by);
      op(IADD);
      variable(ISTORE, local);
    }
  }

  void castTo(String internalName) {
    method.visitTypeInsn(CHECKCAST, internalName);
  }

  void field(String owner, String name, String descriptor) {
    method.visitFieldInsn(GETSTATIC, owner, name, descriptor);
  }

  void callStatic(String owner, String name, String descriptor) {
    method.visitMethodInsn(INVOKESTATIC, owner, name, descriptor, false);
  }

  void callVirtual(String owner, String name, String descriptor) {
    method.visitMethodInsn(INVOKEVIRTUAL, owner, name, descriptor, false);
  }

  void callInterface(String owner, String name, String descriptor) {
    method.visitMethodInsn(INVOKEINTERFACE, owner, name, descriptor, true);
  }

  void label(Label label) {
    method.visitLabel(label);
  }

  void jump(int opcode, Label label) {
    method.visitJumpInsn(opcode, label);
  }

  /** Ends the method; the label's offset is its size once the class is written. */
  Label end() {
    op(RETURN);
    Label end = new Label();
    method.visitLabel(end);
    method.visitMaxs(0, 0);
    method.visitEnd();
    return end;
  }
}
