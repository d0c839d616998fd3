package normsweep.ui;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/** Scripts of DL4J's pages, with what they do wrong put right. */
final class CorrectedScripts {
  private static final String TIMES = "data[\"memory\"][machineID][\"times\"]";

  /** What replaces what, by script. */
  private static final Map<String, List<Change>> CHANGES =
      Map.of(
          "js/train/overview.js",
          List.of(
              // Gradients are shown by their norms.
              new Change("logStdev=\"", "log10 \" + quantity() + \"=\""),
              new Change("\", stdev=\"", "\", \" + quantity() + \"=\""),
              Change.GRID),
          "js/train/model.js",
          List.of(
              // A parameter's name may contain characters that have a meaning in a selector.
              new Change("\"#\" + n", "\"#\" + $.escapeSelector(n)"),
              // The answer for one layer may come after another one was chosen, and even after that
              // one's answer.
              new Change("var modelDataUrl =", "const asked = selectedVertex; var modelDataUrl ="),
              new Change(
                  "lastUpdateSessionModel = currSession;",
                  "if (asked !== selectedVertex) return; lastUpdateSessionModel = currSession;"),
              new Change(
                  "currSelectedParamHist == null", "!paramNames.includes(currSelectedParamHist)"),
              new Change(
                  "currSelectedUpdateHist == null", "!paramNames.includes(currSelectedUpdateHist)"),
              // inArray gives -1, which is true, for layers whose parameters are not called W.
              new Change("if(jQuery.inArray(\"W\",paramNames))", "if(paramNames.includes(\"W\"))"),
              // The histogram of updates is not that of the parameter chosen for the other.
              new Change(
                  "data[\"updateHist\"][currSelectedParamHist]",
                  "data[\"updateHist\"][currSelectedUpdateHist]"),
              Change.GRID),
          // White texts need dark shapes, and those need an edge on a dark ground.
          "js/train/model-graph.js",
          List.of(
              new Change("\"Activation\": [\"#CD6155\"", "\"Activation\": [\"#A93226\""),
              new Change("\"Dense\": [\"#EB984E\"", "\"Dense\": [\"#A04000\""),
              new Change(
                  "'text-wrap': 'wrap',",
                  "'text-wrap': 'wrap', 'border-width': 1, 'border-color': themed('--edge'),")),
          // The charts of memory count reports; seconds since the first of them say more.
          "js/train/system.js",
          List.of(
              new Change("ValuesData.push([i,", "ValuesData.push([" + seconds("i") + ","),
              new Change("xy.push([j,", "xy.push([" + seconds("j") + ","),
              Change.GRID));

  private record Change(String from, String to) {
    static final Change GRID = new Change("\"#dddddd\"", "themed(\"--line\")");
  }

  private CorrectedScripts() {}

  /** The file of this name below {@code /assets/}, corrected if it is one of these. */
  static Buffer of(String name, Buffer file) {
    if (!CHANGES.containsKey(name)) {
      return file;
    }
    String script = file.toString();
    for (Change change : CHANGES.get(name)) {
      script = script.replace(change.from, change.to);
    }
    return Buffer.buffer(script);
  }

  private static String seconds(String report) {
    return "(" + TIMES + "[" + report + "] - " + TIMES + "[0]) / 1000";
  }
}
