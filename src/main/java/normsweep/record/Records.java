package normsweep.record;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import normsweep.base.AtomicFiles;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;

/**
 * JSON and CSV files of records. The files never name types, so reading one can only create the
 * requested record.
 */
public final class Records {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();
  private static final CsvMapper CSV =
      CsvMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY) // columns in the record's order
          .enable(CsvParser.Feature.FAIL_ON_MISSING_COLUMNS)
          .enable(CsvParser.Feature.EMPTY_STRING_AS_NULL)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** Columns of a row that hold settings by their dotted keys. */
  private static final List<String> SETTINGS = List.of("settings", "tuned");

  /** Columns that are left out where no row has a value. */
  private static final Set<String> WHERE_KNOWN = Set.of("testBalancedAccuracy", "testMacroF1");

  private Records() {}

  /** The program's JSON mapper, which indents and ignores unknown keys. */
  public static ObjectMapper json() {
    return JSON;
  }

  /** Writes a JSON file atomically. */
  public static void writeJson(Path file, Object value) throws IOException {
    AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(value)));
  }

  /**
   * Reads a JSON file that this program wrote, which contains every key: a missing key means that
   * the file is damaged.
   *
   * @throws NormSweepException exit code 3 if it is missing or malformed
   */
  public static <T> T readJson(Path file, Class<T> type) {
    try {
      T value =
          JSON.readerFor(type)
              .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
              .readValue(file.toFile());
      if (value == null) {
        throw damaged(file, "it contains no value", null);
      }
      return value;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The error for a file that differs from what this program wrote. */
  public static NormSweepException damaged(Path file, String what, Throwable cause) {
    return NormSweepException.unavailable(
        file + " is damaged (" + what + "); delete it or restore an intact copy.", cause);
  }

  private static NormSweepException unreadable(Path file, IOException e) {
    if (e instanceof FileNotFoundException || e instanceof FileSystemException) {
      return NormSweepException.unavailable(
          file + " cannot be read: " + Reason.of(e) + "; restore it.", e);
    }
    String what = String.valueOf(e.getMessage());
    if (e instanceof JsonProcessingException json) {
      what = json.getOriginalMessage().replaceAll(" \\(start marker at \\[.*?]\\)", "");
      JsonLocation at = json.getLocation();
      if (at != null && at.getLineNr() > 0) {
        what = "line " + at.getLineNr() + ": " + what.lines().findFirst().orElse("malformed");
      }
    }
    // Parsers quote what they choke on, endless texts too.
    return damaged(file, MessageText.of(what.lines().findFirst().orElse("malformed")), e);
  }

  /** Writes a CSV file with a header, even without rows, atomically. */
  public static <T> void writeCsv(Path file, Class<T> type, List<T> rows) throws IOException {
    CsvSchema schema = CSV.schemaFor(type).withHeader().withLineSeparator("\n");
    AtomicFiles.write(file, out -> out.write(CSV.writer(schema).writeValueAsBytes(rows)));
  }

  /**
   * Writes {@code results.csv} atomically: one row per trial, each further setting in a column of
   * its own.
   */
  public static void writeTable(Path file, List<TrialResult> trials) throws IOException {
    Set<String> further = new LinkedHashSet<>();
    List<ObjectNode> rows = new ArrayList<>();
    for (TrialResult trial : trials) {
      further.addAll(trial.settings().values().keySet());
      further.addAll(trial.tuned().values().keySet());
      ObjectNode row = JSON.valueToTree(trial);
      for (String column : SETTINGS) {
        if (row.remove(column) instanceof ObjectNode settings) {
          row.setAll(settings);
        }
      }
      rows.add(row);
    }
    CsvSchema.Builder columns = CsvSchema.builder().setUseHeader(true).setLineSeparator("\n");
    for (CsvSchema.Column column : CSV.schemaFor(TrialResult.class)) {
      if (column.hasName(SETTINGS.get(0))) {
        further.forEach(columns::addColumn);
      } else if (!SETTINGS.contains(column.getName())
          && (!WHERE_KNOWN.contains(column.getName())
              || rows.stream().anyMatch(row -> row.has(column.getName())))) {
        columns.addColumn(column.getName(), column.getType());
      }
    }
    AtomicFiles.write(file, out -> out.write(CSV.writer(columns.build()).writeValueAsBytes(rows)));
  }

  /** Reads a CSV file with a header; exit code 3 if it is missing or malformed. */
  public static <T> List<T> readCsv(Path file, Class<T> type) {
    try (MappingIterator<T> rows =
        CSV.readerFor(type)
            .with(CSV.schemaFor(type).withHeader().withStrictHeaders(true))
            .readValues(file.toFile())) {
      return rows.readAll();
    } catch (IOException e) {
      throw unreadable(file, e);
    } catch (RuntimeException e) {
      // The iterator wraps errors in unchecked exceptions.
      throw unreadable(
          file, e.getCause() instanceof IOException cause ? cause : new IOException(e));
    }
  }
}
