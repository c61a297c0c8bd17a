package dev.stoa.state;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The structure of a state as JSON: everything but the elements of its arrays.
 *
 * <p>A node is {@code {"schema": {"name", "version"}, "policy": [names], "arrays": [names of the
 * others], "scalars": {name: {kind: value}}, "children": {name: node}}}. The kind of a scalar
 * ({@code integer}, {@code real}, {@code flag}, {@code text}) keeps 1 and 1.0 apart. An array's key
 * in a file is the path of its node and its name, joined by {@code /}.
 */
final class StateJson {
  /** The format written here; files of a greater one are refused. */
  static final int FORMAT = 1;

  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().setStrictness(Strictness.STRICT).create();

  private static final Gson PLAIN =
      new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE).create();

  private StateJson() {}

  /** The arrays of a whole tree by path: those of the policy and all others. */
  record Arrays(SortedMap<String, StoredArray> policy, SortedMap<String, StoredArray> others) {
    Arrays() {
      this(new TreeMap<>(), new TreeMap<>());
    }
  }

  /**
   * Collects all arrays of a state and of its children.
   *
   * @throws StateException when an array of a node and one of its child have the same path
   */
  static Arrays arrays(State state) {
    Arrays arrays = new Arrays();
    collect("", state, arrays);
    return arrays;
  }

  private static void collect(String prefix, State state, Arrays into) {
    state
        .arrays()
        .forEach(
            (name, array) -> {
              String key = prefix + name;
              if (into.policy().containsKey(key) || into.others().containsKey(key)) {
                throw new StateException(
                    "two arrays of the state have the path '"
                        + key
                        + "': an array's name may not begin with the name of a child that has the"
                        + " rest of it");
              }
              (state.policyNames().contains(name) ? into.policy() : into.others()).put(key, array);
            });
    state.children().forEach((name, child) -> collect(prefix + name + "/", child, into));
  }

  /** The structure as UTF-8; equal states give equal bytes on every Java version. */
  static byte[] encode(State state) {
    JsonObject root = new JsonObject();
    root.addProperty("format", FORMAT);
    root.add("state", node(state));
    return bytes(root);
  }

  /** A JSON value as one UTF-8 line. */
  static byte[] bytes(JsonElement json) {
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(GSON.toJson(json) + "\n"));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new StateException("a text of the state is no valid Unicode: unpaired surrogate", e);
    }
  }

  private static JsonObject node(State state) {
    JsonObject schema = new JsonObject();
    schema.addProperty("name", state.schema().name());
    schema.addProperty("version", state.schema().version());
    List<String> others = new ArrayList<>(state.arrays().keySet());
    others.removeAll(state.policyNames());
    JsonObject scalars = new JsonObject();
    state.scalars().forEach((name, value) -> scalars.add(name, scalar(value)));
    JsonObject children = new JsonObject();
    state.children().forEach((name, child) -> children.add(name, node(child)));

    JsonObject node = new JsonObject();
    node.add("schema", schema);
    node.add("policy", names(state.policyNames()));
    node.add("arrays", names(others));
    node.add("scalars", scalars);
    node.add("children", children);
    return node;
  }

  private static JsonArray names(Collection<String> names) {
    JsonArray array = new JsonArray();
    names.forEach(array::add);
    return array;
  }

  private static JsonObject scalar(Object value) {
    JsonObject scalar = new JsonObject();
    if (value instanceof Long number) {
      scalar.addProperty("integer", number);
    } else if (value instanceof Double number) {
      scalar.add("real", real(number));
    } else if (value instanceof Boolean flag) {
      scalar.addProperty("flag", flag);
    } else {
      scalar.addProperty("text", (String) value);
    }
    return scalar;
  }

  /**
   * A number with as few digits as give the same double back; as text where JSON has no number for
   * it. Double.toString is avoided because its digits differ between Java versions.
   */
  static JsonPrimitive real(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      return value == 0 && 1 / value > 0
          ? new JsonPrimitive(0)
          : new JsonPrimitive(Double.toString(value));
    }
    BigDecimal exact = new BigDecimal(value);
    BigDecimal rounded = exact;
    for (int digits = 1; digits <= 17; digits++) {
      rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (Double.parseDouble(rounded.toString()) == value) {
        break;
      }
    }
    return new JsonPrimitive(rounded);
  }

  /** Parses UTF-8 JSON whose top is an object. */
  static JsonObject parse(byte[] json) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      JsonElement root = GSON.fromJson(text, JsonElement.class);
      if (root == null || !root.isJsonObject()) {
        throw new StateException("is no JSON object");
      }
      return root.getAsJsonObject();
    } catch (CharacterCodingException | JsonParseException e) {
      throw new StateException("is no valid JSON: " + e.getMessage(), e);
    }
  }

  /**
   * Builds the state again.
   *
   * @throws StateException when structure and arrays do not belong together
   */
  static State decode(JsonObject root, Arrays arrays) {
    Arrays rest = new Arrays(new TreeMap<>(arrays.policy()), new TreeMap<>(arrays.others()));
    State state;
    try {
      state = state("", required(root, "state").getAsJsonObject(), rest);
    } catch (IllegalStateException
        | UnsupportedOperationException
        | ClassCastException
        | IllegalArgumentException e) {
      throw new StateException("is malformed: " + e.getMessage(), e);
    }
    if (!rest.policy().isEmpty() || !rest.others().isEmpty()) {
      throw new StateException(
          "does not know the arrays " + rest.policy().keySet() + rest.others().keySet());
    }
    return state;
  }

  private static State state(String prefix, JsonObject node, Arrays rest) {
    JsonObject schema = required(node, "schema").getAsJsonObject();
    State.Builder builder =
        State.of(required(schema, "name").getAsString(), required(schema, "version").getAsInt());
    for (JsonElement name : required(node, "policy").getAsJsonArray()) {
      builder.policy(name.getAsString(), take(rest.policy(), prefix + name.getAsString()));
    }
    for (JsonElement name : required(node, "arrays").getAsJsonArray()) {
      builder.array(name.getAsString(), take(rest.others(), prefix + name.getAsString()));
    }
    for (Map.Entry<String, JsonElement> entry :
        required(node, "scalars").getAsJsonObject().entrySet()) {
      addScalar(builder, entry.getKey(), entry.getValue().getAsJsonObject());
    }
    for (Map.Entry<String, JsonElement> entry :
        required(node, "children").getAsJsonObject().entrySet()) {
      builder.child(
          entry.getKey(),
          state(prefix + entry.getKey() + "/", entry.getValue().getAsJsonObject(), rest));
    }
    return builder.build();
  }

  private static void addScalar(State.Builder builder, String name, JsonObject scalar) {
    String kind = scalar.keySet().stream().findFirst().orElse("");
    switch (kind) {
      case "integer" -> builder.integer(name, Long.parseLong(scalar.get(kind).getAsString()));
      case "real" -> builder.real(name, Double.parseDouble(scalar.get(kind).getAsString()));
      case "flag" -> builder.flag(name, scalar.get(kind).getAsBoolean());
      case "text" -> builder.text(name, scalar.get(kind).getAsString());
      default -> throw new StateException("has the scalar '" + name + "' of kind '" + kind + "'");
    }
  }

  private static StoredArray take(SortedMap<String, StoredArray> arrays, String path) {
    StoredArray array = arrays.remove(path);
    if (array == null) {
      throw new StateException("names the array '" + path + "', which its file does not have");
    }
    return array;
  }

  /** A member that is a map, with whole numbers as {@code Long} and others as {@code Double}. */
  static Map<String, Object> map(JsonObject object, String key) {
    return PLAIN.fromJson(
        required(object, key).getAsJsonObject(), new TypeToken<Map<String, Object>>() {});
  }

  /** A member of an object. */
  static JsonElement required(JsonObject object, String key) {
    JsonElement value = object.get(key);
    if (value == null) {
      throw new StateException("lacks the key '" + key + "'");
    }
    return value;
  }
}
