package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation.Reduction;
import org.objectweb.asm.Opcodes;

/** Writes the body of an innermost loop: one element at a time, or a vector of them. */
abstract class Lanes implements Opcodes {
  final MethodWriter code;

  Lanes(MethodWriter code) {
    this.code = code;
  }

  /** Loads the element at the index in a local variable; gives the local variable that holds it. */
  abstract int load(DataType type, int arrayLocal, int indexLocal);

  /** Makes a value from a number in a local variable that is the same for all elements. */
  abstract int spread(DataType type, int scalarLocal);

  /** A number. */
  abstract int literal(DataType type, double number);

  /** An element-wise operation; operand types are given by the first operand but for selections. */
  abstract int compute(Nest.Compute value, DataType operandType, int... operands);

  /** Stores a value at an index. */
  abstract void store(DataType type, int value, int arrayLocal, int indexLocal);

  /** Combines a value into an array of sums at an index. */
  abstract void fold(Reduction kind, DataType type, int value, int roomLocal, int indexLocal);

  static int loadOpcode(DataType type) {
    return switch (type) {
      case FLOAT32 -> FLOAD;
      case FLOAT64 -> DLOAD;
      case INT32, BOOL -> ILOAD;
    };
  }

  static int storeOpcode(DataType type) {
    return switch (type) {
      case FLOAT32 -> FSTORE;
      case FLOAT64 -> DSTORE;
      case INT32, BOOL -> ISTORE;
    };
  }

  static int elementLoadOpcode(DataType type) {
    return switch (type) {
      case FLOAT32 -> FALOAD;
      case FLOAT64 -> DALOAD;
      case INT32 -> IALOAD;
      case BOOL -> BALOAD;
    };
  }

  static int elementStoreOpcode(DataType type) {
    return switch (type) {
      case FLOAT32 -> FASTORE;
      case FLOAT64 -> DASTORE;
      case INT32 -> IASTORE;
      case BOOL -> BASTORE;
    };
  }

  static String letter(DataType type) {
    return switch (type) {
      case FLOAT32 -> "F";
      case FLOAT64 -> "D";
      case INT32 -> "I";
      case BOOL -> "Z";
    };
  }
}
