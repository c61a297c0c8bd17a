package dev.stoa.run;

/** Service properties of every part; {@code @Component(property = Parts.NAME + "=ppo")}. */
public final class Parts {
  private Parts() {}

  /** The name users type; unique per kind and version. */
  public static final String NAME = "stoa.name";

  /** One line for lists. */
  public static final String DESCRIPTION = "stoa.description";

  /**
   * Of a device: {@code Boolean} false where it must never be chosen for a run that names none.
   * Among the others the greatest {@code service.ranking} goes first.
   */
  public static final String AUTO = "stoa.auto";
}
