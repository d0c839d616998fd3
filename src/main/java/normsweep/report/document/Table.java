package normsweep.report.document;

import java.util.List;

/**
 * A table of the report.
 *
 * @param number its number
 * @param caption description, with the units
 * @param header names of the columns
 * @param rows its cells
 */
public record Table(int number, String caption, List<String> header, List<List<String>> rows) {
  /** Copies the lists. */
  public Table {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
  }
}
