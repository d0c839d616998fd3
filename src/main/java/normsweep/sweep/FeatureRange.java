package normsweep.sweep;

import java.io.Serializable;
import java.util.Locale;
import normsweep.record.Trial;

/**
 * A range of images in one view, the features of which one machine of several computes.
 *
 * @param trial a trial that needs them
 * @param part name of the feature file that they are a part of
 * @param from position of the first image in the file
 * @param to position behind the last one
 */
public record FeatureRange(Trial trial, String part, int from, int to) implements Serializable {
  /** A name that no other range has. */
  public String name() {
    return String.format(Locale.ROOT, "%s/%08d", part, from);
  }

  /** Number of images. */
  public int images() {
    return to - from;
  }
}
