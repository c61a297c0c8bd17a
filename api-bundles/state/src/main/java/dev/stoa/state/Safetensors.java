package dev.stoa.state;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads and writes the safetensors format, as published with the library of that name: eight bytes
 * little-endian header length, a JSON header of {@code dtype}, {@code shape} and {@code
 * data_offsets} for every name, then the little-endian elements without a hole.
 *
 * <p>What is written depends on names and contents alone: header keys sorted, no metadata, the
 * header padded with spaces so that the data start at a multiple of eight. In the data, wider
 * elements come first and names decide among equals, so that every array is aligned for readers
 * that map the file.
 *
 * <p>Reading accepts files of other writers ({@code __metadata__} is passed over) as long as every
 * element type is one of {@link ElementType}. No method goes through an interruptible channel.
 */
public final class Safetensors {
  /** The limit of the published format. */
  private static final int MAX_HEADER = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final int CHUNK = 1 << 16;

  private Safetensors() {}

  /** Place of one array in the data section. */
  private record Entry(String name, ElementType type, int[] shape, long begin, long end) {}

  /**
   * Writes named arrays to a file and forces it to disk; an existing file is overwritten in place.
   *
   * @throws StateException naming the file, when it cannot be written
   */
  public static void write(Path file, Map<String, StoredArray> arrays) {
    try {
      StableStorage.DISK.write(file, out -> write(out, arrays));
    } catch (IOException e) {
      throw new StateException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes named arrays to a stream, which stays open.
   *
   * @throws StateException when a name is reserved by the format
   * @throws IOException when the stream fails
   */
  static void write(OutputStream out, Map<String, StoredArray> arrays) throws IOException {
    SortedMap<String, Entry> entries = layOut(arrays);
    byte[] header = header(entries);
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .array());
    out.write(header);
    for (Entry entry : inDataOrder(entries)) {
      writeElements(out, arrays.get(entry.name()));
    }
  }

  private static SortedMap<String, Entry> layOut(Map<String, StoredArray> arrays) {
    List<String> order = new ArrayList<>(arrays.keySet());
    order.sort(
        Comparator.comparingInt((String name) -> -arrays.get(name).type().bytes())
            .thenComparing(Comparator.naturalOrder()));
    SortedMap<String, Entry> entries = new TreeMap<>();
    long position = 0;
    for (String name : order) {
      if (name.equals(METADATA)) {
        throw new StateException(
            "the name '" + METADATA + "' is reserved by the safetensors format; rename the array");
      }
      StoredArray array = arrays.get(name);
      long end = position + (long) array.size() * array.type().bytes();
      entries.put(name, new Entry(name, array.type(), array.shape(), position, end));
      position = end;
    }
    return entries;
  }

  private static List<Entry> inDataOrder(SortedMap<String, Entry> entries) {
    List<Entry> order = new ArrayList<>(entries.values());
    // Empty arrays share a position with the array after them; by their end they come first.
    order.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return order;
  }

  private static byte[] header(SortedMap<String, Entry> entries) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setHtmlSafe(false);
      json.beginObject();
      for (Entry entry : entries.values()) {
        json.name(entry.name()).beginObject();
        json.name("dtype").value(entry.type().name());
        json.name("shape").beginArray();
        for (int extent : entry.shape()) {
          json.value(extent);
        }
        json.endArray();
        json.name("data_offsets").beginArray().value(entry.begin()).value(entry.end()).endArray();
        json.endObject();
      }
      json.endObject();
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (bytes.length + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    byte[] header = Arrays.copyOf(bytes, padded);
    Arrays.fill(header, bytes.length, padded, (byte) ' ');
    return header;
  }

  private static void writeElements(OutputStream out, StoredArray array) throws IOException {
    int perChunk = CHUNK / array.type().bytes();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < array.size(); from += perChunk) {
      int count = Math.min(perChunk, array.size() - from);
      encode(array, from, count, chunk);
      out.write(chunk.array(), 0, count * array.type().bytes());
    }
  }

  private static void encode(StoredArray array, int from, int count, ByteBuffer chunk) {
    Object data = array.data();
    switch (array.type()) {
      case U8 -> chunk.put(0, (byte[]) data, from, count);
      case I32 -> chunk.asIntBuffer().put((int[]) data, from, count);
      case I64 -> chunk.asLongBuffer().put((long[]) data, from, count);
      case F32 -> chunk.asFloatBuffer().put((float[]) data, from, count);
      case F64 -> chunk.asDoubleBuffer().put((double[]) data, from, count);
      case BOOL -> {
        boolean[] flags = (boolean[]) data;
        for (int i = 0; i < count; i++) {
          chunk.put(i, (byte) (flags[from + i] ? 1 : 0));
        }
      }
    }
  }

  /**
   * Reads all arrays of a file.
   *
   * @throws StateException naming the file, when it is missing, truncated, malformed or has
   *     elements of another type than those of {@link ElementType}
   */
  public static SortedMap<String, StoredArray> read(Path file) {
    try (InputStream in = new BufferedInputStream(new FileInputStream(file.toFile()), CHUNK)) {
      return read(in, file.toFile().length());
    } catch (EOFException e) {
      throw new StateException(file + " is truncated: it ends within its data", e);
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw new StateException("cannot read " + file + ": " + e.getMessage(), e);
    } catch (StateException e) {
      throw new StateException(file + " is no valid safetensors file: " + e.getMessage(), e);
    }
  }

  private static SortedMap<String, StoredArray> read(InputStream stream, long size)
      throws IOException {
    DataInputStream in = new DataInputStream(stream);
    long headerLength = Long.reverseBytes(in.readLong());
    if (headerLength < 0 || headerLength > MAX_HEADER || headerLength > size - Long.BYTES) {
      throw new StateException(
          "the header length " + headerLength + " does not fit a file of " + size + " bytes");
    }
    byte[] header = new byte[(int) headerLength];
    in.readFully(header);
    SortedMap<String, Entry> entries = parse(new String(header, StandardCharsets.UTF_8));
    List<Entry> order = inDataOrder(entries);
    checkOffsets(order, size - Long.BYTES - headerLength);
    SortedMap<String, StoredArray> arrays = new TreeMap<>();
    for (Entry entry : order) {
      arrays.put(entry.name(), readElements(in, entry));
    }
    return Collections.unmodifiableSortedMap(arrays);
  }

  private static SortedMap<String, Entry> parse(String header) throws IOException {
    SortedMap<String, Entry> entries = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    try (JsonReader json = new JsonReader(new StringReader(header))) {
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        if (!seen.add(name)) {
          throw new StateException("the name '" + name + "' occurs twice in the header");
        }
        if (name.equals(METADATA)) {
          json.skipValue();
        } else {
          entries.put(name, parseEntry(name, json));
        }
      }
      json.endObject();
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw new StateException("the header goes on after its last brace");
      }
    }
    return entries;
  }

  private static Entry parseEntry(String name, JsonReader json) throws IOException {
    String dtype = "";
    List<Long> shape = List.of();
    List<Long> offsets = List.of();
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "dtype" -> dtype = json.nextString();
        case "shape" -> shape = numbers(json);
        case "data_offsets" -> offsets = numbers(json);
        default -> throw new StateException("'" + name + "' has a key that the format lacks");
      }
    }
    json.endObject();
    if (offsets.size() != 2) {
      throw new StateException("'" + name + "' needs two data_offsets");
    }
    ElementType type = type(name, dtype);
    long bytes = type.bytes();
    int[] extents = new int[shape.size()];
    for (int i = 0; i < extents.length; i++) {
      long extent = shape.get(i);
      if (extent < 0 || extent > Integer.MAX_VALUE) {
        throw new StateException("'" + name + "' has an extent of " + extent);
      }
      extents[i] = (int) extent;
      bytes = Math.multiplyHigh(bytes, extent) == 0 ? bytes * extent : -1;
      if (bytes < 0) {
        throw new StateException("'" + name + "' has the shape " + shape + ", which is too large");
      }
    }
    if (offsets.get(1) - offsets.get(0) != bytes) {
      throw new StateException(
          "'"
              + name
              + "' of type "
              + dtype
              + " and shape "
              + shape
              + " needs "
              + bytes
              + " bytes, its data_offsets are "
              + offsets);
    }
    if (bytes / type.bytes() > Integer.MAX_VALUE - 8) {
      throw new StateException("'" + name + "' has more elements than a Java array can hold");
    }
    return new Entry(name, type, extents, offsets.get(0), offsets.get(1));
  }

  private static List<Long> numbers(JsonReader json) throws IOException {
    List<Long> numbers = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      numbers.add(json.nextLong());
    }
    json.endArray();
    return numbers;
  }

  private static ElementType type(String name, String dtype) {
    for (ElementType type : ElementType.values()) {
      if (type.name().equals(dtype)) {
        return type;
      }
    }
    throw new StateException(
        "'"
            + name
            + "' has elements of type '"
            + dtype
            + "'; readable are "
            + Arrays.toString(ElementType.values()));
  }

  private static void checkOffsets(List<Entry> order, long available) {
    long position = 0;
    for (Entry entry : order) {
      if (entry.begin() != position) {
        throw new StateException(
            "the data of '"
                + entry.name()
                + "' begin at "
                + entry.begin()
                + " instead of "
                + position);
      }
      position = entry.end();
    }
    if (position != available) {
      throw new StateException(
          "the header describes " + position + " bytes of data, the file has " + available);
    }
  }

  private static StoredArray readElements(DataInputStream in, Entry entry) throws IOException {
    int width = entry.type().bytes();
    int size = (int) ((entry.end() - entry.begin()) / width);
    Object data = java.lang.reflect.Array.newInstance(entry.type().component(), size);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    int perChunk = CHUNK / width;
    for (int from = 0; from < size; from += perChunk) {
      int count = Math.min(perChunk, size - from);
      in.readFully(chunk.array(), 0, count * width);
      decode(entry, chunk, data, from, count);
    }
    return StoredArray.adopt(data, entry.shape());
  }

  private static void decode(Entry entry, ByteBuffer chunk, Object data, int from, int count) {
    switch (entry.type()) {
      case U8 -> chunk.get(0, (byte[]) data, from, count);
      case I32 -> chunk.asIntBuffer().get((int[]) data, from, count);
      case I64 -> chunk.asLongBuffer().get((long[]) data, from, count);
      case F32 -> chunk.asFloatBuffer().get((float[]) data, from, count);
      case F64 -> chunk.asDoubleBuffer().get((double[]) data, from, count);
      case BOOL -> {
        boolean[] flags = (boolean[]) data;
        for (int i = 0; i < count; i++) {
          byte value = chunk.get(i);
          if (value != 0 && value != 1) {
            throw new StateException(
                "'" + entry.name() + "' has the byte " + value + " where 0 or 1 is needed");
          }
          flags[from + i] = value == 1;
        }
      }
    }
  }
}
