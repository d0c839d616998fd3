package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.capital;
import static normsweep.report.analysis.Sentences.clipping;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import normsweep.record.Clip;
import normsweep.record.Optimizer;
import normsweep.report.analysis.ClippingFactor;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.PairedDifference;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/**
 * Why clipping does what it does. Clipping by global norm multiplies each gradient by min(1, c /
 * ‖g‖). SGD's steps are proportional to gradients, so they shrink by it; optimizers that divide by
 * a running size of the gradient take the same steps if the factor is the same in all of them.
 */
final class MechanismFindings {
  private MechanismFindings() {}

  /** The factor of each head, and how long the steps were compared with those without clipping. */
  static Optional<Finding> factor(SweepEvidence sweep, Contrasts contrasts, Clip clip) {
    List<String> factors = new ArrayList<>();
    List<String> lengths = new ArrayList<>();
    List<Double> numbers = new ArrayList<>();
    for (HeadKind head : sweep.heads()) {
      List<TrialEvidence> trials =
          sweep.trials(head, clip).stream().filter(trial -> trial.row().completed()).toList();
      List<ClippingFactor> own =
          trials.stream()
              .flatMap(trial -> trial.gradients().stream())
              .map(ClippingFactor::of)
              .toList();
      if (own.isEmpty()) {
        continue;
      }
      double median = mean(own.stream().map(ClippingFactor::median).toList());
      double variation = mean(own.stream().map(ClippingFactor::variation).toList());
      numbers.addAll(List.of(median, variation));
      factors.add(say("%.2f with %s (%.2f)", median, head.label(), variation));
      List<Double> steps =
          trials.stream().flatMap(trial -> sweep.stepLength(trial).stream()).toList();
      if (!steps.isEmpty()) {
        numbers.add(mean(steps));
        lengths.add(say("%.2f with %s", mean(steps), head.label()));
      }
    }
    String text =
        say(
            "%s multiplied the gradient of the median step by %s; in brackets the factor's"
                + " coefficient of variation.%s",
            capital(clipping(clip)), Sentences.list(factors), expectation(sweep, contrasts, clip));
    String measured =
        lengths.isEmpty()
            ? ""
            : say(
                " The length of the median step, relative to no clipping: %s.",
                Sentences.list(lengths));
    return factors.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding(Topic.CLIPPING, Strength.OBSERVATION, text + measured, numbers));
  }

  // What is known of the optimizer and the factor, and whether the accuracies agree. Clipping of
  // values or per layer changes the gradient's direction, too, of which the factor tells nothing.
  private static String expectation(SweepEvidence sweep, Contrasts contrasts, Clip clip) {
    Optimizer optimizer = sweep.config().training().optimizer();
    if (clip.mode() != Clip.Mode.GLOBAL_NORM) {
      return " It also changed the gradient's direction, which the factor does not show.";
    }
    if (optimizer.hasMomentum()) {
      return say(
          " The steps of %s are proportional to the gradient, so the factor acts as a lower learning"
              + " rate.",
          optimizer.label());
    }
    List<Contrast> tests =
        sweep.heads().stream()
            .flatMap(head -> contrasts.clipping(Measure.TEST_ACCURACY, head, clip).stream())
            .toList();
    List<String> against =
        tests.stream()
            .filter(found -> found.verdict() == Verdict.BEYOND_NOISE)
            .map(found -> found.head().label())
            .toList();
    String outcome =
        tests.isEmpty()
            ? ""
            : tests.stream().anyMatch(found -> found.verdict() == Verdict.UNKNOWN)
                ? " One seed cannot test whether the accuracy agrees."
                : against.isEmpty()
                    ? " That no effect on the accuracy could be shown is consistent with it."
                    : say(
                        " A constant factor is no explanation of the effect on the accuracy found"
                            + " with %s.",
                        Sentences.list(against));
    return say(
        " Under %s a factor that is the same in every step cancels.%s", optimizer.label(), outcome);
  }

  /**
   * Describes the effect of clipping on the test accuracy under the two kinds of optimizers, if the
   * sweep has both: each with its setting of the highest mean validation accuracy. No conclusion,
   * because comparisons across settings are not in the family of {@link Contrasts}.
   */
  static Optional<Finding> optimizers(SweepEvidence whole, Clip clip) {
    Optional<SweepEvidence> proportional = best(whole, true);
    Optional<SweepEvidence> adaptive = best(whole, false);
    if (proportional.isEmpty() || adaptive.isEmpty()) {
      return Optional.empty();
    }
    return PairedDifference.of(
            effects(proportional.get(), clip),
            effects(adaptive.get(), clip),
            Measure.TEST_ACCURACY.resolution(whole))
        .map(found -> optimizers(found, clip, proportional.get(), adaptive.get()));
  }

  private static Finding optimizers(
      PairedDifference found, Clip clip, SweepEvidence proportional, SweepEvidence adaptive) {
    Measure accuracy = Measure.TEST_ACCURACY;
    String interval =
        found
            .interval()
            .map(
                range ->
                    say(
                        " (95 %% interval of the difference %s, not corrected for other"
                            + " comparisons)",
                        accuracy.formatInterval(range)))
            .orElse(", in the only seed that was run");
    return new Finding(
        Topic.CLIPPING,
        Strength.OBSERVATION,
        say(
            "%s changed the mean test accuracy of all heads by %s under %s, whose steps shrink with"
                + " the gradient, and by %s under %s, whose steps do not%s.",
            capital(clipping(clip)),
            accuracy.formatDifference(found.first()),
            proportional.config().training().optimizer().label(),
            accuracy.formatDifference(found.second()),
            adaptive.config().training().optimizer().label(),
            interval),
        List.of(found.first(), found.second()));
  }

  private static Optional<SweepEvidence> best(SweepEvidence whole, boolean proportional) {
    return whole.bestByOptimizer().stream()
        .filter(part -> part.config().training().optimizer().hasMomentum() == proportional)
        .filter(part -> !part.completed().isEmpty())
        .findFirst();
  }

  // By seed, averaged over the heads.
  private static Map<Long, Double> effects(SweepEvidence sweep, Clip clip) {
    Map<Long, List<Double>> all = new TreeMap<>();
    for (HeadKind head : sweep.heads()) {
      Map<Long, Double> without = sweep.bySeed(Measure.TEST_ACCURACY, head, Clip.NONE);
      sweep
          .bySeed(Measure.TEST_ACCURACY, head, clip)
          .forEach(
              (seed, with) -> {
                if (without.containsKey(seed)) {
                  all.computeIfAbsent(seed, key -> new ArrayList<>()).add(with - without.get(seed));
                }
              });
    }
    Map<Long, Double> means = new TreeMap<>();
    all.forEach((seed, effects) -> means.put(seed, mean(effects)));
    return means;
  }

  private static double mean(List<Double> values) {
    return Summary.of(values).orElseThrow().mean();
  }
}
