package normsweep.report.document;

import static normsweep.report.analysis.Sentences.say;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of contents of a page: its headings of levels 2 and 3, each of which gets an id. */
final class Contents {
  private static final Pattern HEADING = Pattern.compile("(?s)<h([23])([^>]*)>(.*?)</h\\1>");
  private static final Pattern ID = Pattern.compile("\\bid=\"([^\"]+)\"");

  private Contents() {}

  /** Puts the contents in front of everything else in the body of a well-formed page. */
  static String inserted(String page) {
    StringBuilder text = new StringBuilder();
    StringBuilder entries = new StringBuilder();
    Matcher heading = HEADING.matcher(page);
    for (int number = 1; heading.find(); number++) {
      Matcher own = ID.matcher(heading.group(2));
      boolean named = own.find();
      String id = named ? own.group(1) : "section-" + number;
      String start = "<h" + heading.group(1) + (named ? "" : " id=\"" + id + "\"");
      heading.appendReplacement(
          text, Matcher.quoteReplacement(start + heading.group().substring("<h2".length())));
      entries.append(
          say(
              "<li class=\"level-%s\"><a href=\"#%s\">%s</a></li>\n",
              heading.group(1), id, heading.group(3).replaceAll("<[^>]*>", "")));
    }
    heading.appendTail(text);
    String contents =
        say(
            """

            <nav id="contents" aria-label="Contents"><details open="open"><summary>Contents</summary>
            <ul>
            %s</ul></details></nav>""",
            entries);
    return text.insert(text.indexOf("<body>") + "<body>".length(), contents).toString();
  }
}
