package dev.stoa.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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

  @Test
  void theFrontOfALongerArrayIsCopied() {
    int[] mine = {1, 2, 3, 4, 5};
    StoredArray array = StoredArray.front(mine, 2, 2);
    mine[0] = 9;
    assertEquals(StoredArray.of(new int[] {1, 2, 3, 4}, 2, 2), array);
    assertEquals(StoredArray.of(new int[0], 0, 7), StoredArray.front(mine, 0, 7));
    assertThrows(IllegalArgumentException.class, () -> StoredArray.front(mine, 2, 3));
    assertThrows(IllegalArgumentException.class, () -> StoredArray.front(mine, -1, -5));
  }

  @Test
  void contentsAreCopiedToTheFrontOfAnArrayOfTheirType() {
    StoredArray array = StoredArray.of(new float[] {1, 2});
    float[] target = {7, 8, 9};
    array.copyTo(target);
    assertArrayEquals(new float[] {1, 2, 9}, target);
    assertThrows(StateException.class, () -> array.copyTo(new float[1]));
    assertThrows(StateException.class, () -> array.copyTo(new double[2]));
  }
}
