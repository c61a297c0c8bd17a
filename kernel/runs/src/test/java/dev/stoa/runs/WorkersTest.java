package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WorkersTest {
  @Test
  void everyPieceRunsOnceWhateverTheNumberOfThreads() {
    for (int threads = 1; threads <= 4; threads++) {
      try (Workers workers = new Workers("test", threads)) {
        int[] seen = new int[1000];
        workers.parallel(seen.length, i -> seen[i]++);
        int[] expected = new int[1000];
        Arrays.fill(expected, 1);
        assertArrayEquals(expected, seen);
      }
    }
  }

  @Test
  void aFailureOfAPieceIsThrownAfterAllHaveEnded() {
    try (Workers workers = new Workers("test", 3)) {
      AtomicInteger ran = new AtomicInteger();
      IllegalStateException thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  workers.parallel(
                      50,
                      i -> {
                        ran.incrementAndGet();
                        if (i == 7) {
                          throw new IllegalStateException("piece 7");
                        }
                      }));
      assertEquals("piece 7", thrown.getMessage());
      assertEquals(50, ran.get());
    }
  }

  @Test
  void anErrorOfAPieceIsThrownToo() {
    try (Workers workers = new Workers("test", 3)) {
      AtomicInteger ran = new AtomicInteger();
      assertThrows(
          AssertionError.class,
          () ->
              workers.parallel(
                  50,
                  i -> {
                    ran.incrementAndGet();
                    throw new AssertionError("piece " + i);
                  }));
      assertEquals(50, ran.get());
    }
  }

  @Test
  @Timeout(60)
  void aPieceMayRunPiecesItself() {
    try (Workers workers = new Workers("test", 3)) {
      AtomicInteger ran = new AtomicInteger();
      workers.parallel(8, i -> workers.parallel(8, j -> ran.incrementAndGet()));
      assertEquals(64, ran.get());
    }
  }
}
