package dev.stoa.state;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A second reader of safetensors, from the published format alone and sharing no line with {@link
 * Safetensors}: name to dtype, shape and raw little-endian bytes.
 */
final class PublishedFormat {
  /** One entry as it stands in the file. */
  record Raw(String dtype, String shape, byte[] bytes) {
    ByteBuffer buffer() {
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private PublishedFormat() {}

  static Map<String, Raw> read(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    int header = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String text = new String(all, 8, header, StandardCharsets.UTF_8);
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    Map<String, Raw> entries = new LinkedHashMap<>();
    for (String name : json.keySet()) {
      JsonObject entry = json.getAsJsonObject(name);
      JsonArray offsets = entry.getAsJsonArray("data_offsets");
      int data = 8 + header;
      entries.put(
          name,
          new Raw(
              entry.get("dtype").getAsString(),
              entry.get("shape").toString(),
              Arrays.copyOfRange(
                  all, data + offsets.get(0).getAsInt(), data + offsets.get(1).getAsInt())));
    }
    return entries;
  }
}
