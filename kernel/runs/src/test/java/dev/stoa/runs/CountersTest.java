package dev.stoa.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.Episode;
import dev.stoa.state.State;
import org.junit.jupiter.api.Test;

class CountersTest {
  @Test
  void theMeanIsThatOfTheLastHundredEpisodes() {
    Counters counters = new Counters();
    assertTrue(Double.isNaN(counters.meanReturn));
    for (int i = 1; i <= 150; i++) {
      counters.episode(new Episode(i, 2 * i));
    }
    // The last hundred are 51 to 150: mean (51 + 150) / 2 = 100.5, lengths twice that.
    assertEquals(100.5, counters.meanReturn);
    assertEquals(201, counters.meanLength());
    assertEquals(150, counters.episodes);
  }

  @Test
  void aSavedCountGoesOnWhereItStood() {
    Counters first = new Counters();
    for (int i = 1; i <= 130; i++) {
      first.episode(new Episode(i, i));
    }
    first.steps = 999;
    first.reports = 4;
    State.Builder saved = State.of("run", 1);
    first.save(saved);
    Counters second = new Counters();
    second.restore(saved.build());
    first.episode(new Episode(1000, 1));
    second.episode(new Episode(1000, 1));
    assertEquals(first.meanReturn, second.meanReturn);
    assertEquals(999, second.steps);
    assertEquals(4, second.reports);
    assertEquals(131, second.episodes);
  }
}
