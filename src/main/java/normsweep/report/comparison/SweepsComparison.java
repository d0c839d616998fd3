package normsweep.report.comparison;

import static normsweep.report.analysis.Sentences.say;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import normsweep.base.NormSweepException;
import normsweep.record.DataSettings;
import normsweep.record.Trial;
import normsweep.record.TrialSettings;
import normsweep.report.analysis.Sentences;

/**
 * The cells of several sweeps side by side. A cell is a trial without its seed; a setting that one
 * of the sweeps varies is part of the cells of all.
 *
 * @param sweeps the sweeps; the first is the reference
 */
public record SweepsComparison(List<ComparedSweep> sweeps) {

  /** As many as there are letters. */
  private static final int MOST = 26;

  /**
   * Reads sweep folders.
   *
   * @throws NormSweepException exit code 2 if there are not 2 to 26 of them, or if one of them is
   *     no sweep folder, is given twice, or shares no cell of completed trials with the first; 3 if
   *     its results are damaged
   */
  public static SweepsComparison of(List<Path> folders) {
    if (folders.size() < 2 || folders.size() > MOST) {
      throw NormSweepException.usage(
          say("compare takes 2 to %d sweep folders, but got %d.", MOST, folders.size()));
    }
    List<ComparedSweep> sweeps = new ArrayList<>();
    Set<Path> seen = new LinkedHashSet<>();
    for (Path folder : folders) {
      String letter = Character.toString('A' + sweeps.size());
      ComparedSweep sweep = ComparedSweep.read(letter, folder);
      if (!seen.add(real(folder))) {
        throw NormSweepException.usage(folder + " is given twice; name each sweep folder once.");
      }
      sweeps.add(sweep);
    }
    Set<String> varied = new LinkedHashSet<>();
    sweeps.forEach(sweep -> varied.addAll(sweep.config().varied()));
    sweeps.replaceAll(sweep -> sweep.by(varied));
    List<Trial> first = sweeps.get(0).cells();
    for (ComparedSweep other : sweeps.subList(1, sweeps.size())) {
      if (other.cells().stream().noneMatch(first::contains)) {
        throw NormSweepException.usage(
            other.folder()
                + " has no completed trial with the "
                + parts(varied)
                + " of a completed trial in "
                + folders.get(0)
                + "; name sweeps that have such trials.");
      }
    }
    return new SweepsComparison(List.copyOf(sweeps));
  }

  private static String parts(Set<String> varied) {
    Stream<String> words = varied.stream().map(TrialSettings::words);
    return Sentences.list(
        Stream.concat(Stream.of("norm", "placement", "clipping"), words).toList());
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      return folder.toAbsolutePath().normalize();
    }
  }

  ComparedSweep reference() {
    return sweeps.get(0);
  }

  List<ComparedSweep> others() {
    return sweeps.subList(1, sweeps.size());
  }

  /** Cells with a completed trial in at least one sweep, those of the first sweep first. */
  List<Trial> cells() {
    return sweeps.stream().flatMap(sweep -> sweep.cells().stream()).distinct().toList();
  }

  /**
   * Facts that are not the same in all sweeps, apart from those that older versions did not record:
   * for each its values, and the letters of the sweeps that have them.
   */
  Map<String, Map<String, String>> differences() {
    Map<String, Map<String, String>> facts = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    for (ComparedSweep sweep : sweeps) {
      facts.put(sweep.letter(), sweep.facts());
      names.addAll(sweep.facts().keySet());
    }
    Map<String, Map<String, String>> byName = new LinkedHashMap<>();
    for (String name : names) {
      Map<String, String> values = new LinkedHashMap<>();
      facts.forEach(
          (letter, known) ->
              Optional.ofNullable(known.get(name))
                  .or(() -> ComparedSweep.missing(name))
                  .ifPresent(value -> values.merge(value, letter, (a, b) -> a + ", " + b)));
      byName.put(name, values);
    }
    byName.values().removeIf(values -> values.size() < 2);
    return byName;
  }

  /** Why scores of the sweeps are not comparable, one sentence each. */
  List<String> warnings() {
    Set<String> warnings = new LinkedHashSet<>();
    for (ComparedSweep other : others()) {
      for (Trial cell : reference().cells()) {
        if (other.byCell().containsKey(cell)) {
          Map<String, String> found = conditions(other, cell);
          conditions(reference(), cell)
              .forEach(
                  (what, value) -> {
                    if (!value.equals(found.get(what))) {
                      warnings.add(
                          say(
                              "Not comparable: %s has other %s than %s.",
                              other.letter(), what, reference().letter()));
                    }
                  });
        }
      }
    }
    return List.copyOf(warnings);
  }

  /** What must be equal for a cell's scores to be comparable. */
  private static Map<String, String> conditions(ComparedSweep sweep, Trial cell) {
    DataSettings data = sweep.data(cell);
    String images =
        (sweep.results().data() == null ? "" : sweep.results().data().sha256())
            + " "
            + data.splitSeed();
    Map<String, String> conditions = new TreeMap<>();
    conditions.put(
        "pretrained weights",
        sweep.results().weights() == null ? "" : sweep.results().weights().sha256());
    conditions.put("test images", images + " " + data.test());
    // They are drawn from what the training images leave.
    conditions.put("validation images", images + " " + data.train() + " " + data.validation());
    return conditions;
  }
}
