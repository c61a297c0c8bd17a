package dev.stoa.run;

/** Service properties of every part; {@code @Component(property = Parts.NAME + "=ppo")}. */
public final class Parts {
  private Parts() {}

  /** The name users type; unique per kind and version. */
  public static final String NAME = "stoa.name";

  /** One line for lists. */
  public static final String DESCRIPTION = "stoa.description";
}
