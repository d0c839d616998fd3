package normsweep.report.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientNorm;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrainingDynamics;
import normsweep.record.TrialResult;
import normsweep.record.prediction.ImageScores;
import normsweep.record.prediction.Predictions;
import normsweep.report.MadeUpSections;
import normsweep.report.MadeUpSweep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TidyTableTest {
  @TempDir Path root;

  private static List<Map<String, String>> rows(SweepFolder folder) throws IOException {
    return new CsvMapper()
        .readerForMapOf(String.class)
        .with(CsvSchema.emptySchema().withHeader())
        .<Map<String, String>>readValues(folder.measurements().toFile())
        .readAll();
  }

  /** What tells a row from all others: everything but its value. */
  private static void assertKeysAreUnique(List<Map<String, String>> rows) {
    Set<Map<String, String>> keys = new HashSet<>();
    for (Map<String, String> row : rows) {
      Map<String, String> key = new HashMap<>(row);
      key.remove("value");
      assertTrue(keys.add(key), () -> "twice: " + row);
    }
  }

  @Test
  void holdsEveryValueOnce() throws IOException {
    SweepFolder folder =
        MadeUpSweep.quick().epochs(3).axes("training.learningRate: [1e-3, 3e-4]").write(root);
    long count = TidyTable.write(folder);
    List<Map<String, String>> rows = rows(folder);
    assertEquals(count, rows.size());
    assertKeysAreUnique(rows);
    for (TrialResult trial : folder.readResults().trials()) {
      SweepFolder.TrialFolder files = folder.trial(trial.id());
      Map<String, Long> found =
          rows.stream()
              .filter(row -> row.get("trial").equals(trial.id()))
              .collect(Collectors.groupingBy(row -> row.get("measure"), Collectors.counting()));
      int gradients = Records.readCsv(files.gradients(), GradientNorm.class).size();
      assertEquals(gradients, found.get("normBefore"));
      assertEquals(gradients, found.get("normAfter"));
      assertEquals(3, found.get("trainLoss"));
      assertEquals(4, found.get("valLoss"), "three epochs and the trial itself");
      assertEquals(
          Records.readCsv(files.updates(), TrainingDynamics.Update.class).size(),
          found.get("updateNorm"));
      assertTrue(found.get("gradientElements") > 0);
    }
  }

  private static List<Map<String, String>> where(List<Map<String, String>> rows, String... cells) {
    List<Map<String, String>> found = new ArrayList<>(rows);
    for (int i = 0; i < cells.length; i += 2) {
      String column = cells[i];
      String content = cells[i + 1];
      found.removeIf(row -> !row.get(column).equals(content));
    }
    return found;
  }

  private static double value(List<Map<String, String>> rows, String... cells) {
    List<Map<String, String>> found = where(rows, cells);
    assertEquals(1, found.size(), () -> List.of(cells) + ": " + found);
    return Double.parseDouble(found.get(0).get("value"));
  }

  /** The bowl of the surface is 0.6 + 2·(x² + y²)/2, that on training images 0.2 + 3·(x² + y²). */
  @Test
  void holdsLandscapesAndPredictions() throws IOException {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(3)
            .images(2000, 40)
            .norms(Norm.LAYER_NORM)
            .seeds(1L, 2L)
            .landscapes(trial -> 2)
            .predictions()
            .write(root);
    MadeUpSections.write(folder, trial -> 3);
    assertEquals(TidyTable.write(folder), rows(folder).size());
    assertKeysAreUnique(rows(folder));
    String trial = "layer-norm.clip-none.seed-1";
    List<Map<String, String>> rows = where(rows(folder), "trial", trial);

    List<Map<String, String>> surface = where(rows, "measure", "surfaceLoss");
    assertEquals(11 * 11, where(surface, "images", "validation", "parameter", "head").size());
    assertEquals(9 * 9, where(surface, "images", "training", "parameter", "head").size());
    assertEquals(
        0.6 + 0.2 * 0.2 + 1, value(surface, "images", "validation", "x", "0.2", "y", "-1.0"), 1e-9);
    assertEquals(0.2 + 3, value(surface, "images", "training", "x", "1.0", "y", "0.0"), 1e-9);
    String[] slice = {"measure", "secondSliceLoss", "pair", "2", "y", "0.5", "images", "training"};
    assertEquals(0.2 + 3 * 1.1 / 4, value(rows, slice), 1e-9);
    assertEquals(2, value(rows, "measure", "weightsEigenvalue", "images", "validation"));
    assertEquals(
        0.6, value(rows, "measure", "headEigenvalueDensity", "bin", "2", "epoch", "0", "x", "0.0"));
    String[] line = {"measure", "lineLoss", "images", "training", "x", "0.5"};
    String seed = "layer-norm.clip-none.seed-2";
    assertEquals(0.3 + 2 * 3, value(where(rows, line), "to", seed), 1e-9);

    ImageScores scores = Predictions.read(folder.trial(trial).predictions()).test();
    List<Map<String, String>> test = where(rows, "images", "test");
    assertEquals(40 * (3 + 10), test.size());
    double right =
        where(test, "measure", "correct").stream()
            .mapToDouble(row -> Double.parseDouble(row.get("value")))
            .sum();
    assertEquals(scores.right(), right);
    List<Map<String, String>> image = where(test, "image", Integer.toString(scores.images()[7]));
    assertEquals(7, value(image, "measure", "label", "class", "horse"));
    int predicted = scores.predicted(7);
    String name = SweepResults.DataOrigin.CIFAR_10.get(predicted);
    assertEquals(predicted, value(image, "measure", "predicted", "class", name));
    assertEquals(
        scores.probabilities(7)[predicted],
        value(image, "measure", "probability", "class", name),
        1e-6);
  }

  @Test
  void rowsSayWhatWhenAndInWhichUnit() throws IOException {
    SweepFolder folder =
        MadeUpSweep.quick().epochs(3).axes("training.learningRate: [1e-3, 3e-4]").write(root);
    TidyTable.write(folder);
    TrialResult trial =
        folder.readResults().trials().stream()
            .filter(one -> one.id().endsWith(".lr-3e-4"))
            .findFirst()
            .orElseThrow();
    EpochMetrics second =
        Records.readCsv(folder.trial(trial.id()).metrics(), EpochMetrics.class).get(1);
    Map<String, String> row =
        rows(folder).stream()
            .filter(one -> one.get("trial").equals(trial.id()))
            .filter(one -> one.get("measure").equals("valLoss") && one.get("epoch").equals("2"))
            .findFirst()
            .orElseThrow();
    assertEquals("batch-norm", row.get("norm"));
    assertEquals("1", row.get("seed"));
    assertEquals("3e-4", row.get("training.learningRate"));
    assertEquals("nat", row.get("unit"));
    assertEquals(second.valLoss(), Double.parseDouble(row.get("value")));
    Map<String, String> gradient =
        rows(folder).stream()
            .filter(one -> one.get("iteration").equals("33")) // the first of 32 in epoch 2
            .findFirst()
            .orElseThrow();
    assertEquals("2", gradient.get("epoch"));
  }
}
