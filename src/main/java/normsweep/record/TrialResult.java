package normsweep.record;

import static java.util.Comparator.comparingDouble;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.base.MessageText;

/**
 * One trial's row in {@code results.json} and {@code results.csv}. Figures that are not yet known
 * are null.
 *
 * @param id {@link Trial#id()}
 * @param settings what further axes of the grid set; left out of the files if there are none
 * @param tuned what tuning chose for the trial's cell; left out of the files if nothing
 * @param epochs complete epochs
 * @param bestEpoch epoch with the lowest validation loss, whose parameters the model contains
 * @param valAccuracy share of correct predictions on the validation images at the best epoch
 * @param valLoss mean cross-entropy on the validation images at the best epoch
 * @param testAccuracy share of correct predictions of the saved model on the test images; null in
 *     tuning, where they are not looked at
 * @param testLoss mean cross-entropy of the saved model on the test images
 * @param testBalancedAccuracy mean recall of the classes on the test images; null, and left out of
 *     the files, where classes have about the same number of them
 * @param testMacroF1 mean over classes of the harmonic mean of precision and recall on the test
 *     images; null likewise
 * @param convergenceEpoch first epoch that reaches 95 % of the trial's best validation accuracy
 * @param clippedFraction share of iterations in which clipping changed the gradient
 * @param trainSeconds wall-clock time of all epochs, including validation
 * @param imagesPerSecond training images per second, excluding validation
 * @param model path of the saved model, relative to the sweep folder
 * @param reason why a trial failed, was pruned or was not started
 */
public record TrialResult(
    String id,
    Norm norm,
    FrnPlacement placement,
    Clip clip,
    long seed,
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JacksonInject(useInput = OptBoolean.TRUE, optional = OptBoolean.TRUE)
        TrialSettings settings,
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JacksonInject(value = "tuned", useInput = OptBoolean.TRUE, optional = OptBoolean.TRUE)
        TrialSettings tuned,
    Status status,
    int epochs,
    Integer bestEpoch,
    Double valAccuracy,
    Double valLoss,
    Double testAccuracy,
    Double testLoss,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JacksonInject(
            value = "testBalancedAccuracy",
            useInput = OptBoolean.TRUE,
            optional = OptBoolean.TRUE)
        Double testBalancedAccuracy,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @JacksonInject(
            value = "testMacroF1",
            useInput = OptBoolean.TRUE,
            optional = OptBoolean.TRUE)
        Double testMacroF1,
    Integer convergenceEpoch,
    Double clippedFraction,
    Double trainSeconds,
    Double imagesPerSecond,
    String model,
    String reason) {

  /** Takes missing settings for none. */
  public TrialResult {
    settings = Objects.requireNonNullElse(settings, TrialSettings.NONE);
    tuned = Objects.requireNonNullElse(tuned, TrialSettings.NONE);
  }

  /** The row of a trial whose classes have about the same number of test images. */
  public TrialResult(
      String id,
      Norm norm,
      FrnPlacement placement,
      Clip clip,
      long seed,
      TrialSettings settings,
      TrialSettings tuned,
      Status status,
      int epochs,
      Integer bestEpoch,
      Double valAccuracy,
      Double valLoss,
      Double testAccuracy,
      Double testLoss,
      Integer convergenceEpoch,
      Double clippedFraction,
      Double trainSeconds,
      Double imagesPerSecond,
      String model,
      String reason) {
    this(
        id,
        norm,
        placement,
        clip,
        seed,
        settings,
        tuned,
        status,
        epochs,
        bestEpoch,
        valAccuracy,
        valLoss,
        testAccuracy,
        testLoss,
        null,
        null,
        convergenceEpoch,
        clippedFraction,
        trainSeconds,
        imagesPerSecond,
        model,
        reason);
  }

  /** The progress of a trial. */
  public enum Status implements Named {
    /** Not started. */
    PENDING("pending"),
    /** Started but not finished: running now or, in files, interrupted. */
    RUNNING("running"),
    /** Started but not finished, and no process trains it any more. Files never say this. */
    INTERRUPTED("interrupted"),
    /** Trained, evaluated and saved. */
    COMPLETED("completed"),
    /** Abandoned, with a reason. */
    FAILED("failed"),
    /** Ended at a rung, where others of its cell had lower validation losses. */
    PRUNED("pruned");

    private final String id;

    Status(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    /** The status of an id. */
    @JsonCreator
    public static Status of(String id) {
      return Named.of(values(), id);
    }
  }

  /** The row of a trial that has not started. */
  public static TrialResult pending(Trial trial) {
    return bare(trial, Status.PENDING, 0, null);
  }

  /** The row of a trial that was not started, for a reason. */
  public static TrialResult leftOut(Trial trial, String reason) {
    return bare(trial, Status.PENDING, 0, reason);
  }

  /** The row of a running trial after {@code epochs} complete epochs. */
  public static TrialResult running(Trial trial, int epochs) {
    return bare(trial, Status.RUNNING, epochs, null);
  }

  /** This row as it is now: what no process trains any more is interrupted. */
  TrialResult now(boolean written) {
    return status == Status.RUNNING && !written
        ? bare(trial(), Status.INTERRUPTED, epochs, reason)
        : this;
  }

  /** The row of a trial that failed after {@code epochs} complete epochs. */
  public static TrialResult failed(Trial trial, int epochs, String reason) {
    return bare(trial, Status.FAILED, epochs, reason);
  }

  /**
   * The row of a trial that ends at a rung.
   *
   * @param metrics its epochs up to the rung
   */
  public static TrialResult pruned(Trial trial, List<EpochMetrics> metrics, String reason) {
    EpochMetrics best = metrics.stream().min(comparingDouble(EpochMetrics::valLoss)).orElseThrow();
    return new TrialResult(
        trial.id(),
        trial.norm(),
        trial.placement(),
        trial.clip(),
        trial.seed(),
        trial.settings(),
        trial.tuned(),
        Status.PRUNED,
        metrics.size(),
        best.epoch(),
        best.valAccuracy(),
        best.valLoss(),
        null,
        null,
        null,
        null,
        metrics.stream().mapToDouble(EpochMetrics::seconds).sum(),
        null,
        null,
        reason);
  }

  private static TrialResult bare(Trial trial, Status status, int epochs, String reason) {
    return new TrialResult(
        trial.id(),
        trial.norm(),
        trial.placement(),
        trial.clip(),
        trial.seed(),
        trial.settings(),
        trial.tuned(),
        status,
        epochs,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        reason);
  }

  /** Returns what is invalid about this row, if anything. */
  Optional<String> fault() {
    String named = "trial " + MessageText.of(String.valueOf(id));
    if (norm == null || placement == null || clip == null || status == null) {
      return Optional.of(named + " has no norm, placement, clip or status");
    }
    if (!trial().id().equals(id)) {
      return Optional.of(named + " is " + trial().id() + " by its own row");
    }
    if (epochs < 0
        || !Stream.of(valAccuracy, testAccuracy, clippedFraction, testBalancedAccuracy, testMacroF1)
            .allMatch(TrialResult::share)) {
      return Optional.of(named + " has negative epochs, or a share beyond 0 to 1");
    }
    boolean known =
        Stream.of(bestEpoch, valAccuracy, valLoss).allMatch(Objects::nonNull)
            && bestEpoch >= 1
            && bestEpoch <= epochs
            && (testAccuracy == null) == (testLoss == null);
    return completed() && !known
        ? Optional.of(named + " is completed without its figures")
        : Optional.empty();
  }

  private static boolean share(Double value) {
    return value == null || (value >= 0 && value <= 1);
  }

  /** The trial this row is about. */
  public Trial trial() {
    return new Trial(norm, placement, clip, seed, settings, tuned);
  }

  /** Whether nothing is left to do: completed, pruned, or failed in a way that would recur. */
  public boolean ended() {
    return completed() || pruned() || status == Status.FAILED;
  }

  /** Whether better candidates of its cell ended the trial. */
  public boolean pruned() {
    return status == Status.PRUNED;
  }

  /** Whether a limit that the user set has left the trial out. */
  public boolean leftOut() {
    return status == Status.PENDING && reason != null;
  }

  /** Whether the trial is trained, evaluated and saved. */
  public boolean completed() {
    return status == Status.COMPLETED;
  }
}
