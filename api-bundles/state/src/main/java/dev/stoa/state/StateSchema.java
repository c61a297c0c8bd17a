package dev.stoa.state;

import java.util.Objects;

/**
 * Name and version of the layout of a {@link State}; independent of any bundle's version. Two
 * states of equal schema are interchangeable.
 *
 * @param name the component's name, for instance {@code ppo}
 * @param version counted from 1, raised whenever a name, type, shape rule or meaning changes
 */
public record StateSchema(String name, int version) {
  /** Checks both parts. */
  public StateSchema {
    Objects.requireNonNull(name, "name");
    if (version < 1) {
      throw new IllegalArgumentException("schema versions count from 1, got " + version);
    }
  }

  @Override
  public String toString() {
    return name + "/" + version;
  }
}
