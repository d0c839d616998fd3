package normsweep.ui.state;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;

/**
 * Something in which the trials of a sweep differ.
 *
 * @param key its name in scripts
 * @param label its name in words
 * @param value a trial's value: a number, or anything else by its text
 */
public record TrialAxis(String key, String label, Function<TrialResult, Object> value) {
  private static final String SEED = "seed";

  /** The axes in which some trials differ: norm, clipping, further settings, seed. */
  public static List<TrialAxis> of(List<TrialResult> trials) {
    Map<String, TrialAxis> settings = new LinkedHashMap<>();
    for (TrialResult trial : trials) {
      for (String key : trial.settings().values().keySet()) {
        settings.computeIfAbsent(key, name -> setting("", name, TrialResult::settings));
      }
      for (String key : trial.tuned().values().keySet()) {
        settings.computeIfAbsent(
            "tuned " + key, name -> setting("tuned ", key, TrialResult::tuned));
      }
    }
    return Stream.of(
            Stream.of(
                new TrialAxis("norm", "norm", TrialAxis::head),
                new TrialAxis("clip", "clipping", TrialResult::clip)),
            settings.values().stream(),
            Stream.of(new TrialAxis(SEED, SEED, TrialResult::seed)))
        .flatMap(axes -> axes)
        .filter(axis -> trials.stream().map(axis.value).distinct().count() > 1)
        .toList();
  }

  private static TrialAxis setting(
      String prefix, String key, Function<TrialResult, TrialSettings> of) {
    return new TrialAxis(
        prefix.isEmpty() ? key : "tuned." + key,
        prefix + TrialSettings.words(key),
        trial -> of.apply(trial).values().getOrDefault(key, ""));
  }

  /** Whether trials of one cell differ in it. */
  public boolean isSeed() {
    return key.equals(SEED);
  }

  /** The head in words. */
  static String head(TrialResult trial) {
    String norm = trial.norm().label();
    return trial.placement() == FrnPlacement.SPATIAL ? norm + " (spatial)" : norm;
  }

  /** A trial's value in words. */
  String text(TrialResult trial) {
    Object of = value.apply(trial);
    return of instanceof Clip clip ? clip.label() : TrialSettings.text(of);
  }

  /** A trial's value in words that say what it is a value of. */
  private String fullText(TrialResult trial) {
    return value.apply(trial) instanceof Number ? label + " " + text(trial) : text(trial);
  }

  /** What a trial's value is sorted by: a number, or a text. */
  String order(TrialResult trial) {
    Object of = value.apply(trial);
    return of instanceof Clip clip ? Double.toString(clip.threshold()) : String.valueOf(of);
  }

  /** The values in words, by axis, of all but the seed: what trials of one cell share. */
  static Map<String, String> cell(List<TrialAxis> axes, TrialResult trial) {
    Map<String, String> texts = new LinkedHashMap<>();
    axes.stream()
        .filter(axis -> !axis.isSeed())
        .forEach(axis -> texts.put(axis.key, axis.fullText(trial)));
    return texts;
  }

  /** A trial's name among the others: the values in which they differ. */
  public static String name(List<TrialAxis> axes, TrialResult trial) {
    return axes.stream().map(axis -> axis.fullText(trial)).collect(joining(", "));
  }
}
