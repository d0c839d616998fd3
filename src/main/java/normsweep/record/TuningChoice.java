package normsweep.record;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.util.List;
import java.util.Objects;

/**
 * What tuning chose for one cell of the grid: the candidate with the lowest mean validation loss.
 *
 * @param settings the cell's values of further axes; left out of the file if there are none
 * @param tuned the settings of the chosen candidate; null if every candidate failed
 * @param valLoss mean over the tuning seeds of its validation losses; null without a choice
 * @param valAccuracy mean over the tuning seeds of its validation accuracies; null without a choice
 * @param seeds number of tuning seeds
 * @param candidates number of candidates
 * @param completed candidates that completed all epochs with every seed; the others failed or were
 *     pruned
 */
public record TuningChoice(
    Norm norm,
    FrnPlacement placement,
    Clip clip,
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JacksonInject(useInput = OptBoolean.TRUE, optional = OptBoolean.TRUE)
        TrialSettings settings,
    TrialSettings tuned,
    Double valLoss,
    Double valAccuracy,
    int seeds,
    int candidates,
    int completed) {

  /** Takes missing settings for none. */
  public TuningChoice {
    settings = Objects.requireNonNullElse(settings, TrialSettings.NONE);
  }

  /** {@code tuning.json}: the choices of all cells, in the order of the grid. */
  public record All(List<TuningChoice> choices) {
    /** Copies the list. */
    public All {
      choices = List.copyOf(choices);
    }
  }

  /** The cell, as {@link Trial#cell} of its trials. */
  public Trial cell() {
    return new Trial(norm, placement, clip, 0, settings);
  }
}
