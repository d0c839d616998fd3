package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipFile;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TimelessMetrics;
import normsweep.record.TrialResult;

/** Compares two sweep folders in everything but the time it took. */
public final class SameSweep {
  private SameSweep() {}

  /**
   * Requires the same trials, results, metrics, gradients, histograms, trajectories, final
   * parameters and predictions, bit for bit.
   */
  public static void assertSame(SweepFolder expected, SweepFolder actual) throws IOException {
    SweepResults results = expected.readResults();
    SweepResults others = actual.readResults();
    assertEquals(
        results.trials().stream().map(SameSweep::timeless).toList(),
        others.trials().stream().map(SameSweep::timeless).toList());
    for (TrialResult trial : results.trials()) {
      SweepFolder.TrialFolder a = expected.trial(trial.id());
      SweepFolder.TrialFolder b = actual.trial(trial.id());
      assertEquals(timeless(a), timeless(b), trial.id());
      assertArrayEquals(Files.readAllBytes(a.gradients()), Files.readAllBytes(b.gradients()));
      assertArrayEquals(Files.readAllBytes(a.histograms()), Files.readAllBytes(b.histograms()));
      assertArrayEquals(Files.readAllBytes(a.dynamics()), Files.readAllBytes(b.dynamics()));
      assertArrayEquals(Files.readAllBytes(a.updates()), Files.readAllBytes(b.updates()));
      for (int epoch = 0; epoch <= trial.epochs(); epoch++) {
        assertArrayEquals(
            Files.readAllBytes(a.trajectory(epoch)), Files.readAllBytes(b.trajectory(epoch)));
      }
      if (trial.model() == null) {
        assertFalse(Files.exists(a.predictions()) || Files.exists(b.predictions()), trial.id());
      } else {
        assertArrayEquals(coefficients(a.model()), coefficients(b.model()));
        assertEquals(-1, Files.mismatch(a.predictions(), b.predictions()), trial.id());
      }
    }
  }

  private static byte[] coefficients(Path zip) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile());
        var in = file.getInputStream(file.getEntry("coefficients.bin"))) {
      return in.readAllBytes();
    }
  }

  private static List<EpochMetrics> timeless(SweepFolder.TrialFolder trial) {
    return TimelessMetrics.of(Records.readCsv(trial.metrics(), EpochMetrics.class));
  }

  private static List<Object> timeless(TrialResult t) {
    return Arrays.asList(
        t.id(),
        t.tuned(),
        String.valueOf(t.reason()),
        t.status(),
        t.epochs(),
        t.bestEpoch(),
        t.valAccuracy(),
        t.valLoss(),
        t.testAccuracy(),
        t.testLoss(),
        t.convergenceEpoch(),
        t.clippedFraction());
  }
}
