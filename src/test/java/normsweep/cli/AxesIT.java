package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trial of a sweep over several axes is the trial of a sweep whose config has its values. */
class AxesIT {
  private static final String SETTINGS =
      """
      data: {train: 48, validation: 20, test: 20}
      training: {batchSize: 16, epochs: 1}
      grid: {norm: layer-norm, clip: none\
      """;

  @TempDir Path folder;

  @Test
  void axesTrainLikePlainSettings() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("axes.yaml"),
        SETTINGS
            + ", data.views: [1, 2], training.learningRate: [0.001, 0.01],"
            + " model.unfreezeFrom: [Conv_1, block_16_project]}\n");
    Files.writeString(folder.resolve("plain.yaml"), SETTINGS + "}\n");
    List<TrialResult> rows = run("axes", List.of());
    assertEquals(8, rows.stream().map(TrialResult::testLoss).distinct().count());
    // Half of them have every pair of values of two axes.
    for (int trial : new int[] {0, 3, 5, 6}) {
      TrialResult row = rows.get(trial);
      List<String> set = new ArrayList<>();
      row.settings().values().forEach((key, value) -> set.add("--set=" + key + "=" + value));
      TrialResult alone = run("plain", set).get(0);
      assertEquals(alone.valLoss(), row.valLoss(), row.id());
      assertEquals(alone.testLoss(), row.testLoss(), row.id());
    }
  }

  private List<TrialResult> run(String name, List<String> set)
      throws IOException, InterruptedException {
    Path out = Files.createTempDirectory(folder, name);
    List<String> command = new ArrayList<>(List.of("run", name + ".yaml", "--out", out.toString()));
    command.addAll(set);
    JarProcess.Ended ended = JarProcess.run(folder, command.toArray(String[]::new));
    assertEquals(0, ended.exitCode(), ended.output());
    return new SweepFolder(out).readResults().trials();
  }
}
