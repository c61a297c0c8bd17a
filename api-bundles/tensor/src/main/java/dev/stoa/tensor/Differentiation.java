package dev.stoa.tensor;

import java.util.List;

/** Reverse-mode differentiation of the nodes of a tracer. */
final class Differentiation {
  private final Tracer tracer;

  Differentiation(Tracer tracer) {
    this.tracer = tracer;
  }

  List<Tensor> pullBack(Tensor value, Tensor cotangent, Tensor... withRespectTo) {
    throw tracer.fault("differentiation of " + value.type() + " by " + cotangent.type());
  }
}
