package normsweep.report.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.TrainingDynamics;
import normsweep.record.TrialResult;
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

  @Test
  void holdsEveryValueOnce() throws IOException {
    SweepFolder folder =
        MadeUpSweep.quick().epochs(3).axes("training.learningRate: [1e-3, 3e-4]").write(root);
    long count = TidyTable.write(folder);
    List<Map<String, String>> rows = rows(folder);
    assertEquals(count, rows.size());
    Set<List<String>> keys =
        rows.stream()
            .map(
                row ->
                    List.of(
                        row.get("trial"),
                        row.get("epoch"),
                        row.get("iteration"),
                        row.get("parameter"),
                        row.get("bin"),
                        row.get("measure")))
            .collect(Collectors.toSet());
    assertEquals(rows.size(), keys.size());
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
