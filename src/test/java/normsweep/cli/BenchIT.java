package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fused tail in the program as it is shipped, on real features. */
class BenchIT {
  private static final double TOLERANCE = 1e-4;

  @TempDir Path folder;

  @Test
  void writesEveryFigure() throws IOException, InterruptedException {
    JarProcess.Ended ended =
        JarProcess.run(folder, "bench", "--images", "384", "--json", "bench.json");
    assertEquals(0, ended.exitCode(), ended.output());
    JsonNode figures = Records.json().readTree(folder.resolve("bench.json").toFile());
    assertTrue(figures.has("machine"));
    for (String pointer :
        List.of(
            "/trunk/imagesPerSecond",
            "/tail/imagesPerSecond",
            "/tail/stepMillis",
            "/tail/gemmMillis",
            "/heads/layer-norm/stepMillis",
            "/heads/filter-response-norm/stepMillis",
            "/stock/imagesPerSecond",
            "/sweep/imageStepsPerSecond")) {
      double median = figures.at(pointer).asDouble();
      assertTrue(median > 0, pointer + " is " + figures.at(pointer));
      assertTrue(figures.at(pointer + "Min").asDouble() <= median, pointer);
      assertTrue(figures.at(pointer + "Max").asDouble() >= median, pointer);
    }
    assertEquals("fused", figures.at("/tail/how").asText());
    assertTrue(figures.at("/memory/peakRssMiB").isNumber());
  }

  @Test
  void fusedGradientsEqualStockGradients() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("one-step.yaml"),
        """
        data: {train: 32, validation: 10, test: 10, views: 1}
        training: {epochs: 1, batchSize: 32}
        grid: {clip: [1.0], seed: [1]}
        """);
    for (List<String> how :
        List.of(List.of("--out", "fused"), List.of("--out", "stock", "--stock-layers"))) {
      String[] command = new String[2 + how.size()];
      command[0] = "run";
      command[1] = "one-step.yaml";
      for (int i = 0; i < how.size(); i++) {
        command[2 + i] = how.get(i);
      }
      JarProcess.Ended ended = JarProcess.run(folder, command);
      assertEquals(0, ended.exitCode(), ended.output());
    }
    for (String norm : List.of("batch-norm", "layer-norm", "filter-response-norm")) {
      String trial = norm + ".clip-1.0.seed-1";
      List<GradientNorm> stock = gradients("stock", trial);
      List<GradientNorm> fused = gradients("fused", trial);
      double total =
          stock.stream()
              .filter(row -> row.parameter().equals(GradientNorm.TOTAL))
              .findFirst()
              .orElseThrow()
              .normBefore();
      for (GradientNorm row : stock) {
        GradientNorm same =
            fused.stream()
                .filter(other -> other.parameter().equals(row.parameter()))
                .findFirst()
                .orElseThrow();
        assertEquals(row.normBefore(), same.normBefore(), TOLERANCE * total, row.parameter());
      }
      assertEquals(stock.size(), fused.size());
    }
  }

  private List<GradientNorm> gradients(String out, String trial) {
    SweepFolder sweep = new SweepFolder(folder.resolve(out));
    return Records.readCsv(sweep.trial(trial).gradients(), GradientNorm.class);
  }
}
