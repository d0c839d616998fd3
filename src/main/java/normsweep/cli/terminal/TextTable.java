package normsweep.cli.terminal;

import static java.util.Comparator.comparingInt;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A table for a terminal: columns that do not fit are left out. */
public final class TextTable {
  private TextTable() {}

  /**
   * A column.
   *
   * @param first the heading
   * @param second its second line, such as the unit
   * @param left whether it holds text, not numbers
   * @param rank columns with a higher one make room first; 0 for those that stay
   */
  public record TextColumn<T>(
      String first, String second, boolean left, int rank, Function<T, String> content) {
    private List<String> cells(List<T> rows) {
      List<String> cells = new ArrayList<>(List.of(first, second));
      rows.forEach(row -> cells.add(content.apply(row)));
      int width = cells.stream().mapToInt(String::length).max().orElseThrow();
      cells.add(2, "-".repeat(width));
      String format = "%" + (left ? "-" : "") + Math.max(1, width) + "s";
      return cells.stream().map(cell -> String.format(Locale.ROOT, format, cell)).toList();
    }
  }

  /**
   * The lines: two of headings, one that underlines them, one per row.
   *
   * @param width columns of the terminal
   */
  public static <T> List<String> lines(List<TextColumn<T>> columns, List<T> rows, int width) {
    List<List<String>> cells = columns.stream().map(column -> column.cells(rows)).toList();
    int used = cells.stream().mapToInt(column -> column.get(0).length() + 2).sum() - 2;
    TextColumn<T> last = columns.stream().max(comparingInt(TextColumn::rank)).orElseThrow();
    if (used > width && last.rank() > 0) {
      return lines(columns.stream().filter(column -> !column.equals(last)).toList(), rows, width);
    }
    return IntStream.range(0, cells.get(0).size())
        .mapToObj(
            line ->
                String.join("  ", cells.stream().map(column -> column.get(line)).toList())
                    .stripTrailing())
        .toList();
  }

  /** A number; a dash if there is none. */
  public static String number(String format, Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }
}
