package dev.stoa.algorithm.dqn;

/** What a temporal-difference error costs, see {@link DqnObjective}. */
public enum Loss {
  /** Half the square up to 1, linear beyond. */
  HUBER,
  /** The square. */
  SQUARED
}
