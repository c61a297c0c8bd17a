package dev.stoa.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class UserExceptionTest {
  @Test
  void aLineNamesMistakePlaceAndRemedy() {
    assertEquals(
        "wrong (run.yaml:3). Do this", new UserException("wrong", "run.yaml:3", "Do this").line());
    assertEquals("wrong", new UserException("wrong", "", "").line());
  }

  @Test
  void anUnknownNameIsAnsweredWithTheThreeNearest() {
    // Edit distances to "learnigRate": learningRate 1, clipRange 6 or more, all others larger.
    UserException unknown =
        UserException.unknown(
            "key of algorithm ppo",
            "learnigRate",
            List.of("epochs", "clipRange", "learningRate", "gaeLambda", "discount"),
            "--set");
    assertEquals("unknown key of algorithm ppo 'learnigRate'", unknown.getMessage());
    assertEquals("--set", unknown.place());
    assertEquals(
        3, unknown.remedy().substring("Nearest: ".length()).split(", ").length, unknown.remedy());
    assertEquals("Nearest: learningRate", unknown.remedy().split(", ")[0]);
  }

  @Test
  void fewNamesAreAllShown() {
    assertEquals(
        "Known: ppo", UserException.unknown("algorithm", "pqo", List.of("ppo"), "").remedy());
    assertEquals("There is none", UserException.unknown("algorithm", "x", List.of(), "").remedy());
  }
}
