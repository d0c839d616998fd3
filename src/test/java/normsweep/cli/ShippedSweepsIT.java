package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every sweep that is shipped runs, on a few images and for one epoch. */
class ShippedSweepsIT {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "quick, 6",
    "full, 6",
    "clip-thresholds, 12",
    "frn-placement, 4",
    "learning-rate, 30"
  })
  void runsToItsEnd(String sweep, int trials) throws IOException, InterruptedException {
    JarProcess.Ended ended =
        JarProcess.run(
            folder,
            "run",
            Path.of("sweeps", sweep + ".yaml").toAbsolutePath().toString(),
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
            "grid.seed=1");
    assertEquals(0, ended.exitCode(), ended.output());
    List<TrialResult> results =
        new SweepFolder(folder.resolve("output").resolve(sweep)).readResults().trials();
    assertEquals(trials, results.size());
    assertTrue(results.stream().allMatch(TrialResult::completed), ended.output());
  }
}
