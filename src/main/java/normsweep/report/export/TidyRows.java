package normsweep.report.export;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.report.export.Measures.TidyMeasure;

/** Rows of a tidy table: the trial, of what and when a value was taken, its name and its unit. */
final class TidyRows implements AutoCloseable {
  private static final List<String> TRIAL = List.of("trial", "norm", "placement", "clip", "seed");
  private static final List<String> PLACE =
      List.of(
          "epoch",
          "iteration",
          "parameter",
          "bin",
          "images",
          "image",
          "class",
          "pair",
          "to",
          "x",
          "y");
  private static final List<String> VALUE = List.of("measure", "unit", "value");

  private final SequenceWriter out;
  private final Map<String, Object> trial = new HashMap<>();
  private long count;

  /**
   * Begins a table.
   *
   * @param axes settings that differ between trials; each is a column
   */
  TidyRows(OutputStream file, Collection<String> axes) throws IOException {
    CsvSchema.Builder columns = CsvSchema.builder().setUseHeader(true).setLineSeparator("\n");
    for (Collection<String> group : List.of(TRIAL, axes, PLACE, VALUE)) {
      group.forEach(columns::addColumn);
    }
    out = new CsvMapper().writer(columns.build()).writeValues(file);
  }

  /** The following rows are of this trial. */
  void of(TrialResult row) {
    trial.clear();
    trial.put("trial", row.id());
    trial.put("norm", row.norm().id());
    trial.put("placement", row.placement().id());
    trial.put("clip", row.clip().id());
    trial.put("seed", row.seed());
    row.settings()
        .plus(row.tuned())
        .values()
        .forEach((key, value) -> trial.put(key, TrialSettings.text(value)));
  }

  /**
   * Adds a row.
   *
   * @param place by column; columns that do not apply are left out
   */
  void add(Map<String, ?> place, String measure, String unit, Number value) throws IOException {
    add(place, measure, unit, value.toString());
  }

  private void add(Map<String, ?> place, String measure, String unit, String value)
      throws IOException {
    Map<String, Object> row = new HashMap<>(trial);
    row.putAll(place);
    row.put("measure", measure);
    row.put("unit", unit);
    row.put("value", value);
    out.write(row);
    count++;
  }

  /** Adds a row for each measure. */
  void addAll(Map<String, ?> place, Map<TidyMeasure, Double> values) throws IOException {
    for (Map.Entry<TidyMeasure, Double> one : values.entrySet()) {
      String value = TrialSettings.text(one.getValue());
      add(place, one.getKey().name(), one.getKey().unit(), value);
    }
  }

  /** A place within another. */
  static Map<String, Object> with(Map<String, Object> place, String column, Object value) {
    Map<String, Object> further = new HashMap<>(place);
    further.put(column, value);
    return further;
  }

  /** How many rows there are. */
  long count() {
    return count;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
