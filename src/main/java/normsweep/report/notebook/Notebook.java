package normsweep.report.notebook;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.report.finding.Findings;
import org.apache.commons.io.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The analysis as a Jupyter notebook for a Java kernel such as JJava. Its cells process the files
 * of the sweep with only the JDK, so that readers can see how each figure is computed; they are run
 * when the notebook is written, and their output is embedded.
 */
public final class Notebook {
  private static final Logger log = LoggerFactory.getLogger(Notebook.class);
  private static final String FOLDER = "/normsweep/report/cells/";
  private static final List<Map.Entry<String, String>> STEPS =
      List.of(
          Map.entry("results", "Results"),
          Map.entry("seeds", "Means over seeds"),
          Map.entry("differences", "Differences between heads"),
          Map.entry("convergence", "Convergence"),
          Map.entry("gradients", "Gradients"));
  private static final List<Map.Entry<String, String>> PICTURES =
      List.of(
          Map.entry("test-accuracy", "Test accuracy with 95 % sampling intervals."),
          Map.entry("accuracy-by-setting", "Test accuracy by setting."),
          Map.entry("curves", "Loss and accuracy of all trials."),
          Map.entry("reliability", "Accuracy of test predictions against their confidence."),
          Map.entry("confusion", "Confusion of classes, and recall by class."),
          Map.entry("gradient-total", "Total gradient norm before and after clipping."),
          Map.entry("gradient-steps", "Clipping factor and gradient noise."),
          Map.entry("gradient-heatmap", "Gradient norms by iteration and parameter."),
          Map.entry("gradient-magnitudes", "Magnitudes of gradient elements."),
          Map.entry("landscape-contour", "Loss surfaces around the trained heads."));

  private static final String PREDICTIONS =
      """
      ## Predictions

      Each trial's `predictions.npz` holds the logits of its saved network for every validation and
      test image, for use in Python:

      ```python
      import numpy as np
      file = np.load("FILE")
      (file["test_logits"].argmax(1) == file["test_labels"]).mean()  # test accuracy
      ```
      """;

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
  public static byte[] of(SweepFolder folder, String sweep, Findings findings) throws IOException {
    ObjectNode notebook = Records.json().createObjectNode();
    ArrayNode nodes = notebook.putArray("cells");
    if (!CellRunner.available()) {
      log.warn("This Java lacks the module jdk.jshell, so the notebook's cells are not run.");
    }
    try (CellRunner runner = CellRunner.available() ? new CellRunner(folder.root()) : null) {
      int count = 0;
      for (Cell cell : cells(folder, sweep, findings)) {
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
    notebook.set("metadata", Records.json().readTree(METADATA));
    notebook.put("nbformat", 4).put("nbformat_minor", 5);
    return Records.json().writeValueAsBytes(notebook);
  }

  private static List<Cell> cells(SweepFolder folder, String sweep, Findings findings)
      throws IOException {
    List<Cell> cells = new ArrayList<>();
    cells.add(
        new Cell(
            "title",
            false,
            "# Sweep `"
                + sweep
                + "`\n\n"
                + "The cells are written in Java and need a Java kernel (JJava, with Java 17 or"
                + " newer) started in the folder of this notebook. They use only the JDK and read"
                + " the sweep's CSV files; the figures, intervals and findings of the report come"
                + " from NormSweep itself."));
    cells.add(new Cell("read", true, resource("read.java")));
    if (Files.isRegularFile(folder.resultsCsv())) {
      for (Map.Entry<String, String> step : STEPS) {
        cells.add(new Cell("about-" + step.getKey(), false, "## " + step.getValue()));
        cells.add(new Cell(step.getKey(), true, resource(step.getKey() + ".java")));
      }
    }
    folder.readResults().trials().stream()
        .map(trial -> folder.root().relativize(folder.trial(trial.id()).predictions()))
        .filter(file -> Files.isRegularFile(folder.root().resolve(file)))
        .findFirst()
        .map(file -> PREDICTIONS.replace("FILE", file.toString().replace('\\', '/')))
        .ifPresent(text -> cells.add(new Cell("predictions", false, text)));
    for (Map.Entry<String, String> picture : PICTURES) {
      String file = "figures/" + picture.getKey() + ".png";
      if (Files.isRegularFile(folder.root().resolve(file))) {
        cells.add(new Cell("about-" + picture.getKey(), false, picture.getValue()));
        cells.add(
            new Cell(
                picture.getKey(), true, "ImageIO.read(folder.resolve(\"" + file + "\").toFile())"));
      }
    }
    String text =
        findings.findings().stream()
            .map(finding -> "\n- " + finding.text())
            .collect(joining("", "## Findings of the report\n", ""));
    cells.add(new Cell("findings", false, text));
    return cells;
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

  private static String resource(String name) throws IOException {
    return IOUtils.resourceToString(FOLDER + name, StandardCharsets.UTF_8);
  }
}
