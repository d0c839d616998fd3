package normsweep.record;

import com.fasterxml.jackson.annotation.JsonCreator;

/** The normalisation in an adaptation head. */
public enum Norm implements Named {
  /** Batch normalisation (Ioffe &amp; Szegedy 2015). */
  BATCH_NORM("batch-norm"),
  /** Layer normalisation (Ba et al. 2016). */
  LAYER_NORM("layer-norm"),
  /** Filter response normalisation with TLU (Singh &amp; Krishnan 2020). */
  FILTER_RESPONSE_NORM("filter-response-norm"),
  /** None, as a control. */
  NONE("none");

  private final String id;

  Norm(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  /** The name in sentences and legends, such as {@code layer norm}. */
  public String label() {
    return this == NONE ? "norm-free head" : id().replace('-', ' ');
  }

  /** The norm of an {@link #id()}; an {@link IllegalArgumentException} lists what is allowed. */
  @JsonCreator
  public static Norm of(String id) {
    return Named.of(values(), id);
  }
}
