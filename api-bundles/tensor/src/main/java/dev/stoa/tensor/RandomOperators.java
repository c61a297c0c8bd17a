package dev.stoa.tensor;

import dev.stoa.tensor.math.Elementary;
import java.util.Arrays;

/** What the calls for random numbers mean. */
final class RandomOperators {
  private final Tracer tracer;

  RandomOperators(Tracer tracer) {
    this.tracer = tracer;
  }

  Tensor bits(Tensor key, Tensor counter, int purpose, Shape shape) {
    TensorType pair = TensorType.of(DataType.INT32, 2);
    if (!key.type().equals(pair) || !counter.type().equals(pair)) {
      throw tracer.fault(
          "key and counter must be " + pair + ", not " + key.type() + ", " + counter.type());
    }
    return tracer.add(
        new Operation.RandomBits(shape, purpose),
        new TensorType(DataType.INT32, shape),
        key,
        counter);
  }

  Tensor uniform(Tensor key, Tensor counter, int purpose, Shape shape) {
    Tensor bits = bits(key, counter, purpose, shape);
    // The closed set has no shifts: 23 bits are the floor of the unsigned value over 512.
    Tensor signed = bits.convert(DataType.FLOAT64);
    Tensor unsigned = signed.lt(0).select(signed.add(0x1p32), signed);
    return unsigned.mul(0x1p-9).floor().add(0.5).mul(0x1p-23).convert(DataType.FLOAT32);
  }

  Tensor normal(Tensor key, Tensor counter, int purpose, Shape shape) {
    int[] extents = Arrays.copyOf(shape.extents(), shape.rank() + 1);
    extents[shape.rank()] = 2;
    Shape two = shape.isBounded() ? shape.like(extents) : Shape.of(shape.size(), 2);
    Tensor pairs = uniform(key, counter, purpose, two);
    Tensor radius = pairs.slice(-1, 0, 1).log().mul(-2).sqrt();
    Tensor angle = pairs.slice(-1, 1, 2).mul(Elementary.TWO_PI);
    return radius.mul(angle.cos()).reshape(shape.extents());
  }
}
