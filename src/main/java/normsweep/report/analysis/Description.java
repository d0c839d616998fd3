package normsweep.report.analysis;

import static normsweep.report.analysis.Sentences.clipping;
import static normsweep.report.analysis.Sentences.list;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import normsweep.record.Clip;
import normsweep.record.EpochMetrics;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;

/**
 * What a figure shows, for slides and the notebook. It repeats numbers of a sweep at one setting
 * and concludes nothing: only findings compare heads or clipping choices.
 *
 * @param title a statement, without its full stop
 * @param text one or two sentences that add to it
 */
public record Description(String title, String text) {
  // Later than this share of the epochs, the lowest validation loss is called that of the end.
  private static final double LATE = 0.85;

  private static final int ENOUGH = 5;

  /** What differs between trials and what does not. */
  public static Description setUp(SweepEvidence sweep) {
    List<String> differences = new ArrayList<>(List.of("norm", "gradient clipping", "seed"));
    sweep.config().varied().stream().map(TrialSettings::words).forEach(differences::add);
    return new Description(
        say("%d trials differ only in %s", sweep.trials().size(), list(differences)),
        "Weights, images, their order and the number of epochs are the same in all of them. The"
            + " epoch with the lowest validation loss is kept, and only this network sees the test"
            + " images.");
  }

  /** How far losses fell, and what they did after the saved epoch; empty without two epochs. */
  public static Optional<Description> curves(SweepEvidence sweep) {
    List<TrialEvidence> trained =
        sweep.completed().stream().filter(trial -> trial.epochs().size() > 1).toList();
    if (trained.isEmpty()) {
      return Optional.empty();
    }
    String saved = saved(trained);
    int epochs = sweep.config().training().epochs();
    int first = trained.stream().mapToInt(trial -> trial.row().bestEpoch()).min().orElseThrow();
    double accuracy =
        trained.stream().mapToDouble(trial -> last(trial).trainAccuracy()).average().orElseThrow();
    String title =
        first > LATE * epochs
            ? say("Validation loss falls to the end: it is lowest in %s of %d", saved, epochs)
            : say(
                "Training accuracy ends at %.0f %%, but validation loss is lowest in %s of %d",
                100 * accuracy, saved, epochs);
    String text =
        say(
            "From its lowest epoch to the last, validation loss changes by %s; training accuracy"
                + " ends at %s.",
            byHead(
                sweep,
                trial -> rise(trial),
                change -> {
                  long percent = Math.round(100 * change);
                  return say(percent == 0 ? "%d %%" : "%+d %%", percent).replace('-', '\u2212');
                }),
            byHead(
                sweep,
                trial ->
                    Optional.of(trial)
                        .filter(one -> !one.epochs().isEmpty())
                        .map(one -> last(one).trainAccuracy()),
                share -> say("%.0f %%", 100 * share)));
    return Optional.of(new Description(title, text));
  }

  /** Sizes of gradients, and how often clipping acts; empty without recorded gradients. */
  public static Optional<Description> gradients(SweepEvidence sweep) {
    String norms = byHead(sweep, Measure.GRADIENT_NORM::of, norm -> Digits.of(norm, 0));
    if (norms.isEmpty()) {
      return Optional.empty();
    }
    String acts =
        sweep.clips().stream()
            .filter(Clip::active)
            .findFirst()
            .map(
                clip ->
                    say(
                        "%s acts on %s of the steps of the first epoch, and on %s of those of the"
                            + " last.",
                        Sentences.capital(clipping(clip)),
                        clipped(sweep, clip, shares -> shares.get(0)),
                        clipped(sweep, clip, shares -> shares.get(shares.size() - 1))))
            .orElse("No trial clips gradients.");
    return Optional.of(
        new Description("The median gradient norm before clipping is " + norms, acts));
  }

  private static String clipped(
      SweepEvidence sweep, Clip clip, Function<List<ClippedShare>, ClippedShare> epoch) {
    return list(
        sweep.heads().stream()
            .filter(head -> !sweep.clippedByEpoch(head, clip).isEmpty())
            .map(
                head ->
                    say(
                        "%.0f %% with %s",
                        100 * epoch.apply(sweep.clippedByEpoch(head, clip)).share(), head.label()))
            .toList());
  }

  /** What clipping multiplies gradients by; empty if no trial clips. */
  public static Optional<Description> factor(SweepEvidence sweep) {
    Function<Function<ClippingFactor, Double>, String> figures =
        pick ->
            byHead(
                sweep,
                trial ->
                    trial
                        .gradients()
                        .filter(series -> trial.row().clip().active())
                        .map(ClippingFactor::of)
                        .map(pick),
                value -> say("%.2f", value));
    String medians = figures.apply(ClippingFactor::median);
    return medians.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Description(
                "Clipping multiplies the gradient of the median step by " + medians,
                (sweep.config().training().optimizer().hasMomentum()
                        ? "Steps are proportional to gradients, so this factor shortens them"
                        : say(
                            "%s cancels a factor that is the same in every step, so only its"
                                + " variation can matter",
                            sweep.config().training().optimizer().label()))
                    + say(
                        ": the factor's coefficient of variation is %s.",
                        figures.apply(ClippingFactor::variation))));
  }

  /** How far the loss rises around the saved networks; empty without loss surfaces. */
  public static Optional<Description> landscape(SweepEvidence sweep) {
    String rises = byHead(sweep, Measure.SHARPNESS::of, rise -> Digits.of(rise, 0) + " nats");
    return sweep.completed().stream()
        .flatMap(trial -> trial.landscape().stream())
        .findFirst()
        .map(
            found ->
                new Description(
                    say(
                        "Within %s filter norms, the loss rises by up to %s",
                        found.settings().radius(), rises),
                    say(
                        "This is the loss around the saved heads, along two random directions in"
                            + " which every filter has the norm of the head's own. The rises are"
                            + " those on %d validation images.",
                        found.images())));
  }

  /** How well an accuracy is known. */
  public static Description certainty(SweepEvidence sweep) {
    int images = sweep.testImages();
    double accuracy =
        sweep.completed().stream()
            .flatMap(trial -> Measure.TEST_ACCURACY.of(trial).stream())
            .mapToDouble(share -> share)
            .average()
            .orElse(0.5);
    double half = Interval.wilson(accuracy * images, images, Interval.CONFIDENCE).halfWidth();
    int seeds = sweep.config().grid().seed().size();
    return new Description(
        say(
            "%s: with %d test images, each accuracy is known to ±%.1f points",
            seeds == 1
                ? "One seed cannot rank norms"
                : seeds < ENOUGH
                    ? say("%d seeds are few", seeds)
                    : say("%d seeds show only large differences", seeds),
            images,
            100 * half),
        "This is the sampling error (95 %) of these images alone; differences between seeds come on"
            + " top of it.");
  }

  /** The trials of a head: scores and saved epochs without clipping and with. */
  public static String scores(SweepEvidence sweep, HeadKind head) {
    List<String> sentences =
        sweep.clips().stream()
            .map(clip -> scores(sweep, head, clip))
            .flatMap(Optional::stream)
            .toList();
    return sentences.isEmpty()
        ? "No trial of this head has completed."
        : String.join(" ", sentences);
  }

  private static Optional<String> scores(SweepEvidence sweep, HeadKind head, Clip clip) {
    List<TrialEvidence> trials =
        sweep.trials(head, clip).stream().filter(trial -> trial.row().completed()).toList();
    String seeds = trials.size() == 1 ? "" : say(" (means over %d seeds)", trials.size());
    return trials.isEmpty()
        ? Optional.empty()
        : Optional.of(
            say(
                "%s, the saved network is that of %s and reaches a validation loss of %.3f nats and"
                    + " a test accuracy of %.1f %%%s.",
                clip.active() ? "With " + clipping(clip) : "Without clipping",
                saved(trials),
                mean(trials, TrialResult::valLoss),
                100 * mean(trials, TrialResult::testAccuracy),
                seeds));
  }

  private static double mean(List<TrialEvidence> trials, Function<TrialResult, Double> value) {
    return trials.stream()
        .mapToDouble(trial -> value.apply(trial.row()))
        .average()
        .orElse(Double.NaN);
  }

  private static String saved(List<TrialEvidence> trials) {
    IntSummaryStatistics epochs =
        trials.stream().mapToInt(trial -> trial.row().bestEpoch()).summaryStatistics();
    return epochs.getMin() == epochs.getMax()
        ? "epoch " + epochs.getMin()
        : say("epochs %d to %d", epochs.getMin(), epochs.getMax());
  }

  private static EpochMetrics last(TrialEvidence trial) {
    return trial.epochs().get(trial.epochs().size() - 1);
  }

  private static Optional<Double> rise(TrialEvidence trial) {
    return trial.epochs().size() < 2 || trial.row().valLoss() == null
        ? Optional.empty()
        : Optional.of(last(trial).valLoss() / trial.row().valLoss() - 1);
  }

  // “0.35 with batch norm and 0.21 with layer norm”: means over the completed trials of each head.
  private static String byHead(
      SweepEvidence sweep,
      Function<TrialEvidence, Optional<Double>> value,
      DoubleFunction<String> format) {
    return list(
        sweep.heads().stream()
            .flatMap(
                head ->
                    sweep.completed().stream()
                        .filter(trial -> trial.head().equals(head))
                        .flatMap(trial -> value.apply(trial).stream())
                        .mapToDouble(number -> number)
                        .average()
                        .stream()
                        .mapToObj(format)
                        .map(text -> text + " with " + head.label()))
            .toList());
  }
}
