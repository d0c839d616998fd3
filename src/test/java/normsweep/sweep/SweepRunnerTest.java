package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.device.Engine;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.report.MadeUpSweep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of a sweep without images and weights. */
class SweepRunnerTest {
  private static final SweepRunner.Options OPTIONS =
      new SweepRunner.Options(
          Optional.empty(), Optional.empty(), false, false, Engine.cpu(), false);

  @TempDir Path root;

  @Test
  void refusesResultsOfOtherTrials() throws IOException {
    SweepFolder folder = MadeUpSweep.quick().epochs(2).write(root);
    SweepResults whole = folder.readResults();
    Records.writeJson(
        folder.results(),
        new SweepResults(
            whole.schema(),
            whole.sweep(),
            whole.weights(),
            whole.data(),
            whole.environment(),
            whole.trials().subList(1, 6)));
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () ->
                SweepRunner.run(
                    folder.readConfig(), folder, OPTIONS, new SweepRunner.Observer() {}));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(e.getMessage().contains("results.json is damaged"), e.getMessage());
    assertEquals(5, folder.readResults().trials().size());
  }
}
