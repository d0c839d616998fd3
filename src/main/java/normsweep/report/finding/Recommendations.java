package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.clipping;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.record.GradientNorm;
import normsweep.report.analysis.Comparison.Verdict;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;

/** Guidelines for training such a head, each with the finding it rests on. */
final class Recommendations {
  // The smallest lead in accuracy that a practitioner would act on.
  private static final double RELEVANT = 0.01;

  private Recommendations() {}

  /** Every guideline that the sweep supports; never empty. */
  static List<String> of(SweepEvidence sweep) {
    List<String> texts = new ArrayList<>();
    accuracy(sweep).ifPresent(texts::add);
    for (HeadKind head : sweep.heads()) {
      for (Clip clip : sweep.clips()) {
        if (clip.active()) {
          clipped(sweep, head, clip).ifPresent(texts::add);
        }
      }
    }
    speed(sweep).ifPresent(texts::add);
    seeds(sweep).ifPresent(texts::add);
    return texts.isEmpty() ? List.of("The numbers of this sweep support no guideline.") : texts;
  }

  private static Optional<String> accuracy(SweepEvidence sweep) {
    return HeadRanking.of(sweep, Measure.TEST_ACCURACY)
        .filter(ranking -> !ranking.beaten().isEmpty())
        .map(
            ranking ->
                say(
                    "For accuracy, prefer %s to %s under this protocol: the lead is beyond the"
                        + " noise between %d seeds.",
                    ranking.first().label(), labels(ranking.beaten()), ranking.seeds()));
  }

  private static Optional<String> clipped(SweepEvidence sweep, HeadKind head, Clip clip) {
    if (ClippingFindings.neverFired(sweep, head, clip)) {
      double largest =
          sweep.trials(head, clip).stream()
              .filter(trial -> trial.row().completed())
              .flatMap(trial -> trial.gradients().stream())
              .flatMapToDouble(series -> Arrays.stream(series.before(GradientNorm.TOTAL)))
              .max()
              .orElse(0);
      return Optional.of(
          say(
              "With %s, %s does nothing (largest total norm %s): leave it out or lower the"
                  + " threshold.",
              head.label(), clipping(clip), Measure.GRADIENT_NORM.format(largest)));
    }
    return ClippingFindings.compare(sweep, head, clip, Measure.TEST_ACCURACY)
        .filter(comparison -> comparison.verdict() == Verdict.BEYOND_NOISE)
        .map(
            comparison ->
                say(
                    "With %s, %s %s: test accuracy %s beyond noise.",
                    head.label(),
                    comparison.difference() > 0 ? "keep" : "avoid",
                    clipping(clip),
                    Measure.TEST_ACCURACY.formatDifference(comparison.difference())));
  }

  private static Optional<String> speed(SweepEvidence sweep) {
    return HeadRanking.of(sweep, Measure.EPOCHS_TO_95)
        .filter(ranking -> !ranking.beaten().isEmpty())
        .map(
            ranking ->
                say(
                    "If you can afford only a few epochs, prefer %s to %s: it reaches 95 %% of its"
                        + " own best validation accuracy in %s, sooner by more than the noise"
                        + " between %d seeds.",
                    ranking.first().label(),
                    labels(ranking.beaten()),
                    ranking.measure().format(ranking.mean()),
                    ranking.seeds()));
  }

  private static String labels(List<HeadKind> heads) {
    return Sentences.list(heads.stream().map(HeadKind::label).toList());
  }

  // Lehr's rule for a paired design: 80 % power at 5 % needs about 8 (s/δ)² pairs; below six pairs
  // Student's t requires a few more, hence the lower limit.
  private static Optional<String> seeds(SweepEvidence sweep) {
    if (sweep.completed().isEmpty()) {
      return Optional.empty();
    }
    if (sweep.seeds().size() < 2) {
      return Optional.of(
          "Run at least three seeds before choosing: one seed cannot show a difference beyond"
              + " noise.");
    }
    return HeadRanking.of(sweep, Measure.TEST_ACCURACY)
        .filter(ranking -> !ranking.undecided().isEmpty())
        .map(ranking -> seeds(sweep, ranking.first(), ranking.undecided().get(0)));
  }

  private static String seeds(SweepEvidence sweep, HeadKind first, HeadKind other) {
    Map<Long, Double> firsts = sweep.bySeed(Measure.TEST_ACCURACY, first);
    Map<Long, Double> others = sweep.bySeed(Measure.TEST_ACCURACY, other);
    List<Double> differences =
        firsts.keySet().stream()
            .filter(others::containsKey)
            .map(seed -> firsts.get(seed) - others.get(seed))
            .toList();
    double deviation = Summary.of(differences).orElseThrow().deviation();
    long needed = Math.max(5, (long) Math.ceil(8 * Math.pow(deviation / RELEVANT, 2)));
    return say(
        "To distinguish %s from %s, run about %d seeds: their difference varies by %s from seed to"
            + " seed, and that many should detect a lead of 1 point four times out of five.",
        first.label(),
        other.label(),
        needed,
        Measure.TEST_ACCURACY.formatDifference(deviation).replace("+", ""));
  }
}
