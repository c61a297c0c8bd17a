package dev.stoa.state;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that a component is, at a swap point: named arrays, named scalars and the states of
 * what it owns. Immutable, and made of {@code java.*} types and this package alone: it outlives the
 * bundle that produced it.
 *
 * <p>Names are lower camel case parts joined by {@code /}, for instance {@code actor/0/weight}; a
 * name of a child may not contain {@code /}. No clock value and no path is part of a state.
 */
public final class State {
  private final StateSchema schema;
  private final SortedMap<String, StoredArray> arrays;
  private final SortedSet<String> policyNames;
  private final SortedMap<String, Object> scalars;
  private final SortedMap<String, State> children;

  private State(Builder builder) {
    schema = builder.schema;
    arrays = Collections.unmodifiableSortedMap(new TreeMap<>(builder.arrays));
    policyNames = Collections.unmodifiableSortedSet(new TreeSet<>(builder.policyNames));
    scalars = Collections.unmodifiableSortedMap(new TreeMap<>(builder.scalars));
    children = Collections.unmodifiableSortedMap(new TreeMap<>(builder.children));
  }

  /** Starts a state of the given schema. */
  public static Builder of(String schema, int version) {
    return new Builder(new StateSchema(schema, version));
  }

  /** Starts a state of the given schema. */
  public static Builder of(StateSchema schema) {
    return new Builder(schema);
  }

  /** The layout this state follows. */
  public StateSchema schema() {
    return schema;
  }

  /** All arrays by name, policy arrays included. */
  public SortedMap<String, StoredArray> arrays() {
    return arrays;
  }

  /** The names of those arrays that make up the policy: weights and normaliser. */
  public SortedSet<String> policyNames() {
    return policyNames;
  }

  /** Long, Double, Boolean or String values by name. */
  public SortedMap<String, Object> scalars() {
    return scalars;
  }

  /** The states of what this component owns, by name. */
  public SortedMap<String, State> children() {
    return children;
  }

  /**
   * One array.
   *
   * @throws StateException when there is none of that name
   */
  public StoredArray array(String name) {
    return required(arrays, name, "array");
  }

  /** One integer; as {@link #array}. */
  public long integer(String name) {
    return typed(name, Long.class);
  }

  /** One real number; as {@link #array}. */
  public double real(String name) {
    return typed(name, Double.class);
  }

  /** One truth value; as {@link #array}. */
  public boolean flag(String name) {
    return typed(name, Boolean.class);
  }

  /** One text; as {@link #array}. */
  public String text(String name) {
    return typed(name, String.class);
  }

  /** One child; as {@link #array}. */
  public State child(String name) {
    return required(children, name, "child");
  }

  private <T> T typed(String name, Class<T> type) {
    Object value = required(scalars, name, "scalar");
    if (!type.isInstance(value)) {
      throw new StateException(
          "scalar '"
              + name
              + "' of state "
              + schema
              + " is a "
              + value.getClass().getSimpleName()
              + ", not a "
              + type.getSimpleName());
    }
    return type.cast(value);
  }

  private <T> T required(SortedMap<String, T> map, String name, String kind) {
    T value = map.get(name);
    if (value == null) {
      throw new StateException(
          "state " + schema + " has no " + kind + " '" + name + "'; it has " + map.keySet());
    }
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof State that
        && schema.equals(that.schema)
        && arrays.equals(that.arrays)
        && policyNames.equals(that.policyNames)
        && scalars.equals(that.scalars)
        && children.equals(that.children);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * schema.hashCode() + arrays.hashCode()) + scalars.hashCode();
  }

  @Override
  public String toString() {
    return "State["
        + schema
        + ", arrays="
        + arrays
        + ", scalars="
        + scalars
        + ", children="
        + children.keySet()
        + "]";
  }

  /** Collects a state; not thread-safe. */
  public static final class Builder {
    private final StateSchema schema;
    private final TreeMap<String, StoredArray> arrays = new TreeMap<>();
    private final TreeSet<String> policyNames = new TreeSet<>();
    private final TreeMap<String, Object> scalars = new TreeMap<>();
    private final TreeMap<String, State> children = new TreeMap<>();

    private Builder(StateSchema schema) {
      this.schema = schema;
    }

    /**
     * Adds an array that is not part of the policy; the contents are copied.
     *
     * @throws IllegalArgumentException when the name is taken or malformed
     */
    public Builder array(String name, Object data, int... shape) {
      return array(name, StoredArray.of(data, shape));
    }

    /** Adds an array that is not part of the policy. */
    public Builder array(String name, StoredArray array) {
      put(arrays, checked(name), array);
      return this;
    }

    /** Adds an array of the policy (a weight, a normaliser); the contents are copied. */
    public Builder policy(String name, Object data, int... shape) {
      return policy(name, StoredArray.of(data, shape));
    }

    /** Adds an array of the policy (a weight, a normaliser). */
    public Builder policy(String name, StoredArray array) {
      array(name, array);
      policyNames.add(name);
      return this;
    }

    /** Adds an integer. */
    public Builder integer(String name, long value) {
      put(scalars, checked(name), value);
      return this;
    }

    /** Adds a real number. */
    public Builder real(String name, double value) {
      put(scalars, checked(name), value);
      return this;
    }

    /** Adds a truth value. */
    public Builder flag(String name, boolean value) {
      put(scalars, checked(name), value);
      return this;
    }

    /** Adds a text. */
    public Builder text(String name, String value) {
      put(scalars, checked(name), value);
      return this;
    }

    /** Adds the state of something that this component owns. */
    public Builder child(String name, State state) {
      if (name.indexOf('/') >= 0) {
        throw new IllegalArgumentException("the name of a child has no '/': " + name);
      }
      put(children, checked(name), state);
      return this;
    }

    private static String checked(String name) {
      if (!name.matches("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")) {
        throw new IllegalArgumentException("malformed name in a state: '" + name + "'");
      }
      return name;
    }

    private static <T> void put(TreeMap<String, T> map, String name, T value) {
      if (map.putIfAbsent(name, java.util.Objects.requireNonNull(value, name)) != null) {
        throw new IllegalArgumentException("name given twice in a state: " + name);
      }
    }

    /** The finished, immutable state. */
    public State build() {
      return new State(this);
    }
  }
}
