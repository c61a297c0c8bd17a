package dev.stoa.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {
  @TempDir Path folder;

  /**
   * The file of {a: F32 [1,2] = {1.0, -2.0}, b: BOOL [3] = {true, false, true}}, put together by
   * hand from the published format. The header text has 111 characters, so one space fills it up to
   * 112 = 0x70. 1.0f = 0x3F800000, -2.0f = 0xC0000000.
   */
  @Test
  void aFileIsByteForByteWhatThePublishedFormatSays() throws IOException {
    String header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[8,11]}} ";
    ByteArrayOutputStream golden = new ByteArrayOutputStream();
    golden.write(new byte[] {0x70, 0, 0, 0, 0, 0, 0, 0});
    golden.write(header.getBytes(StandardCharsets.US_ASCII));
    golden.write(new byte[] {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, (byte) 0xC0, 1, 0, 1});

    Path file = folder.resolve("golden.safetensors");
    Safetensors.write(
        file,
        Map.of(
            "b", StoredArray.of(new boolean[] {true, false, true}),
            "a", StoredArray.of(new float[] {1f, -2f}, 1, 2)));

    assertArrayEquals(golden.toByteArray(), Files.readAllBytes(file));
  }

  @Test
  void theDataStartAtAMultipleOfEightWhateverTheLengthOfTheNames() throws IOException {
    for (int length = 1; length <= 9; length++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Safetensors.write(out, Map.of("n".repeat(length), StoredArray.of(new byte[] {7})));
      byte[] bytes = out.toByteArray();
      long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
      assertEquals(0, header % 8);
      assertEquals(8 + header + 1, bytes.length);
      assertEquals('{', bytes[8]);
    }
  }

  @Test
  void everyArrayIsAlignedToItsElementsAlthoughNamesAreSortedInTheHeader() throws IOException {
    Map<String, StoredArray> arrays = new TreeMap<>();
    arrays.put("a", StoredArray.of(new byte[] {1, 2, 3}));
    arrays.put("b", StoredArray.of(new int[] {4}));
    arrays.put("c", StoredArray.of(new double[] {5}));
    Path file = folder.resolve("mixed.safetensors");
    Safetensors.write(file, arrays);

    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertTrue(text.indexOf("\"a\"") < text.indexOf("\"b\""));
    assertTrue(text.indexOf("\"b\"") < text.indexOf("\"c\""));
    // Eight-byte elements first, then four, then one: [0,8), [8,12), [12,15).
    assertTrue(text.contains("\"c\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}"));
    assertTrue(text.contains("\"b\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[8,12]}"));
    assertTrue(text.contains("\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[12,15]}"));
    assertEquals(arrays, Safetensors.read(file));
  }

  @Test
  void everyTypeComesBackWithTheBitsItHad() throws IOException {
    Map<String, StoredArray> arrays = TestStates.everyType();
    Path file = folder.resolve("types.safetensors");
    Safetensors.write(file, arrays);

    Map<String, StoredArray> back = Safetensors.read(file);
    assertEquals(arrays, back);
    // A quiet NaN with payload 0x123: equality alone might not see the payload.
    assertEquals(0x7FC00123, Float.floatToRawIntBits(back.get("float").floats()[0]));
    assertEquals(0x8000000000000000L, Double.doubleToRawLongBits(back.get("double").doubles()[1]));
    assertArrayEquals(new int[] {0, 3}, back.get("empty").shape());
    assertArrayEquals(new int[0], back.get("scalar").shape());
  }

  @Test
  void aSecondReaderMadeFromThePublishedFormatSeesTheSameNumbers() throws IOException {
    Path file = folder.resolve("types.safetensors");
    Safetensors.write(file, TestStates.everyType());

    Map<String, PublishedFormat.Raw> raw = PublishedFormat.read(file);
    assertEquals(List.copyOf(TestStates.everyType().keySet()), List.copyOf(raw.keySet()));
    assertArrayEquals(new byte[] {1, 0}, raw.get("bool").bytes());
    assertArrayEquals(new byte[] {-128, 0, 127}, raw.get("byte").bytes());
    assertEquals(Integer.MIN_VALUE, raw.get("int").buffer().getInt(0));
    assertEquals("[2,1]", raw.get("int").shape());
    assertEquals(Long.MAX_VALUE, raw.get("long").buffer().getLong(0));
    assertEquals(0x7FC00123, raw.get("float").buffer().getInt(0));
    assertEquals(Double.MIN_VALUE, raw.get("double").buffer().getDouble(0));
    assertEquals("[]", raw.get("scalar").shape());
    assertEquals("[0,3]", raw.get("empty").shape());
    assertEquals("F32", raw.get("empty").dtype());
  }

  @Test
  void arraysLargerThanTheInternalBufferComeBackWhole() throws IOException {
    // 100,003 elements of 8, 4 and 1 bytes: none is a multiple of the 65,536-byte buffer.
    long[] longs = new long[100_003];
    float[] floats = new float[100_003];
    boolean[] flags = new boolean[100_003];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = 0x9E3779B97F4A7C15L * i;
      floats[i] = i * 0.5f;
      flags[i] = i % 3 == 0;
    }
    Map<String, StoredArray> arrays =
        Map.of(
            "longs", StoredArray.of(longs),
            "floats", StoredArray.of(floats),
            "flags", StoredArray.of(flags));
    Path file = folder.resolve("large.safetensors");
    Safetensors.write(file, arrays);
    assertEquals(arrays, Safetensors.read(file));
  }

  @Test
  void aFileWithoutArraysIsAnEmptyHeader() throws IOException {
    Path file = folder.resolve("none.safetensors");
    Safetensors.write(file, Map.of());
    assertArrayEquals(file("{}      ", new byte[0]), Files.readAllBytes(file));
    assertEquals(Map.of(), Safetensors.read(file));
  }

  @Test
  void filesOfOtherWritersWithMetadataAndAnyKeyOrderAreRead() throws IOException {
    Path file = folder.resolve("foreign.safetensors");
    Files.write(
        file,
        file(
            "{\"__metadata__\":{\"format\":\"pt\"},\"z\":{\"shape\":[1],\"data_offsets\":[0,1],"
                + "\"dtype\":\"U8\"}, \"a\":{\"dtype\":\"U8\",\"shape\":[],"
                + "\"data_offsets\":[1,2]}}",
            new byte[] {5, 6}));
    Map<String, StoredArray> arrays = Safetensors.read(file);
    assertArrayEquals(new byte[] {5}, arrays.get("z").bytes());
    assertArrayEquals(new byte[] {6}, arrays.get("a").bytes());
    assertEquals(2, arrays.size());
  }

  @Test
  void theReservedNameIsRefused() {
    StateException e =
        assertThrows(
            StateException.class,
            () ->
                Safetensors.write(
                    folder.resolve("x"), Map.of("__metadata__", StoredArray.scalar(1))));
    assertTrue(e.getMessage().contains("reserved"), e.getMessage());
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void aMalformedFileIsNamedWithWhatIsWrong(String header, int dataBytes, String expected)
      throws IOException {
    Path file = folder.resolve("bad.safetensors");
    Files.write(file, file(header, new byte[dataBytes]));
    StateException e = assertThrows(StateException.class, () -> Safetensors.read(file));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of(entry("F32", "[2]", 0, 4), 4, "needs 8 bytes"),
        Arguments.of(entry("F32", "[1]", 0, 4), 3, "describes 4 bytes of data, the file has 3"),
        Arguments.of(entry("F32", "[1]", 0, 4), 5, "describes 4 bytes of data, the file has 5"),
        Arguments.of(entry("F32", "[1]", 4, 8), 8, "begin at 4 instead of 0"),
        Arguments.of(entry("BF16", "[1]", 0, 2), 2, "'BF16'"),
        Arguments.of(entry("U8", "[-1]", 0, 1), 1, "extent of -1"),
        Arguments.of(entry("F64", "[2147483647,2147483647,9]", 0, 8), 8, "too large"),
        Arguments.of(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                + "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
            1,
            "occurs twice"),
        Arguments.of("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "two data_offsets"),
        Arguments.of("{\"a\":[1]}", 1, "cannot read"),
        Arguments.of("not json", 0, "cannot read"));
  }

  @Test
  void aByteThatIsNoTruthValueIsRefused() throws IOException {
    Path file = folder.resolve("bool.safetensors");
    Files.write(file, file(entry("BOOL", "[1]", 0, 1), new byte[] {2}));
    StateException e = assertThrows(StateException.class, () -> Safetensors.read(file));
    assertTrue(e.getMessage().contains("the byte 2 where 0 or 1"), e.getMessage());
  }

  @Test
  void aHeaderLengthBeyondTheFileIsRefusedBeforeMemoryIsTaken() throws IOException {
    Path file = folder.resolve("length.safetensors");
    byte[] bytes = file("{}", new byte[0]);
    bytes[4] = 1;
    Files.write(file, bytes);
    StateException e = assertThrows(StateException.class, () -> Safetensors.read(file));
    // 2 + 2^32
    assertTrue(e.getMessage().contains("header length 4294967298"), e.getMessage());
  }

  private static String entry(String dtype, String shape, int begin, int end) {
    return "{\"a\":{\"dtype\":\""
        + dtype
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":["
        + begin
        + ","
        + end
        + "]}}";
  }

  private static byte[] file(String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }
}
