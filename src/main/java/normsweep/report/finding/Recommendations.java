package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.clipping;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.GradientNorm;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;
import org.apache.commons.math3.distribution.TDistribution;

/** Guidelines for training such a head, each with the finding it rests on. */
final class Recommendations {
  // The smallest lead in accuracy that a practitioner would act on.
  private static final double RELEVANT = 0.01;
  private static final int MOST_SEEDS = 1000;

  private Recommendations() {}

  /** Every guideline that the sweep supports; never empty. */
  static List<String> of(SweepEvidence sweep, Contrasts contrasts) {
    List<String> texts = new ArrayList<>();
    accuracy(sweep, contrasts).ifPresent(texts::add);
    for (HeadKind head : sweep.heads()) {
      for (Clip clip : sweep.clips()) {
        if (clip.active()) {
          clipped(sweep, contrasts, head, clip).ifPresent(texts::add);
        }
      }
    }
    speed(sweep, contrasts).ifPresent(texts::add);
    seeds(sweep, contrasts).ifPresent(texts::add);
    return texts.isEmpty() ? List.of("The numbers of this sweep support no guideline.") : texts;
  }

  private static Optional<String> accuracy(SweepEvidence sweep, Contrasts contrasts) {
    Optional<HeadRanking> found = HeadRanking.of(sweep, contrasts, Measure.TEST_ACCURACY);
    List<String> preferred = new ArrayList<>();
    found
        .filter(ranking -> !ranking.beaten().isEmpty())
        .ifPresent(
            ranking -> preferred.add(ranking.first().label() + " to " + labels(ranking.beaten())));
    found.stream()
        .flatMap(ranking -> ranking.rest().stream())
        .filter(one -> one.verdict() == Verdict.BEYOND_NOISE)
        .map(Contrast::preference)
        .forEach(preferred::add);
    return preferred.isEmpty()
        ? Optional.empty()
        : Optional.of(
            say(
                "For accuracy, prefer %s under this protocol: the lead is beyond the noise between"
                    + " %d seeds.",
                Sentences.list(preferred), found.orElseThrow().seeds()));
  }

  private static Optional<String> clipped(
      SweepEvidence sweep, Contrasts contrasts, HeadKind head, Clip clip) {
    if (sweep.neverFired(head, clip)) {
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
    List<Contrast> shown =
        Stream.of(Measure.TEST_ACCURACY, Measure.TEST_LOSS)
            .flatMap(measure -> contrasts.clipping(measure, head, clip).stream())
            .filter(contrast -> contrast.verdict() == Verdict.BEYOND_NOISE)
            .toList();
    long good = shown.stream().filter(Contrast::ahead).count();
    return shown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            say(
                "With %s, %s %s: %s, beyond noise.",
                head.label(),
                good == shown.size() ? "keep" : good == 0 ? "avoid" : "weigh",
                clipping(clip),
                Sentences.list(
                    shown.stream()
                        .map(
                            one ->
                                one.measure().label()
                                    + " "
                                    + one.measure().formatDifference(one.effect().difference()))
                        .toList())));
  }

  private static Optional<String> speed(SweepEvidence sweep, Contrasts contrasts) {
    return HeadRanking.of(sweep, contrasts, Measure.EPOCHS_TO_95)
        .filter(ranking -> !ranking.beaten().isEmpty())
        .map(
            ranking ->
                say(
                    "If you can afford only a few epochs, prefer %s to %s: it reaches 95 %% of"
                        + " its best validation accuracy in %s, sooner by more than the noise"
                        + " between %d seeds.",
                    ranking.first().label(),
                    labels(ranking.beaten()),
                    ranking.measure().format(ranking.mean()),
                    ranking.seeds()));
  }

  private static String labels(List<HeadKind> heads) {
    return Sentences.list(heads.stream().map(HeadKind::label).toList());
  }

  private static Optional<String> seeds(SweepEvidence sweep, Contrasts contrasts) {
    if (sweep.completed().isEmpty()) {
      return Optional.empty();
    }
    if (sweep.seeds().size() < 2) {
      return Optional.of(
          "Run at least five seeds before choosing: one seed cannot show a difference beyond"
              + " noise.");
    }
    return HeadRanking.of(sweep, contrasts, Measure.TEST_ACCURACY)
        .flatMap(
            ranking ->
                ranking.undecided().stream()
                    .map(ranking.others()::get)
                    .filter(contrast -> contrast.verdict() != Verdict.UNKNOWN)
                    .flatMap(contrast -> seeds(contrast, contrasts).stream())
                    .findFirst());
  }

  // Nothing if the sweep has seeds enough: then its difference is smaller than is relevant.
  private static Optional<String> seeds(Contrast contrast, Contrasts contrasts) {
    double deviation = contrast.effect().deviation();
    int needed = needed(RELEVANT / deviation, contrasts);
    String text =
        say(
            "To distinguish %s from %s, run about %d seeds: their difference varies by %s from seed"
                + " to seed, and that many should detect a lead of 1 point four times out of five.",
            contrast.head().label(),
            contrast.other().orElseThrow().label(),
            needed,
            Measure.TEST_ACCURACY.formatDifference(deviation).replace("+", ""));
    return needed > contrast.effect().pairs() ? Optional.of(text) : Optional.empty();
  }

  // The fewest seeds with which a difference of this size d_z exceeds what is concludable by the
  // quantile of t that the remaining noise stays above four times out of five.
  private static int needed(double size, Contrasts contrasts) {
    int seeds = 3;
    while (seeds < MOST_SEEDS
        && size
            < contrasts.concludable(seeds).orElseThrow()
                + new TDistribution(null, seeds - 1).inverseCumulativeProbability(0.8)
                    / Math.sqrt(seeds)) {
      seeds++;
    }
    return seeds;
  }
}
