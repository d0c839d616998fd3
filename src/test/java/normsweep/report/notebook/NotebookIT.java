package normsweep.report.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import normsweep.report.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jupyter, running the notebook from top to bottom on a Java kernel, gets the embedded outputs. */
class NotebookIT {
  static {
    System.setProperty("java.awt.headless", "true");
  }

  @TempDir Path root;

  @Test
  void jupyterReproducesEmbeddedOutputs() throws Exception {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(4)
            .seeds(1L, 2L)
            .accuracy(t -> 0.7 + 0.01 * t.seed())
            .status("layer-norm.clip-1.0.seed-2", TrialResult.Status.FAILED)
            .write(root.resolve("sweep"));
    Report.write(folder);
    Path notebook = folder.root().resolve("analysis.ipynb");
    JsonNode embedded = Records.json().readTree(notebook.toFile());
    JsonNode executed = execute(withoutOutputs(embedded), folder.root());
    List<String> headings = new ArrayList<>();
    for (int i = 0; i < embedded.get("cells").size(); i++) {
      JsonNode ours = embedded.get("cells").get(i);
      JsonNode theirs = executed.get("cells").get(i);
      if (ours.get("cell_type").asText().equals("code")) {
        String id = ours.get("id").asText();
        assertEquals(printed(ours), printed(theirs), id);
        assertTrue(!printed(ours).isEmpty() || pictures(ours) == 1, id + " did nothing");
        assertEquals(pictures(ours), pictures(theirs), id);
        assertEquals(ours.get("execution_count"), theirs.get("execution_count"), id);
        assertFalse(printed(ours).contains("\""), id + " prints quotes");
        if (pictures(ours) == 1 && ours.get("source").toString().contains("figures/")) {
          JsonNode caption = embedded.get("cells").get(i + 1).get("source").get(0);
          assertTrue(caption.asText().startsWith("**Figure "), id);
        }
      } else if (ours.get("source").get(0).asText().startsWith("#")) {
        headings.add(ours.get("source").get(0).asText().strip());
      }
    }
    assertEquals(
        List.of(
            "# sweep",
            "## Set-up",
            "## Results",
            "## Experiment: batch norm, without and with clipping",
            "## Experiment: layer norm, without and with clipping",
            "## Experiment: filter response norm, without and with clipping",
            "## Comparison of heads",
            "## Gradients",
            "## Gradient clipping",
            "## What to do"),
        headings);
    assertTrue(embedded.toString().contains("12 trials, 11 completed"));
  }

  private static JsonNode withoutOutputs(JsonNode notebook) {
    JsonNode bare = notebook.deepCopy();
    for (JsonNode cell : bare.get("cells")) {
      if (cell.has("outputs")) {
        ((ObjectNode) cell).putArray("outputs");
        ((ObjectNode) cell).putNull("execution_count");
      }
    }
    return bare;
  }

  private JsonNode execute(JsonNode notebook, Path folder) throws Exception {
    Path data = root.resolve("jupyter");
    Path kernel = data.resolve("kernels").resolve("java");
    Files.createDirectories(kernel);
    Records.writeJson(
        kernel.resolve("kernel.json"),
        java.util.Map.of(
            "argv",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                JShellKernel.class.getName(),
                "{connection_file}"),
            "display_name",
            "Java",
            "language",
            "java"));
    Path input = folder.resolve("bare.ipynb");
    Records.writeJson(input, notebook);
    File log = root.resolve("nbconvert.log").toFile();
    ProcessBuilder process =
        new ProcessBuilder(
            "jupyter-nbconvert",
            "--to",
            "notebook",
            "--execute",
            "--ExecutePreprocessor.timeout=120",
            "--output",
            "executed.ipynb",
            input.toString());
    process.directory(folder.toFile());
    process.environment().put("JUPYTER_DATA_DIR", data.toString());
    process.environment().put("JUPYTER_RUNTIME_DIR", root.resolve("runtime").toString());
    process.environment().put("JUPYTER_CONFIG_DIR", root.resolve("config").toString());
    process.environment().put("IPYTHONDIR", root.resolve("ipython").toString());
    process.redirectErrorStream(true).redirectOutput(log);
    Process running;
    try {
      running = process.start();
    } catch (IOException e) {
      throw new AssertionError("this test needs jupyter-nbconvert on the path", e);
    }
    assertTrue(running.waitFor(5, TimeUnit.MINUTES), "nbconvert hangs");
    assertEquals(0, running.exitValue(), Files.readString(log.toPath()));
    return Records.json().readTree(folder.resolve("executed.ipynb").toFile());
  }

  private static String printed(JsonNode cell) {
    StringBuilder text = new StringBuilder();
    for (JsonNode output : cell.get("outputs")) {
      if (output.get("output_type").asText().equals("stream")) {
        assertEquals("stdout", output.get("name").asText(), output.toString());
        JsonNode lines = output.get("text");
        if (lines.isTextual()) {
          text.append(lines.asText());
        } else {
          lines.forEach(line -> text.append(line.asText()));
        }
      }
    }
    return text.toString();
  }

  private static int pictures(JsonNode cell) throws IOException {
    int count = 0;
    for (JsonNode output : cell.get("outputs")) {
      JsonNode png = output.path("data").path("image/png");
      if (png.isTextual()) {
        byte[] bytes = Base64.getMimeDecoder().decode(png.asText());
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(bytes));
        assertEquals(1600, picture.getWidth());
        count++;
      }
    }
    return count;
  }
}
