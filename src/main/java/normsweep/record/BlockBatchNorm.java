package normsweep.record;

import com.fasterxml.jackson.annotation.JsonCreator;

/** What the batch norms of the trainable block do while the block trains. */
public enum BlockBatchNorm implements Named {
  /** They normalise by the batch's statistics and learn scale and shift. */
  TRAIN("train"),
  /** They stay the fixed scale and shift per channel that they are in the backbone. */
  FROZEN("frozen");

  private final String id;

  BlockBatchNorm(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  /** The choice of an id; an {@link IllegalArgumentException} lists what is allowed. */
  @JsonCreator
  public static BlockBatchNorm of(String id) {
    return Named.of(values(), id);
  }
}
