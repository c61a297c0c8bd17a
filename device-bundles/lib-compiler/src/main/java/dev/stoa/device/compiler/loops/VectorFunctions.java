package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation.Unary;
import dev.stoa.tensor.math.Elementary;
import dev.stoa.tensor.math.Special;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The elementary functions on vectors. Each is stated once, as a host method on one element; its
 * byte code is read and every operation of it done on vectors instead, so that every element has
 * the host's bits.
 */
final class VectorFunctions {
  private static final String ELEMENTARY = Type.getInternalName(Elementary.class);
  private static final String SPECIAL = Type.getInternalName(Special.class);
  private static final String SUPPORT = Type.getInternalName(Support.class);

  private VectorFunctions() {}

  /** Class files, read when the first function is written: that is after the first run. */
  private static final class Host {
    /** By name. */
    private static final Map<String, byte[]> FILES =
        Map.of(
            ELEMENTARY, read(Elementary.class),
            SPECIAL, read(Special.class),
            SUPPORT, read(Support.class));

    private static byte[] read(Class<?> type) {
      String file = type.getSimpleName() + ".class";
      try (InputStream in = type.getResourceAsStream(file)) {
        if (in == null) {
          throw new IllegalStateException("no " + file + " beside " + type);
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Whether a function is among these. */
  static boolean has(Unary operation, DataType type) {
    return switch (operation) {
      case EXP, LOG, TANH, SIN, COS, RSQRT, EXPM1, LOG1P, ERF, FLOOR -> type == DataType.FLOAT32;
      case SIGN -> type != DataType.BOOL;
      case NEG, ABS, SQRT, LGAMMA, DIGAMMA, IS_FINITE, NOT -> false;
    };
  }

  /**
   * Writes a function.
   *
   * @param lanes that write operations
   * @param x local variable of the argument
   * @return local variable of the result
   */
  static int write(VectorLanes lanes, Unary operation, DataType type, int x) {
    String owner =
        switch (operation) {
          case EXP, LOG, TANH, SIN, COS -> ELEMENTARY;
          case RSQRT, EXPM1, LOG1P, ERF -> SPECIAL;
          default -> SUPPORT;
        };
    String name = operation.name().toLowerCase(java.util.Locale.ROOT);
    String letter = Lanes.letter(type);
    HostValue argument = HostValue.vector(type, x);
    return call(lanes, owner, name, "(" + letter + ")" + letter, argument).local();
  }

  /** Whether a method is one of the host's that are read here. */
  static boolean knows(String owner) {
    return Host.FILES.containsKey(owner);
  }

  /** Repeats a host method; gives its result. */
  static HostValue call(
      VectorLanes lanes, String owner, String name, String descriptor, HostValue... arguments) {
    HostMethod body = new HostMethod(lanes, name, arguments);
    new ClassReader(Host.FILES.get(owner))
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String method, String types, String generic, String[] thrown) {
                return method.equals(name) && types.equals(descriptor) ? body : null;
              }
            },
            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return body.result();
  }
}
