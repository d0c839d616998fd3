package normsweep.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * JSON and CSV files of records. Types are never named in the files, so reading one can only make
 * the record that was asked for.
 */
public final class Records {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();
  private static final CsvMapper CSV =
      CsvMapper.builder()
          .enable(CsvParser.Feature.FAIL_ON_MISSING_COLUMNS)
          .enable(CsvParser.Feature.EMPTY_STRING_AS_NULL)
          .build();

  private Records() {}

  /** The program's JSON mapper; indents, tolerates keys it does not know. */
  public static ObjectMapper json() {
    return JSON;
  }

  /** Writes a JSON file atomically. */
  public static void writeJson(Path file, Object value) throws IOException {
    AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(value)));
  }

  /**
   * Reads a JSON file.
   *
   * @throws NormSweepException exit code 1 if it is missing or malformed
   */
  public static <T> T readJson(Path file, Class<T> type) {
    try {
      T value = JSON.readValue(file.toFile(), type);
      if (value == null) {
        throw NormSweepException.failed(file + " holds no JSON value; remove it and run again.");
      }
      return value;
    } catch (JsonProcessingException e) {
      String what = e.getOriginalMessage().lines().findFirst().orElse("malformed");
      throw NormSweepException.failed(
          file + " is damaged (" + what + "); remove it or restore a whole copy.", e);
    } catch (java.io.FileNotFoundException | NoSuchFileException e) {
      throw NormSweepException.failed(file + " does not exist.", e);
    } catch (IOException e) {
      throw NormSweepException.failed(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /** Writes a CSV file with a header atomically. */
  public static <T> void writeCsv(Path file, Class<T> type, List<T> rows) throws IOException {
    AtomicFiles.write(
        file,
        out ->
            out.write(
                CSV.writer(CSV.schemaFor(type).withHeader().withLineSeparator("\n"))
                    .writeValueAsBytes(rows)));
  }

  /** One CSV row of a record, line end included. */
  public static <T> String csvRow(Class<T> type, T row) {
    try {
      return CSV.writer(CSV.schemaFor(type).withLineSeparator("\n")).writeValueAsString(row);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The CSV header of a record, line end included. */
  public static String csvHeader(Class<?> type) {
    StringBuilder header = new StringBuilder();
    for (CsvSchema.Column column : CSV.schemaFor(type)) {
      header.append(header.isEmpty() ? "" : ",").append(column.getName());
    }
    return header.append('\n').toString();
  }

  /**
   * Reads a CSV file with a header.
   *
   * @throws NormSweepException exit code 1 if it is missing or malformed
   */
  public static <T> List<T> readCsv(Path file, Class<T> type) {
    try (MappingIterator<T> rows =
        CSV.readerFor(type)
            .with(CSV.schemaFor(type).withHeader().withStrictHeaders(true))
            .readValues(file.toFile())) {
      return rows.readAll();
    } catch (JsonProcessingException e) {
      String what = e.getOriginalMessage().lines().findFirst().orElse("malformed");
      throw NormSweepException.failed(file + " is damaged (" + what + ").", e);
    } catch (IOException | RuntimeException e) {
      throw NormSweepException.failed(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }
}
