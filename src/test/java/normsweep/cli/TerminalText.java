package normsweep.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is left on a terminal of a given width after some output: the codes that redraws use. */
final class TerminalText {
  private static final Pattern CODE = Pattern.compile("\u001b\\[([0-9;]*)([A-Za-z@])");

  private final int width;
  private final List<char[]> rows = new ArrayList<>();
  private int row;
  private int column;

  private TerminalText(int width) {
    this.width = width;
  }

  static List<String> of(String output, int width) {
    TerminalText terminal = new TerminalText(width);
    Matcher code = CODE.matcher(output);
    for (int at = 0; at < output.length(); ) {
      if (code.region(at, output.length()).lookingAt()) {
        terminal.apply(code.group(2).charAt(0), code.group(1));
        at = code.end();
      } else {
        terminal.put(output.charAt(at++));
      }
    }
    return terminal.rows.stream().map(line -> new String(line).stripTrailing()).toList();
  }

  private char[] line() {
    while (row >= rows.size()) {
      char[] line = new char[width];
      Arrays.fill(line, ' ');
      rows.add(line);
    }
    return rows.get(row);
  }

  private void put(char c) {
    switch (c) {
      case '\r' -> column = 0;
      case '\b' -> column = Math.max(0, column - 1);
      case '\n' -> row++;
      default -> {
        if (column == width) {
          column = 0;
          row++;
        }
        line()[column++] = c;
      }
    }
  }

  private void apply(char code, String argument) {
    int n = argument.matches("\\d+") ? Integer.parseInt(argument) : 1;
    char[] line = line();
    int at = Math.min(column, width - 1);
    switch (code) {
      case 'A' -> row = Math.max(0, row - n);
      case 'B' -> row += n;
      case 'C' -> column = Math.min(width - 1, column + n);
      case 'D' -> column = Math.max(0, at - n);
      case 'G' -> column = n - 1;
      case 'K' -> Arrays.fill(line, at, width, ' ');
      case 'J' -> {
        Arrays.fill(line, at, width, ' ');
        rows.subList(row + 1, rows.size()).clear();
      }
      case 'P' -> {
        int kept = Math.max(0, width - at - n);
        System.arraycopy(line, width - kept, line, at, kept);
        Arrays.fill(line, at + kept, width, ' ');
      }
      case '@' -> {
        int kept = Math.max(0, width - at - n);
        System.arraycopy(line, at, line, width - kept, kept);
        Arrays.fill(line, at, width - kept, ' ');
      }
      case 'X' -> Arrays.fill(line, at, Math.min(width, at + n), ' ');
      case 'm' -> {}
      default -> throw new IllegalArgumentException("unknown code " + code);
    }
  }
}
