package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import normsweep.record.SweepFolder;
import normsweep.record.SweepYaml;
import normsweep.record.TrialResult;
import normsweep.sweep.TrialGrid;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every sweep that is shipped runs, on a few images and for one epoch: one with all its norms, the
 * others with one of theirs and with all values of everything else.
 */
class ShippedSweepsIT {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "quick, 6, 'batch-norm, layer-norm, filter-response-norm', 6",
    "full, 18, filter-response-norm, 2",
    "clip-thresholds, 12, batch-norm, 6",
    "frn-placement, 4, filter-response-norm, 4",
    "learning-rate, 60, layer-norm, 10",
    "tuned, 160, none, 4"
  })
  void runsToItsEnd(String sweep, int all, String norms, int trials)
      throws IOException, InterruptedException {
    Path yaml = Path.of("sweeps", sweep + ".yaml");
    assertEquals(all, TrialGrid.of(SweepYaml.read(yaml, List.of())).size());
    String file = yaml.toAbsolutePath().toString();
    // One epoch has no rung; two candidates are what tuning needs to choose.
    List<String> command = new ArrayList<>(List.of("run", file));
    if (sweep.equals("tuned")) {
      command.addAll(List.of("--set", "tune.candidates=2", "--set", "tune.seeds=101"));
      command.addAll(List.of("--set", "prune.rungs=[]"));
    }
    command.addAll(
        List.of(
            "--set",
            "data.train=48",
            "--set",
            "data.validation=20",
            "--set",
            "data.test=20",
            "--set",
            "data.views=1",
            "--set",
            "training.epochs=1",
            "--set",
            "training.batchSize=16",
            "--set",
            "grid.norm=[" + norms + "]",
            "--set",
            "grid.seed=1"));
    JarProcess.Ended ended = JarProcess.run(folder, command.toArray(String[]::new));
    assertEquals(0, ended.exitCode(), ended.output());
    List<TrialResult> results =
        new SweepFolder(folder.resolve("output").resolve(sweep)).readResults().trials();
    assertEquals(trials, results.size());
    assertTrue(results.stream().allMatch(TrialResult::completed), ended.output());
  }
}
