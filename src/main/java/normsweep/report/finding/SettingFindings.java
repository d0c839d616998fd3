package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
  private static final Measure TEST = Measure.TEST_ACCURACY;

  private SettingFindings() {}

  /**
   * Which of the settings the other findings are about, and why that one; none before a trial is
   * completed.
   */
  static Optional<Finding> scope(SweepEvidence whole, SweepEvidence shown) {
    int settings = whole.settings().size();
    int trials = shown.completed().size();
    if (settings < 2 || trials == 0) {
      return Optional.empty();
    }
    String text =
        say(
            "The sweep has %d settings of further axes. Apart from the next finding and Table 1,"
                + " heads and clipping choices are compared at one of them, %s: among the settings"
                + " with the most completed trials, it has the highest mean validation accuracy"
                + " (%d completed trial%s). No comparison across settings is made.",
            settings, label(shown), trials, trials == 1 ? "" : "s");
    return Optional.of(new Finding(Topic.EVIDENCE, Strength.OBSERVATION, text, settings, trials));
  }

  /** A finding about the setting that is shown, which its text names. */
  static Finding at(SweepEvidence whole, SweepEvidence shown, Finding finding) {
    String text = said(whole, shown, finding.text());
    return new Finding(finding.topic(), finding.strength(), text, finding.numbers());
  }

  /** A sentence that names the setting it is about, if there are several. */
  static String said(SweepEvidence whole, SweepEvidence shown, String sentence) {
    String where = where(whole, shown);
    return where.isEmpty() ? sentence : where + uncapitalised(sentence);
  }

  private static String uncapitalised(String sentence) {
    return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
  }

  /**
   * The beginning of a sentence about the setting that is shown; empty if there is only one, or
   * none with a completed trial.
   */
  static String where(SweepEvidence whole, SweepEvidence shown) {
    return whole.settings().size() < 2 || shown.completed().isEmpty()
        ? ""
        : "At " + label(shown) + ", ";
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
                .filter(one -> validation(whole, one, head, clip).isPresent())
                .max(
                    Comparator.comparingDouble(
                        one -> validation(whole, one, head, clip).orElseThrow()));
        if (best.isPresent()) {
          double test = mean(whole.at(best.get()).bySeed(TEST, head, clip).values()).orElseThrow();
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

  // That of the kept epochs, as in the choice of the setting that is shown.
  private static Optional<Double> validation(
      SweepEvidence whole, TrialSettings settings, HeadKind head, Clip clip) {
    return mean(
        whole.at(settings).trials(head, clip).stream()
            .filter(trial -> trial.row().completed())
            .map(trial -> trial.row().valAccuracy())
            .toList());
  }

  private static Optional<Double> mean(Collection<Double> values) {
    return Summary.of(values).map(Summary::mean);
  }
}
