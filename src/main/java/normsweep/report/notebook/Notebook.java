package normsweep.report.notebook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.Figure;
import normsweep.report.finding.Findings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The analysis as a Jupyter notebook for a Java kernel such as JJava. Its cells process the files
 * of the sweep with only the JDK, so that readers can see how each figure is computed; they are run
 * when the notebook is written, and their output is embedded.
 */
public final class Notebook {
  private static final Logger log = LoggerFactory.getLogger(Notebook.class);
  private static final String METADATA =
      """
      {
        "kernelspec": {"display_name": "Java", "language": "java", "name": "java"},
        "language_info": {
          "name": "java",
          "mimetype": "text/x-java-source",
          "file_extension": ".jshell",
          "pygments_lexer": "java"
        }
      }
      """;

  private Notebook() {}

  /**
   * A cell of the notebook.
   *
   * @param id its name, unique in the notebook
   * @param code whether it is Java, Markdown otherwise
   * @param source its text
   */
  record Cell(String id, boolean code, String source) {
    Cell {
      source = source.strip();
    }
  }

  /**
   * Writes the notebook of a sweep whose figures have already been written. If this Java cannot run
   * cells, the notebook has no outputs.
   */
  public static byte[] of(
      SweepFolder folder, SweepEvidence sweep, Findings findings, List<Figure> figures)
      throws IOException {
    ObjectNode notebook = Records.json().createObjectNode();
    ArrayNode nodes = notebook.putArray("cells");
    if (!CellRunner.available()) {
      log.warn("This Java lacks the module jdk.jshell, so the notebook's cells are not run.");
    }
    try (CellRunner runner = CellRunner.available() ? new CellRunner(folder.root()) : null) {
      int count = 0;
      for (Cell cell : CellPlan.of(folder, sweep, findings, figures)) {
        ObjectNode node = nodes.addObject().put("id", cell.id());
        node.put("cell_type", cell.code() ? "code" : "markdown");
        node.putObject("metadata");
        node.set("source", lines(cell.source()));
        if (cell.code()) {
          count++;
          node.put("execution_count", runner == null ? null : count);
          ArrayNode outputs = node.putArray("outputs");
          if (runner != null) {
            outputs(outputs, runner.run(cell), count);
          }
        }
      }
    }
    ObjectNode metadata = (ObjectNode) Records.json().readTree(METADATA);
    notebook.set("metadata", metadata.put("title", folder.name()));
    notebook.put("nbformat", 4).put("nbformat_minor", 5);
    return Records.json().writeValueAsBytes(notebook);
  }

  private static void outputs(ArrayNode outputs, CellRunner.CellOutput output, int count) {
    if (!output.printed().isEmpty()) {
      ObjectNode stream = outputs.addObject().put("output_type", "stream").put("name", "stdout");
      stream.set("text", lines(output.printed()));
    }
    output
        .picture()
        .ifPresent(
            picture -> {
              ObjectNode result = outputs.addObject().put("output_type", "execute_result");
              result.put("execution_count", count).putObject("metadata");
              result.putObject("data").put("image/png", picture).put("text/plain", "a picture");
            });
  }

  // Jupyter stores a text line by line, each with its line end.
  private static JsonNode lines(String text) {
    return Records.json().valueToTree(text.split("(?<=\\n)"));
  }
}
