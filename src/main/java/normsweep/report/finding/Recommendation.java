package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.record.GradientNorm;
import normsweep.report.analysis.Comparison;
import normsweep.report.analysis.Comparison.Verdict;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;

/**
 * A guideline for training such a head.
 *
 * @param text the guideline and the finding it rests on
 */
public record Recommendation(String text) {
  // The smallest lead in accuracy that a practitioner would act on.
  private static final double RELEVANT = 0.01;

  /** Every guideline that the sweep supports; never empty. */
  public static List<Recommendation> of(SweepEvidence sweep) {
    List<String> texts = new ArrayList<>();
    accuracy(sweep).ifPresent(texts::add);
    for (HeadKind head : sweep.heads()) {
      for (Clip clip : sweep.clips()) {
        if (clip.active()) {
          clipping(sweep, head, clip).ifPresent(texts::add);
        }
      }
    }
    speed(sweep).ifPresent(texts::add);
    seeds(sweep).ifPresent(texts::add);
    if (texts.isEmpty()) {
      texts.add("The numbers of this sweep support no guideline.");
    }
    return texts.stream().map(Recommendation::new).toList();
  }

  private static Optional<String> accuracy(SweepEvidence sweep) {
    return HeadRanking.of(sweep, Measure.TEST_ACCURACY)
        .filter(ranking -> !ranking.beaten().isEmpty())
        .map(
            ranking ->
                String.format(
                    Locale.ROOT,
                    "For accuracy, prefer %s to %s under this protocol: the lead is beyond the noise between %d seeds.",
                    ranking.first().label(),
                    Sentences.list(ranking.beaten().stream().map(HeadKind::label).toList()),
                    ranking.seeds()));
  }

  private static Optional<String> clipping(SweepEvidence sweep, HeadKind head, Clip clip) {
    if (ClippingReach.neverFired(sweep, head, clip)) {
      double largest =
          sweep.trials(head, clip).stream()
              .filter(trial -> trial.row().completed())
              .map(TrialEvidence::gradients)
              .flatMap(Optional::stream)
              .flatMapToDouble(series -> java.util.Arrays.stream(series.before(GradientNorm.TOTAL)))
              .max()
              .orElse(0);
      return Optional.of(
          String.format(
              Locale.ROOT,
              "With %s, %s does nothing (largest total norm %s): leave it out or lower the threshold.",
              head.label(),
              Sentences.clipping(clip),
              Measure.GRADIENT_NORM.format(largest)));
    }
    Optional<Comparison> found =
        new ClippingEffect(head, clip, Measure.TEST_ACCURACY).compare(sweep);
    if (found.isEmpty() || found.get().verdict() != Verdict.BEYOND_NOISE) {
      return Optional.empty();
    }
    Comparison comparison = found.get();
    String gain = Measure.TEST_ACCURACY.formatDifference(comparison.difference());
    return Optional.of(
        comparison.difference() > 0
            ? String.format(
                Locale.ROOT,
                "With %s, keep %s: test accuracy %s beyond noise.",
                head.label(),
                Sentences.clipping(clip),
                gain)
            : String.format(
                Locale.ROOT,
                "With %s, avoid %s: test accuracy %s beyond noise.",
                head.label(),
                Sentences.clipping(clip),
                gain));
  }

  private static Optional<String> speed(SweepEvidence sweep) {
    return HeadRanking.of(sweep, Measure.EPOCHS_TO_95)
        .filter(ranking -> !ranking.beaten().isEmpty())
        .map(
            ranking ->
                String.format(
                    Locale.ROOT,
                    "If you can afford only a few epochs, prefer %s to %s: it reaches 95 %% of its own best validation accuracy in %s, sooner by more than the noise between %d seeds.",
                    ranking.first().label(),
                    Sentences.list(ranking.beaten().stream().map(HeadKind::label).toList()),
                    ranking.measure().format(ranking.mean()),
                    ranking.seeds()));
  }

  // Lehr's rule for a paired design: 80 % power at 5 % needs about 8 (s/δ)² pairs; below six pairs
  // Student's t requires a few more, hence the lower limit.
  private static Optional<String> seeds(SweepEvidence sweep) {
    if (sweep.completed().isEmpty()) {
      return Optional.empty();
    }
    if (sweep.seeds().size() < 2) {
      return Optional.of(
          "Run at least three seeds before choosing: one seed cannot show a difference beyond noise.");
    }
    Optional<HeadRanking> ranking = HeadRanking.of(sweep, Measure.TEST_ACCURACY);
    if (ranking.isEmpty() || ranking.get().undecided().isEmpty()) {
      return Optional.empty();
    }
    HeadKind first = ranking.get().first();
    HeadKind other = ranking.get().undecided().get(0);
    Map<Long, Double> firsts = sweep.bySeed(Measure.TEST_ACCURACY, first);
    Map<Long, Double> others = sweep.bySeed(Measure.TEST_ACCURACY, other);
    List<Double> differences =
        firsts.keySet().stream()
            .filter(others::containsKey)
            .map(seed -> firsts.get(seed) - others.get(seed))
            .toList();
    double deviation = normsweep.report.analysis.Summary.of(differences).orElseThrow().deviation();
    long needed = Math.max(5, (long) Math.ceil(8 * Math.pow(deviation / RELEVANT, 2)));
    return Optional.of(
        String.format(
            Locale.ROOT,
            "To distinguish %s from %s, run about %d seeds: their difference varies by %s from seed to seed, and that many should detect a lead of 1 point four times out of five.",
            first.label(),
            other.label(),
            needed,
            Measure.TEST_ACCURACY.formatDifference(deviation).replace("+", "")));
  }
}
