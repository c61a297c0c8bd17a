package dev.stoa.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateJsonTest {
  @Test
  void theStructureIsOneSortedLineWithKindsBesideScalars() {
    State state =
        State.of("ppo", 3)
            .real("one", 1)
            .integer("count", 1)
            .array("b", new int[] {1})
            .policy("a", new float[] {1})
            .child("c", State.of("leaf", 1).flag("on", true).text("s", "x<y").build())
            .build();
    assertEquals(
        "{\"format\":1,\"state\":{\"schema\":{\"name\":\"ppo\",\"version\":3},\"policy\":[\"a\"],"
            + "\"arrays\":[\"b\"],\"scalars\":{\"count\":{\"integer\":1},\"one\":{\"real\":1}},"
            + "\"children\":{\"c\":{\"schema\":{\"name\":\"leaf\",\"version\":1},\"policy\":[],"
            + "\"arrays\":[],\"scalars\":{\"on\":{\"flag\":true},\"s\":{\"text\":\"x<y\"}},"
            + "\"children\":{}}}}}\n",
        new String(StateJson.encode(state), StandardCharsets.UTF_8));
  }

  // The shortest digits are known: 0.1 and 3e-4 are themselves; the others are the constants of
  // Double
  // as its documentation gives them (4.9e-324, 1.7976931348623157e308, 2^53 + 2).
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "3e-4, 0.0003",
    "0.002, 0.002",
    "1e23, 1E+23",
    "4.9e-324, 5E-324",
    "1.7976931348623157e308, 1.7976931348623157E+308",
    "9007199254740994, 9007199254740994",
    "0.0, 0",
    "-0.0, -0.0",
    "-1.5, -1.5"
  })
  void aRealIsWrittenWithTheFewestDigitsThatGiveItBack(double value, String digits) {
    assertEquals(digits, StateJson.real(value).getAsString());
    assertEquals(
        Double.doubleToRawLongBits(value), Double.doubleToRawLongBits(Double.parseDouble(digits)));
  }

  @Test
  void manyRealsComeBackWithTheirBits() {
    long bits = 1;
    for (int i = 0; i < 20_000; i++) {
      bits = bits * 6364136223846793005L + 1442695040888963407L;
      double value = Double.longBitsToDouble(bits);
      double back = Double.parseDouble(StateJson.real(value).getAsString());
      assertEquals(Double.doubleToLongBits(value), Double.doubleToLongBits(back));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"state\":}", "{'state':1}"})
  void whatIsNoJsonObjectIsRefused(String text) {
    assertThrows(
        StateException.class, () -> StateJson.parse(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void anArrayThatItsFileLacksIsNamed() {
    State state =
        State.of("s", 1).child("net", State.of("n", 1).policy("w", new int[1]).build()).build();
    StateException e =
        assertThrows(
            StateException.class,
            () ->
                StateJson.decode(StateJson.parse(StateJson.encode(state)), new StateJson.Arrays()));
    assertTrue(e.getMessage().contains("'net/w'"), e.getMessage());
  }

  @Test
  void anArrayThatTheStructureDoesNotNameIsNamed() {
    StateJson.Arrays arrays = new StateJson.Arrays(new TreeMap<>(), new TreeMap<>());
    arrays.others().put("stray", StoredArray.scalar(1));
    byte[] json = StateJson.encode(State.of("s", 1).build());
    StateException e =
        assertThrows(StateException.class, () -> StateJson.decode(StateJson.parse(json), arrays));
    assertTrue(e.getMessage().contains("stray"), e.getMessage());
  }

  @Test
  void twoArraysOfOnePathAreRefused() {
    State state =
        State.of("s", 1)
            .array("a/b", new int[1])
            .child("a", State.of("t", 1).policy("b", new int[1]).build())
            .build();
    StateException e = assertThrows(StateException.class, () -> StateJson.arrays(state));
    assertTrue(e.getMessage().contains("'a/b'"), e.getMessage());
  }

  @Test
  void aTextThatIsNoUnicodeIsRefusedInsteadOfChanged() {
    State state = State.of("s", 1).text("bad", "\uD800").build();
    StateException e = assertThrows(StateException.class, () -> StateJson.encode(state));
    assertTrue(e.getMessage().contains("surrogate"), e.getMessage());
  }
}
