package normsweep.report.document;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers the tables and figures of a page in their order, and fills in the references to them. Its
 * appendix has numbers of its own, A1 and so on, so that a number means the same in every form of
 * the document, whichever parts that has.
 *
 * <p>{@code {#figure:curves}} is where the figure appears and becomes “Figure 3”; {@code
 * {?figure:curves}} is a remark that refers to it and becomes “ (Figure 3)”, or nothing if the page
 * has no such figure.
 */
final class Numbering {
  /** Where the appendix begins. */
  static final String APPENDIX = "<!-- appendix -->";

  private static final Pattern ITEM = Pattern.compile("\\{#(table|figure):([\\w-]+)}");
  private static final Pattern REMARK = Pattern.compile("\\{\\?((?:table|figure):[\\w-]+)}");

  private Numbering() {}

  /** The page with all numbers. */
  static String of(String page) {
    int appendix = page.indexOf(APPENDIX);
    Map<String, String> names = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    Matcher items = ITEM.matcher(page);
    while (items.find()) {
      boolean main = appendix < 0 || items.start() < appendix;
      String kind = items.group(1);
      int number = counts.merge(kind + main, 1, Integer::sum);
      names.put(
          kind + ":" + items.group(2),
          Character.toUpperCase(kind.charAt(0))
              + kind.substring(1)
              + "\u00a0"
              + (main ? "" : "A")
              + number);
    }
    String numbered =
        ITEM.matcher(page).replaceAll(found -> names.get(found.group(1) + ":" + found.group(2)));
    return REMARK.matcher(numbered).replaceAll(found -> remark(found, names));
  }

  private static String remark(MatchResult found, Map<String, String> names) {
    String name = names.get(found.group(1));
    return name == null ? "" : " (" + name + ")";
  }
}
