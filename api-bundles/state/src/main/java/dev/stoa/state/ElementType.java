package dev.stoa.state;

/** Element types of stored arrays; the names are those of the safetensors format. */
public enum ElementType {
  /** One byte per element, 0 or 1. Host type {@code boolean[]}. */
  BOOL(1, boolean.class),
  /** Unsigned bytes. Host type {@code byte[]}. */
  U8(1, byte.class),
  /** Signed 32-bit integers. Host type {@code int[]}. */
  I32(4, int.class),
  /** Signed 64-bit integers. Host type {@code long[]}. */
  I64(8, long.class),
  /** IEEE 754 single precision. Host type {@code float[]}. */
  F32(4, float.class),
  /** IEEE 754 double precision. Host type {@code double[]}. */
  F64(8, double.class);

  private final int bytes;
  private final Class<?> component;

  ElementType(int bytes, Class<?> component) {
    this.bytes = bytes;
    this.component = component;
  }

  /** Bytes of one stored element. */
  public int bytes() {
    return bytes;
  }

  /** The primitive class of one element on the host. */
  public Class<?> component() {
    return component;
  }

  /**
   * The element type of a primitive Java array.
   *
   * @throws IllegalArgumentException when the class is none of the six host types
   */
  public static ElementType of(Class<?> component) {
    for (ElementType type : values()) {
      if (type.component == component) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "no stored element type for "
            + component.getName()
            + "; use boolean, byte, int, long,"
            + " float or double");
  }
}
