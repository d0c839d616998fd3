package normsweep.report.notebook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.report.finding.Finding;
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
  private static final String FOLDER = "/normsweep/report/cells/";
  private static final List<Map.Entry<String, String>> PICTURES =
      List.of(
          Map.entry("test-accuracy", "Test accuracy with 95 % sampling intervals."),
          Map.entry("curves", "Loss and accuracy of all trials."),
          Map.entry("gradient-total", "Total gradient norm before and after clipping."),
          Map.entry("gradient-steps", "Clipped steps and gradient noise."),
          Map.entry("gradient-heatmap", "Gradient norms by iteration and parameter."),
          Map.entry("gradient-magnitudes", "Magnitudes of gradient elements."),
          Map.entry("landscape-contour", "Loss surfaces around the trained heads."));

  private Notebook() {}

  /**
   * Writes the notebook of a sweep whose figures have already been written. If this Java cannot run
   * cells, the notebook has no outputs.
   */
  public static byte[] of(SweepFolder folder, String sweep, Findings findings) throws IOException {
    List<NotebookCell> cells = cells(folder, sweep, findings);
    ArrayNode nodes = Records.json().createArrayNode();
    if (CellRunner.available()) {
      try (CellRunner runner = new CellRunner(folder.root())) {
        int count = 0;
        for (NotebookCell cell : cells) {
          ObjectNode node = node(nodes.addObject(), cell);
          if (cell.code()) {
            count++;
            node.put("execution_count", count);
            outputs(node.putArray("outputs"), runner.run(cell), count);
          }
        }
      }
    } else {
      log.warn("This Java lacks the module jdk.jshell, so the notebook's cells are not run.");
      for (NotebookCell cell : cells) {
        ObjectNode node = node(nodes.addObject(), cell);
        if (cell.code()) {
          node.putNull("execution_count");
          node.putArray("outputs");
        }
      }
    }
    return Records.json().writeValueAsBytes(notebook(nodes));
  }

  private static List<NotebookCell> cells(SweepFolder folder, String sweep, Findings findings) {
    List<NotebookCell> cells = new ArrayList<>();
    cells.add(
        NotebookCell.markdown(
            "title",
            "# Sweep `"
                + sweep
                + "`\n\nThe cells are written in Java and need a Java kernel (JJava, with Java 17 or newer)"
                + " started in the folder of this notebook. They use only the JDK and read the sweep's CSV"
                + " files; the figures, intervals and findings of the report come from NormSweep itself."));
    cells.add(NotebookCell.code("read", resource("read.java")));
    if (Files.isRegularFile(folder.resultsCsv())) {
      step(cells, "results", "## Results");
      step(cells, "seeds", "## Means over seeds");
      step(cells, "differences", "## Differences between heads");
      step(cells, "convergence", "## Convergence");
      step(cells, "gradients", "## Gradients");
    }
    for (Map.Entry<String, String> picture : PICTURES) {
      String file = "figures/" + picture.getKey() + ".png";
      if (Files.isRegularFile(folder.root().resolve(file))) {
        cells.add(NotebookCell.markdown("about-" + picture.getKey(), picture.getValue()));
        cells.add(
            NotebookCell.code(
                picture.getKey(), "ImageIO.read(folder.resolve(\"" + file + "\").toFile())"));
      }
    }
    StringBuilder text = new StringBuilder("## Findings of the report\n");
    for (Finding finding : findings.findings()) {
      text.append("\n- ").append(finding.text());
    }
    cells.add(NotebookCell.markdown("findings", text.toString()));
    return cells;
  }

  private static void step(List<NotebookCell> cells, String name, String heading) {
    cells.add(NotebookCell.markdown("about-" + name, heading));
    cells.add(NotebookCell.code(name, resource(name + ".java")));
  }

  private static ObjectNode node(ObjectNode node, NotebookCell cell) {
    node.put("id", cell.id());
    node.put("cell_type", cell.code() ? "code" : "markdown");
    node.putObject("metadata");
    lines(node.putArray("source"), cell.source());
    return node;
  }

  private static void outputs(ArrayNode outputs, CellOutput output, int count) {
    if (!output.printed().isEmpty()) {
      ObjectNode stream = outputs.addObject().put("output_type", "stream").put("name", "stdout");
      lines(stream.putArray("text"), output.printed());
    }
    output
        .picture()
        .ifPresent(
            picture -> {
              ObjectNode result =
                  outputs
                      .addObject()
                      .put("output_type", "execute_result")
                      .put("execution_count", count);
              result.putObject("metadata");
              result
                  .putObject("data")
                  .put("image/png", Base64.getEncoder().encodeToString(picture))
                  .put("text/plain", output.value());
            });
  }

  private static void lines(ArrayNode lines, String text) {
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end + 1;
      lines.add(text.substring(start, end));
      start = end;
    }
  }

  private static ObjectNode notebook(ArrayNode cells) {
    ObjectNode root = Records.json().createObjectNode();
    root.set("cells", cells);
    ObjectNode metadata = root.putObject("metadata");
    metadata
        .putObject("kernelspec")
        .put("display_name", "Java")
        .put("language", "java")
        .put("name", "java");
    metadata
        .putObject("language_info")
        .put("name", "java")
        .put("mimetype", "text/x-java-source")
        .put("file_extension", ".jshell")
        .put("pygments_lexer", "java");
    root.put("nbformat", 4);
    root.put("nbformat_minor", 5);
    return root;
  }

  private static String resource(String name) {
    try (InputStream in = Notebook.class.getResourceAsStream(FOLDER + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
