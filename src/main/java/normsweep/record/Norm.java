package normsweep.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The normalisation in an adaptation head. */
public enum Norm {
  /** Batch normalisation (Ioffe &amp; Szegedy 2015). */
  BATCH_NORM("batch-norm", "batch norm"),
  /** Layer normalisation (Ba et al. 2016). */
  LAYER_NORM("layer-norm", "layer norm"),
  /** Filter response normalisation with TLU (Singh &amp; Krishnan 2020). */
  FILTER_RESPONSE_NORM("filter-response-norm", "filter response norm");

  private final String id;
  private final String label;

  Norm(String id, String label) {
    this.id = id;
    this.label = label;
  }

  /** The name in files and trial ids, such as {@code layer-norm}. */
  @JsonValue
  public String id() {
    return id;
  }

  /** The name in sentences and legends, such as {@code layer norm}. */
  public String label() {
    return label;
  }

  /**
   * The norm of an {@link #id()}.
   *
   * @throws IllegalArgumentException if there is no such id; the message lists what is allowed
   */
  @JsonCreator
  public static Norm of(String id) {
    return Arrays.stream(values())
        .filter(norm -> norm.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Arrays.stream(values()).map(Norm::id).collect(Collectors.joining(" | "))));
  }
}
