package dev.stoa.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void sizeIsTheProductOfTheExtents() {
    assertEquals(24, Shape.of(2, 3, 4).size());
    assertEquals(1, Shape.SCALAR.size());
    assertEquals(0, Shape.of(2, 0, 4).size());
    assertSame(Shape.SCALAR, Shape.of());
  }

  @Test
  void stridesAreRowMajor() {
    assertArrayEquals(new int[] {12, 4, 1}, Shape.of(2, 3, 4).strides());
    assertArrayEquals(new int[0], Shape.SCALAR.strides());
  }

  @Test
  void negativeAxesCountFromTheEnd() {
    assertEquals(4, Shape.of(2, 3, 4).extent(-1));
    assertEquals(0, Shape.of(2, 3, 4).axis(-3));
    String message =
        assertThrows(ShapeException.class, () -> Shape.of(2, 3).extent(2)).getMessage();
    assertTrue(message.contains("axis 2") && message.contains("[2, 3]"), message);
  }

  @Test
  void broadcastStretchesOnesAndMissingAxes() {
    assertEquals(Shape.of(2, 3, 4), Shape.broadcast(Shape.of(2, 1, 4), Shape.of(3, 1)));
    assertEquals(Shape.of(3), Shape.broadcast(Shape.SCALAR, Shape.of(3)));
    assertEquals(Shape.of(0), Shape.broadcast(Shape.of(1), Shape.of(0)));
  }

  @Test
  void shapesThatDoNotBroadcastAreBothNamed() {
    String message =
        assertThrows(ShapeException.class, () -> Shape.broadcast(Shape.of(2, 3), Shape.of(2, 4)))
            .getMessage();
    assertTrue(message.contains("[2, 3]") && message.contains("[2, 4]"), message);
  }

  @Test
  void impossibleShapesAreRefused() {
    assertThrows(ShapeException.class, () -> Shape.of(2, -1));
    assertThrows(ShapeException.class, () -> Shape.of(1 << 16, 1 << 16));
  }

  @Test
  void shapesAreEqualByTheirExtents() {
    int[] extents = {2, 3};
    Shape shape = Shape.of(extents);
    extents[0] = 9;
    assertEquals(Shape.of(2, 3), shape);
    assertEquals(Shape.of(2, 3).hashCode(), shape.hashCode());
    assertNotEquals(Shape.of(3, 2), shape);
  }
}
