package dev.stoa.run;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one element of a parameter annotation type. The method's name (lower camel case),
 * return type and default complete the declaration. Allowed types: int, long, float, double,
 * boolean, String, an enum, and arrays of these.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Parameter {
  /** Meaning and unit, one sentence. */
  String help();

  /** Smallest allowed value; for arrays of each element. */
  double min() default Double.NEGATIVE_INFINITY;

  /** Largest allowed value; for arrays of each element. */
  double max() default Double.POSITIVE_INFINITY;

  /** Whether a living run takes a new value at a swap point. */
  boolean changeable() default false;
}
