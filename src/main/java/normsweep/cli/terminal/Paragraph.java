package normsweep.cli.terminal;

import static java.util.stream.Collectors.joining;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text that a terminal must not break within its words. */
public final class Paragraph {
  private static final Pattern START = Pattern.compile(" *(\\w+ *\\w*: +)?");

  private Paragraph() {}

  /**
   * Breaks lines that are too long: between columns (two spaces) if there are any, or else between
   * words. What follows is indented like the text after the line's label. A word that is longer
   * than a line, such as a path, stays whole.
   */
  public static String wrapped(String text, int width) {
    return text.lines().map(line -> wrappedLine(line, width)).collect(joining("\n"));
  }

  private static String wrappedLine(String line, int width) {
    Matcher start = START.matcher(line);
    String indent = " ".repeat(start.lookingAt() ? Math.min(start.end(), width / 3) : 0);
    StringBuilder lines = new StringBuilder();
    String rest = line;
    int at = end(rest, indent.length(), width);
    while (at > 0) {
      lines.append(rest.substring(0, at).stripTrailing()).append('\n');
      rest = indent + rest.substring(at).stripLeading();
      at = end(rest, indent.length(), width);
    }
    return lines + rest;
  }

  /** Where the first line of a text ends; -1 if it is the only one. */
  private static int end(String text, int indent, int width) {
    if (text.length() <= width) {
      return -1;
    }
    int column = text.lastIndexOf("  ", width);
    int word = text.lastIndexOf(' ', width);
    return column > indent ? column : word > indent ? word : text.indexOf(' ', width);
  }
}
