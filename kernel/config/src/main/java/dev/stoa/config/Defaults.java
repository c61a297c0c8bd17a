package dev.stoa.config;

import dev.stoa.run.ParameterValue;
import java.util.Map;

/** Defaults of an installation, between those of a parameter type and what a run is given. */
interface Defaults {
  /**
   * The defaults set for an owner, by key as written; empty when there are none.
   *
   * @param owner kind and name: {@code algorithm ppo}
   */
  Map<String, ParameterValue> of(String owner);
}
