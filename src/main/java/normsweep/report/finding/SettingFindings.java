package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.record.TrialSettings;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** Findings about the further axes of a sweep; none if it has no such axis. */
final class SettingFindings {
  private static final Measure VALIDATION = Measure.BEST_VALIDATION_ACCURACY;
  private static final Measure TEST = Measure.TEST_ACCURACY;

  private SettingFindings() {}

  /** Which of the settings the other findings are about, and why that one. */
  static Optional<Finding> scope(SweepEvidence whole, SweepEvidence shown) {
    int settings = whole.settings().size();
    if (settings < 2) {
      return Optional.empty();
    }
    int trials = shown.completed().size();
    String text =
        say(
            "The sweep has %d settings of further axes. Apart from the next finding and Table 1,"
                + " heads and clipping choices are compared at one of them, %s: it has the highest"
                + " mean validation accuracy over its %d completed trials. No comparison across"
                + " settings is made.",
            settings, label(shown), trials);
    return Optional.of(new Finding(Topic.EVIDENCE, Strength.OBSERVATION, text, settings, trials));
  }

  /** A finding about the setting that is shown, which its text names. */
  static Finding at(SweepEvidence whole, SweepEvidence shown, Finding finding) {
    String text = where(whole, shown) + finding.text();
    return new Finding(finding.topic(), finding.strength(), text, finding.numbers());
  }

  /** The beginning of a sentence about the setting that is shown; empty if there is only one. */
  static String where(SweepEvidence whole, SweepEvidence shown) {
    return whole.settings().size() < 2 ? "" : "At " + label(shown) + ": ";
  }

  private static String label(SweepEvidence shown) {
    return shown.trials().get(0).row().trial().settings().label();
  }

  /** For each head and clipping choice, the setting that validation favours. */
  static Optional<Finding> favoured(SweepEvidence whole) {
    List<TrialSettings> settings = whole.settings();
    List<String> items = new ArrayList<>();
    List<Double> numbers = new ArrayList<>();
    for (HeadKind head : whole.heads()) {
      for (Clip clip : whole.clips()) {
        Optional<TrialSettings> best =
            settings.stream()
                .filter(one -> mean(whole, one, head, clip, VALIDATION).isPresent())
                .max(
                    Comparator.comparingDouble(
                        one -> mean(whole, one, head, clip, VALIDATION).orElseThrow()));
        if (best.isPresent()) {
          double test = mean(whole, best.get(), head, clip, TEST).orElseThrow();
          numbers.add(test);
          items.add(
              say(
                  "%s for %s, %s (test accuracy %s)",
                  best.get().label(), head.label(), clip.label(), TEST.format(test)));
        }
      }
    }
    String text =
        say(
            "Of the %d settings, validation accuracy is highest at %s. Which setting is highest"
                + " is partly luck.",
            settings.size(), Sentences.list(items));
    return settings.size() < 2 || items.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding(Topic.ACCURACY, Strength.OBSERVATION, text, numbers));
  }

  private static Optional<Double> mean(
      SweepEvidence whole, TrialSettings settings, HeadKind head, Clip clip, Measure measure) {
    return Summary.of(whole.at(settings).bySeed(measure, head, clip).values()).map(Summary::mean);
  }
}
