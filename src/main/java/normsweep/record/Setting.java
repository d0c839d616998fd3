package normsweep.record;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a key of a sweep file, on the record component that holds its value. {@link Settings}
 * reads, checks and documents the key using only this annotation.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
  /** What the key means, for the reference table. */
  String help();

  /**
   * The default, as written in a sweep file. It also stands for what the program did before it had
   * the key.
   */
  String preset();

  /** The smallest and the largest number allowed. */
  double[] range() default {0, Integer.MAX_VALUE};

  /** Whether a whole number has to be odd. */
  boolean odd() default false;

  /** A pattern that a text must match. */
  String pattern() default "";

  /** The pattern in words. */
  String allowed() default "";
}
