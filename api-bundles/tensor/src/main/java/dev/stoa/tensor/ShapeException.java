package dev.stoa.tensor;

/** Tensors that do not fit together; the message names shapes, types and the call site. */
public class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With a message. */
  public ShapeException(String message) {
    super(message);
  }
}
