package normsweep.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import normsweep.base.Progress;

/**
 * How far something has come, in one line that fits any width.
 *
 * @param name what it is
 * @param share the share that is done, from 0 to 1; NaN if that is unknown
 * @param facts further texts, the important ones first: those at the end make room where the line
 *     is too long
 */
public record StatusLine(String name, double share, List<String> facts) {
  private static final int LEAST_BAR = 5;
  private static final int MOST_BAR = 24;
  private static final double SLOW = 1;

  /** Leaves out empty facts. */
  public StatusLine {
    facts = facts.stream().filter(fact -> !fact.isEmpty()).toList();
  }

  /** The line of a piece of work. */
  static StatusLine of(Progress work) {
    double units = work.units();
    double all = work.allUnits();
    String count = all < 0 ? count(units) : count(units) + "/" + count(all);
    return new StatusLine(
        work.task(),
        work.share(),
        List.of(
            count + " " + work.unit(),
            timeLeft(work.share(), work.seconds()),
            units < 1 || work.unit().equals("s") ? "" : speed(units, work.seconds(), work.unit()),
            work.text()));
  }

  /** What remains to be said of a piece of work once it has ended. */
  static String ended(Progress work) {
    String time = work.unit().equals("s") ? "" : count(work.units()) + " " + work.unit() + " in ";
    return work.task() + ": " + time + duration(work.seconds());
  }

  /** Units per second or, where that is less than one, the time that each takes. */
  static String speed(double units, double seconds, String unit) {
    double perSecond = units / Math.max(seconds, 1e-3);
    return perSecond >= SLOW
        ? count(perSecond) + " " + unit + "/s"
        : String.format(Locale.ROOT, "%.1f s per %s", 1 / perSecond, unit.replaceFirst("s$", ""));
  }

  /** The time left of something that goes on at its pace so far; empty if that is unknown. */
  public static String timeLeft(double share, double seconds) {
    return share > 0 ? duration(seconds * (1 - share) / share) + " left" : "";
  }

  /** A duration in at most two units. */
  public static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return whole / 60 + " min " + whole % 60 + " s";
    }
    return whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  /** A count with separators, and one decimal place below ten where it is no whole number. */
  public static String count(double number) {
    boolean fraction = number < 10 && Math.abs(number - Math.rint(number)) >= 0.05;
    return String.format(Locale.ROOT, fraction ? "%.1f" : "%,.0f", number);
  }

  /** The line for a log: everything, without a bar. */
  public String text() {
    return name.strip()
        + ": "
        + String.join(", ", Stream.concat(percent(), facts.stream()).toList());
  }

  /** The line for a terminal: at most {@code width} columns. */
  public String fit(int width) {
    List<String> shown = new ArrayList<>(facts);
    while (!shown.isEmpty() && line("", shown).length() > width) {
      shown.remove(shown.size() - 1);
    }
    int room = width - line("", shown).length() - " []".length();
    if (Double.isNaN(share) || room < LEAST_BAR) {
      String line = line("", shown);
      return line.length() <= width ? line : line.substring(0, Math.max(0, width - 1)) + "…";
    }
    int bar = Math.min(MOST_BAR, room);
    int done = (int) (bar * share);
    return line(" [" + "=".repeat(done) + " ".repeat(bar - done) + "]", shown);
  }

  private String line(String bar, List<String> shown) {
    return name
        + percent().collect(Collectors.joining("", " ", ""))
        + bar
        + (shown.isEmpty() ? "" : " " + String.join(", ", shown));
  }

  // Rounded down: 100 % means that it is done.
  private Stream<String> percent() {
    return Double.isNaN(share)
        ? Stream.empty()
        : Stream.of(String.format(Locale.ROOT, "%3d %%", (int) (100 * share)));
  }
}
