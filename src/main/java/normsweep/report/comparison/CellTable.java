package normsweep.report.comparison;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import normsweep.record.Trial;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Summary;

/**
 * One cell of the comparison as texts: means and standard deviations of each sweep, and its
 * differences from the reference.
 *
 * @param cell the cell's name
 * @param rows its rows
 * @param notes how differences were computed, where not by pairs of seeds
 */
public record CellTable(String cell, List<CellRow> rows, List<String> notes) {
  private static final String NONE = "-";

  /**
   * One row.
   *
   * @param label a sweep's letter, a difference such as {@code B - A}, or {@code 95 %}
   * @param values a text for each {@link Score}
   * @param count number of trials or of shared seeds; empty where neither applies
   */
  public record CellRow(String label, List<String> values, String count) {}

  /** All cells. */
  static List<CellTable> of(SweepsComparison comparison) {
    return comparison.cells().stream().map(cell -> of(comparison, cell)).toList();
  }

  private static CellTable of(SweepsComparison comparison, Trial cell) {
    List<CellRow> rows = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    for (ComparedSweep sweep : comparison.sweeps()) {
      rows.add(means(sweep, cell));
    }
    for (ComparedSweep other : comparison.others()) {
      Map<Score, ScoreDifference> found = new EnumMap<>(Score.class);
      scores()
          .forEach(
              score ->
                  ScoreDifference.of(comparison.reference(), other, cell, score)
                      .ifPresent(difference -> found.put(score, difference)));
      if (!found.isEmpty()) {
        String name = other.letter() + " - " + comparison.reference().letter();
        ScoreDifference any = found.get(Score.TEST_ACCURACY); // all are of the same trials
        rows.addAll(rows(name, found, any.shared()));
        note(name, any).ifPresent(notes::add);
      }
    }
    return new CellTable(cell.label(), rows, List.copyOf(notes));
  }

  private static Stream<Score> scores() {
    return Stream.of(Score.values());
  }

  private static CellRow means(ComparedSweep sweep, Trial cell) {
    List<String> values =
        scores()
            .map(
                score ->
                    Summary.of(sweep.values(cell, score).values())
                        .map(summary -> mean(summary, score.decimals()))
                        .orElse(NONE))
            .toList();
    int trials = sweep.values(cell, Score.TEST_ACCURACY).size();
    return new CellRow(sweep.letter(), values, Integer.toString(trials));
  }

  private static String mean(Summary summary, int decimals) {
    String mean = number(summary.mean(), "", decimals);
    return summary.n() < 2 ? mean : mean + " (" + number(summary.deviation(), "", decimals) + ")";
  }

  private static List<CellRow> rows(String name, Map<Score, ScoreDifference> found, int shared) {
    List<String> values = new ArrayList<>();
    List<String> intervals = new ArrayList<>();
    found.forEach(
        (score, difference) -> {
          values.add(number(difference.value(), "+", score.decimals()));
          difference
              .interval()
              .ifPresent(range -> intervals.add(interval(range, score.decimals())));
        });
    CellRow row = new CellRow(name, values, shared > 0 ? Integer.toString(shared) : "");
    return intervals.isEmpty() ? List.of(row) : List.of(row, new CellRow("95 %", intervals, ""));
  }

  private static String interval(Interval range, int decimals) {
    return "["
        + number(range.low(), "", decimals)
        + ", "
        + number(range.high(), "", decimals)
        + "]";
  }

  // No sign on values that round to zero.
  private static String number(double value, String flag, int decimals) {
    String text = say("%" + flag + "." + decimals + "f", value);
    return text.matches("[+-]0\\.?0*") ? text.substring(1) : text;
  }

  private static Optional<String> note(String name, ScoreDifference difference) {
    String shared = difference.shared() == 0 ? "no shared seed" : "one shared seed only";
    return switch (difference.method()) {
      case PAIRED -> Optional.empty();
      case WELCH -> Optional.of(name + ": " + shared + ", so unpaired, with Welch's interval.");
      case NONE -> Optional.of(name + ": " + shared + ", so there is no interval.");
    };
  }
}
