package normsweep.landscape.hessian;

import com.fasterxml.jackson.annotation.JsonCreator;
import normsweep.record.Named;

/** The images that a loss is averaged over. */
public enum ImageSet implements Named {
  /** Training images in their first augmentation view. */
  TRAINING("training"),
  /** Validation images. */
  VALIDATION("validation");

  private final String id;

  ImageSet(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  /** The set of an {@link #id()}. */
  @JsonCreator
  public static ImageSet of(String id) {
    return Named.of(values(), id);
  }
}
