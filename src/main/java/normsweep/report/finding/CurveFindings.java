package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.LearningCurve;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** What learning curves show: how far training fits, and what it costs in validation. */
final class CurveFindings {
  // Changes of less than this are called none: 2 % of a loss, half a point of accuracy.
  private static final double RISE = 0.02;
  private static final double CHANGE = 0.005;

  private record HeadCurves(HeadKind head, List<LearningCurve> curves) {
    double mean(ToDoubleFunction<LearningCurve> value) {
      return curves.stream().mapToDouble(value).average().orElseThrow();
    }

    // “epoch 5” or “epochs 4 to 9”.
    String selected() {
      int least = curves.stream().mapToInt(one -> one.selected().epoch()).min().orElseThrow();
      int most = curves.stream().mapToInt(one -> one.selected().epoch()).max().orElseThrow();
      return least == most ? "epoch " + least : say("epochs %d to %d", least, most);
    }
  }

  private CurveFindings() {}

  /** All that curves of at least two epochs show. */
  static Stream<Finding> of(SweepEvidence sweep) {
    List<HeadCurves> heads = new ArrayList<>();
    for (HeadKind head : sweep.heads()) {
      List<LearningCurve> curves =
          sweep.completed().stream()
              .filter(trial -> trial.head().equals(head))
              .map(TrialEvidence::curve)
              .flatMap(Optional::stream)
              .filter(curve -> curve.epochs().size() > 1)
              .toList();
      if (!curves.isEmpty()) {
        heads.add(new HeadCurves(head, curves));
      }
    }
    return heads.isEmpty()
        ? Stream.empty()
        : Stream.of(fit(heads), rise(heads), confidence(heads)).flatMap(Optional::stream);
  }

  private static Optional<Finding> fit(List<HeadCurves> heads) {
    String text =
        say(
            "In the last epoch, the networks classify %s of the training batches correctly, with"
                + " dropout and augmentation, and %s of the validation images.",
            each(heads, one -> percent(one.mean(curve -> curve.last().trainAccuracy()))),
            list(heads, one -> percent(one.mean(curve -> curve.last().valAccuracy()))));
    return Optional.of(
        finding(
            Strength.OBSERVATION,
            text,
            heads,
            one -> one.mean(curve -> curve.last().trainAccuracy())));
  }

  private static Optional<Finding> rise(List<HeadCurves> heads) {
    boolean falling = heads.stream().allMatch(one -> one.mean(CurveFindings::epochsAfter) == 0);
    String text =
        falling
            ? "In every trial, validation loss is lowest in the last epoch."
            : say(
                "Validation loss is lowest in %s; until the last epoch it changes by %s, while"
                    + " validation accuracy changes by %s.",
                each(heads, HeadCurves::selected),
                list(heads, one -> nats(one.mean(CurveFindings::lossRise))),
                list(heads, one -> points(one.mean(CurveFindings::accuracyChange))));
    return Optional.of(
        finding(Strength.OBSERVATION, text, heads, one -> one.mean(CurveFindings::lossRise)));
  }

  // What the late epochs do where they raise the loss.
  private static Optional<Finding> confidence(List<HeadCurves> heads) {
    List<HeadCurves> rising =
        heads.stream()
            .filter(
                one ->
                    one.mean(CurveFindings::lossRise)
                        > RISE * one.mean(curve -> curve.selected().valLoss()))
            .toList();
    List<HeadCurves> confident =
        rising.stream().filter(one -> one.mean(CurveFindings::accuracyChange) > -CHANGE).toList();
    List<HeadCurves> worse = rising.stream().filter(one -> !confident.contains(one)).toList();
    if (rising.isEmpty()) {
      return Optional.empty();
    }
    String text =
        Stream.of(
                confident.isEmpty()
                    ? ""
                    : say(
                        "With %s, the late epochs thus overfit the loss but not the accuracy:"
                            + " predictions, the wrong ones included, grow more confident.",
                        labels(confident)),
                worse.isEmpty()
                    ? ""
                    : say("With %s, the late epochs overfit in accuracy as well.", labels(worse)))
            .filter(part -> !part.isEmpty())
            .reduce((one, other) -> one + " " + other)
            .orElseThrow();
    return Optional.of(
        finding(
            Strength.OBSERVATION, text, rising, one -> one.mean(CurveFindings::accuracyChange)));
  }

  /** Whether training was too long or too short, from the epochs of lowest validation loss. */
  static Optional<String> stopping(SweepEvidence sweep) {
    List<LearningCurve> curves =
        sweep.completed().stream()
            .map(TrialEvidence::curve)
            .flatMap(Optional::stream)
            .filter(curve -> curve.epochs().size() > 1)
            .toList();
    if (curves.isEmpty()) {
      return Optional.empty();
    }
    int least = curves.stream().mapToInt(curve -> curve.selected().epoch()).min().orElseThrow();
    int most = curves.stream().mapToInt(curve -> curve.selected().epoch()).max().orElseThrow();
    double rise =
        curves.stream()
            .mapToDouble(curve -> curve.last().valLoss() / curve.selected().valLoss() - 1)
            .average()
            .orElseThrow();
    String epochs =
        least == most ? "in epoch " + least : say("between epochs %d and %d", least, most);
    return Optional.of(
        rise > RISE
            ? say(
                "Keep the epoch with the lowest validation loss: it came %s, and by the last epoch"
                    + " the loss had risen by %.0f %% on average.",
                epochs, 100 * rise)
            : say(
                "The lowest validation loss came %s, so more epochs may still help.",
                curves.stream().allMatch(curve -> epochsAfter(curve) == 0)
                    ? "in the last epoch of every trial"
                    : epochs + " and hardly rose after it"));
  }

  private static double epochsAfter(LearningCurve curve) {
    return curve.last().epoch() - curve.selected().epoch();
  }

  private static double lossRise(LearningCurve curve) {
    return curve.last().valLoss() - curve.selected().valLoss();
  }

  private static double accuracyChange(LearningCurve curve) {
    return curve.last().valAccuracy() - curve.selected().valAccuracy();
  }

  private static Finding finding(
      Strength strength, String text, List<HeadCurves> heads, ToDoubleFunction<HeadCurves> number) {
    return new Finding(
        Topic.CURVES, strength, text, heads.stream().map(number::applyAsDouble).toList());
  }

  // “99.1 % (batch norm) and 80.0 % (layer norm)”; the lists after it have the same order.
  private static String each(List<HeadCurves> heads, Function<HeadCurves, String> value) {
    return same(heads, value)
        ? value.apply(heads.get(0)) + " (all heads)"
        : Sentences.list(
            heads.stream().map(one -> value.apply(one) + " (" + one.head().label() + ")").toList());
  }

  private static String list(List<HeadCurves> heads, Function<HeadCurves, String> value) {
    return same(heads, value)
        ? value.apply(heads.get(0))
        : Sentences.list(heads.stream().map(value).toList());
  }

  private static boolean same(List<HeadCurves> heads, Function<HeadCurves, String> value) {
    return heads.size() > 1 && heads.stream().map(value).distinct().count() == 1;
  }

  private static String labels(List<HeadCurves> heads) {
    return Sentences.list(heads.stream().map(one -> one.head().label()).toList());
  }

  private static String percent(double share) {
    return Measure.VALIDATION_ACCURACY.format(share);
  }

  private static String points(double share) {
    return Measure.VALIDATION_ACCURACY.formatDifference(share);
  }

  private static String nats(double loss) {
    return Measure.VALIDATION_LOSS.formatDifference(loss);
  }
}
