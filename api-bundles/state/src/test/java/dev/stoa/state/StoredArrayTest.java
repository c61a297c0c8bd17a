package dev.stoa.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class StoredArrayTest {
  @Test
  void equalityIsThatOfBits() {
    StoredArray quiet = StoredArray.of(new float[] {Float.intBitsToFloat(0x7FC00000)});
    StoredArray payload = StoredArray.of(new float[] {Float.intBitsToFloat(0x7FC00001)});
    assertEquals(quiet, StoredArray.of(new float[] {Float.intBitsToFloat(0x7FC00000)}));
    assertNotEquals(quiet, payload);
    assertNotEquals(StoredArray.of(new double[] {0.0}), StoredArray.of(new double[] {-0.0}));
    assertNotEquals(StoredArray.of(new int[2], 1, 2), StoredArray.of(new int[2], 2, 1));
    assertEquals(StoredArray.of(new long[] {1}), StoredArray.of(new long[] {1}));
  }

  @Test
  void contentsAreCopiedInAndOut() {
    int[] mine = {1, 2};
    StoredArray array = StoredArray.of(mine);
    mine[0] = 9;
    array.ints()[1] = 9;
    array.shape()[0] = 9;
    assertEquals(StoredArray.of(new int[] {1, 2}), array);
  }

  @Test
  void aShapeOfAnotherSizeAndAWrongTypeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> StoredArray.of(new int[3], 2, 2));
    assertThrows(StateException.class, () -> StoredArray.of(new int[3]).floats());
  }
}
