package normsweep.record;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A key of a sweep file, on the record component that holds its value. {@link Settings} reads,
 * checks and documents the key from this alone.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
  /** What the key means, for the reference table. */
  String help();

  /** The default, as a sweep file would say it. */
  String preset();

  /** The least number that is allowed. */
  double min() default 0;

  /** The largest number that is allowed. */
  double max() default Integer.MAX_VALUE;

  /** Whether a whole number has to be odd. */
  boolean odd() default false;

  /** What a text has to match. */
  String pattern() default "";

  /** The same in words. */
  String allowed() default "";
}
