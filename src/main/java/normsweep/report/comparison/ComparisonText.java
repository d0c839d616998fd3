package normsweep.report.comparison;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import normsweep.base.MessageText;

/** The comparison for a terminal of 80 columns, in ASCII. */
public final class ComparisonText {
  private static final int WIDTH = 80;
  private static final String ROW = "  %-6s%17s%17s%17s%17s%4s";

  private ComparisonText() {}

  /** The lines. */
  public static List<String> of(SweepsComparison comparison) {
    List<String> lines = new ArrayList<>();
    for (ComparedSweep sweep : comparison.sweeps()) {
      lines.add(
          say(
              "%s  %s (%d of %d trials completed)",
              sweep.letter(),
              sweep.folder(),
              sweep.completed().size(),
              sweep.results().trials().size()));
    }
    lines.add("");
    facts(comparison.differences(), lines);
    lines.addAll(comparison.warnings());
    if (!comparison.warnings().isEmpty()) {
      lines.add("");
    }
    lines.add(say(ROW, "", "validation", "validation", "test", "test", "").stripTrailing());
    lines.add(say(ROW, "", "accuracy, %", "loss", "accuracy, %", "loss", "n"));
    lines.add("-".repeat(WIDTH));
    for (CellTable cell : CellTable.of(comparison)) {
      lines.add(cell.cell());
      for (CellTable.CellRow row : cell.rows()) {
        List<Object> cells = new ArrayList<>(List.of(row.label()));
        cells.addAll(row.values());
        cells.add(row.count());
        lines.add(say(ROW, cells.toArray()).stripTrailing());
      }
      cell.notes().forEach(note -> lines.add("  " + note));
    }
    lines.add("");
    lines.addAll(ComparisonNotes.METHOD);
    lines.add("");
    lines.add("Chosen by mean validation accuracy:");
    ComparisonNotes.chosen(comparison).forEach(line -> lines.add("  " + line));
    return lines;
  }

  private static void facts(Map<String, Map<String, String>> differences, List<String> lines) {
    if (differences.isEmpty()) {
      lines.add("Config, weights, images, versions and machine are the same.");
    } else {
      lines.add("What differs:");
    }
    differences.forEach((name, values) -> lines.addAll(fact(name, values)));
    lines.add("");
  }

  /** One line if it fits, otherwise one for each value. */
  private static List<String> fact(String name, Map<String, String> values) {
    List<String> parts = new ArrayList<>();
    values.forEach((value, letters) -> parts.add(letters + " " + MessageText.printable(value)));
    String line = "  " + name + ": " + String.join(" | ", parts);
    if (line.length() <= WIDTH) {
      return List.of(line);
    }
    List<String> lines = new ArrayList<>(List.of("  " + name + ":"));
    for (String part : parts) {
      String value = "    " + part;
      lines.add(value.length() <= WIDTH ? value : value.substring(0, WIDTH - 3) + "...");
    }
    return lines;
  }
}
