package normsweep.ui.state;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import normsweep.record.EpochMetrics;
import normsweep.record.TrialResult;
import normsweep.ui.state.SweepOverview.TrialRow;

/** The table of trials, as its template takes it. */
public final class SweepTable {
  private final List<TrialAxis> axes;
  private final TrialRecords records;

  /** Creates the table of trials that differ in these axes. */
  public SweepTable(List<TrialAxis> axes, TrialRecords records) {
    this.axes = axes;
    this.records = records;
  }

  /** The columns in which trials differ, with their values. */
  public List<Map<String, Object>> axes(List<TrialRow> rows) {
    return axes.stream()
        .map(
            axis ->
                Map.<String, Object>of(
                    "key",
                    axis.key(),
                    "label",
                    axis.label(),
                    "values",
                    rows.stream().map(row -> axis.text(row.result())).distinct().toList()))
        .toList();
  }

  /** One row. */
  public Map<String, Object> row(TrialRow row) {
    TrialResult result = row.result();
    Map<String, Object> values = new HashMap<>();
    values.put("id", result.id());
    values.put("status", row.status());
    values.put(
        "reason",
        result.reason() != null ? result.reason() : records.worker(result.id()).orElse(null));
    values.put("left", left(row.secondsLeft()));
    values.put("settings", axes.stream().map(axis -> setting(axis, result)).toList());
    values.put("numbers", numbers(row));
    return values;
  }

  private static Map<String, Object> setting(TrialAxis axis, TrialResult result) {
    return Map.of(
        "key", axis.key(),
        "text", axis.text(result),
        "order", axis.order(result),
        "number", axis.value().apply(result) instanceof Number);
  }

  private List<Map<String, String>> numbers(TrialRow row) {
    TrialResult result = row.result();
    List<EpochMetrics> epochs = records.metrics(result.id());
    // Of a trial that has not ended, the epoch that would be saved now.
    Optional<EpochMetrics> best =
        epochs.stream().min(Comparator.comparingDouble(EpochMetrics::valLoss));
    Integer bestEpoch =
        result.bestEpoch() != null
            ? result.bestEpoch()
            : best.map(EpochMetrics::epoch).orElse(null);
    Double accuracy =
        result.valAccuracy() != null
            ? result.valAccuracy()
            : best.map(EpochMetrics::valAccuracy).orElse(null);
    Double seconds =
        result.trainSeconds() != null || epochs.isEmpty()
            ? result.trainSeconds()
            : Double.valueOf(epochs.stream().mapToDouble(EpochMetrics::seconds).sum());
    return List.of(
        number(
            row.epochsDone(), row.epochsDone() + (row.epochs() == null ? "" : "/" + row.epochs())),
        number(bestEpoch, text("%d", bestEpoch)),
        number(accuracy, percent(accuracy)),
        number(result.testAccuracy(), percent(result.testAccuracy())),
        number(result.clippedFraction(), percent(result.clippedFraction())),
        number(seconds, text("%.1f", seconds)));
  }

  private static Map<String, String> number(Object order, String text) {
    return Map.of("order", order == null ? "" : order.toString(), "text", text);
  }

  /** How much training is left, in words; empty if none is, or nothing tells. */
  static String left(Double seconds) {
    return seconds == null || seconds == 0 ? "" : TimeLeft.words(seconds) + " left";
  }

  /** A share in words; a dash if it is not known. */
  public static String percent(Double share) {
    return text("%.2f\u00a0%%", share == null ? null : 100 * share);
  }

  static String text(String format, Object value) {
    return value == null ? "–" : String.format(Locale.ROOT, format, value);
  }
}
