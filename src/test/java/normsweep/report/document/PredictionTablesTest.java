package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import normsweep.record.SweepFolder;
import normsweep.record.prediction.ImageScores;
import normsweep.record.prediction.Predictions;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.Tables.Table;
import org.apache.commons.math3.util.CombinatoricsUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers of the tables, recomputed from the files with loops. */
class PredictionTablesTest {
  private static final List<String> TITLES =
      List.of("Calibration", "Pairs of networks", "Test accuracy over seeds", "Recall", "The most");

  @TempDir Path root;
  private SweepFolder folder;

  @BeforeEach
  void writeSweep() {
    folder =
        MadeUpSweep.quick()
            .seeds(1L, 2L, 3L)
            .accuracy(t -> 0.74 + 0.005 * t.seed() + (t.clip().active() ? 0.03 : 0))
            .predictions()
            .write(root);
  }

  private List<Table> tables() {
    return PredictionTables.of(SweepEvidence.read(folder));
  }

  private ImageScores test(String trial) {
    return Predictions.read(folder.trial(trial).predictions()).test();
  }

  private static boolean right(ImageScores scores, int row) {
    for (int c = 0; c < 10; c++) {
      if (scores.logit(row, c) > scores.logit(row, scores.labels()[row])) {
        return false;
      }
    }
    return true;
  }

  @Test
  void areInOrder() {
    List<Table> tables = tables();
    assertEquals(TITLES.size(), tables.size());
    for (int i = 0; i < tables.size(); i++) {
      assertTrue(tables.get(i).caption().startsWith(TITLES.get(i)), tables.get(i).caption());
      for (List<String> row : tables.get(i).rows()) {
        assertEquals(tables.get(i).header().size(), row.size());
      }
    }
  }

  @Test
  void sweepsWithoutPredictionsHaveNone() {
    SweepFolder old = MadeUpSweep.quick().write(root.resolve("old"));
    assertEquals(List.of(), PredictionTables.of(SweepEvidence.read(old)));
  }

  @Test
  void pairedTestsAreOfTheSameImages() {
    ImageScores clipped = test("batch-norm.clip-1.0.seed-2");
    ImageScores plain = test("batch-norm.clip-none.seed-2");
    int b = 0;
    int c = 0;
    for (int row = 0; row < 1000; row++) {
      b += right(clipped, row) && !right(plain, row) ? 1 : 0;
      c += right(plain, row) && !right(clipped, row) ? 1 : 0;
    }
    double tail = 0;
    for (int k = 0; k <= c; k++) {
      double point = CombinatoricsUtils.binomialCoefficientDouble(b + c, k) / Math.pow(2, b + c);
      tail += k == c ? point : 2 * point;
    }
    List<String> row = tables().get(1).rows().get(1);
    assertEquals("batch norm: clip 1.0 − none", row.get(0));
    assertEquals(List.of("2", "" + b, "" + c, "+3.0"), row.subList(1, 5));
    assertEquals(String.format(Locale.ROOT, "%.3f", tail), row.get(6));
    // 3 clippings and 3 pairs of heads with 2 choices, each with 3 seeds.
    assertEquals((3 + 3 * 2) * 3, tables().get(1).rows().size());
  }

  @Test
  void variancePartsAddUp() {
    List<String> row = tables().get(2).rows().get(0);
    double[] parts = row.subList(2, 5).stream().mapToDouble(Double::parseDouble).toArray();
    // The accuracies are 0.745, 0.75 and 0.755.
    assertEquals(0.5, parts[0], 1e-9);
    double images = 0;
    for (int i = 0; i < 1000; i++) {
      int right = 0;
      for (int seed = 1; seed <= 3; seed++) {
        right += right(test("batch-norm.clip-none.seed-" + seed), i) ? 1 : 0;
      }
      images += right * (3 - right) / 6.0 / 1e6;
    }
    double seeds = (0.005 * 0.005 - images) * 1000 / 999;
    assertEquals(100 * Math.sqrt(0.005 * 0.005 - seeds), parts[1], 0.006);
    assertEquals(seeds > 0 ? 100 * Math.sqrt(seeds) : 0, parts[2], 0.006);
  }

  @Test
  void calibrationIsTheMeanOverSeeds() {
    double confidence = 0;
    double brier = 0;
    double error = 0;
    for (int seed = 1; seed <= 3; seed++) {
      ImageScores scores = test("layer-norm.clip-none.seed-" + seed);
      double[] gaps = new double[15];
      for (int row = 0; row < 1000; row++) {
        double[] p = scores.probabilities(row);
        double top = p[scores.predicted(row)];
        confidence += top / 3000;
        for (int c = 0; c < 10; c++) {
          double own = c == scores.labels()[row] ? 1 : 0;
          brier += (p[c] - own) * (p[c] - own) / 3000;
        }
        for (int bin = 0; bin < 15; bin++) {
          boolean inside = top > bin / 15.0 && top <= (bin + 1) / 15.0;
          gaps[bin] += inside ? top - (right(scores, row) ? 1 : 0) : 0;
        }
      }
      for (double gap : gaps) {
        error += Math.abs(gap) / 3000;
      }
    }
    List<String> row = tables().get(0).rows().get(2);
    assertEquals("layer norm, no clipping", row.get(0));
    assertEquals(100 * (confidence - 0.75), number(row.get(1)), 0.051);
    assertEquals(100 * error, number(row.get(3)), 0.051);
    assertEquals(brier, number(row.get(5)), 0.00051);
  }

  private static double number(String cell) {
    return Double.parseDouble(cell.replace('−', '-'));
  }
}
