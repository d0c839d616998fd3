package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise that nothing is lost: real sweeps in child processes, killed at seeded random moments
 * and run again, end as an undisturbed one does.
 */
class InterruptionIT {
  private static final int KILLS = Integer.getInteger("normsweep.kills", 4);
  private static final String[] SWEEP = {
    "run", "tiny.yaml", "--set", "data.train=160", "--set", "data.validation=40",
  };

  @TempDir Path folder;

  private String[] sweep(String out) {
    return Stream.concat(Stream.of(SWEEP), Stream.of("--out", out)).toArray(String[]::new);
  }

  @Test
  void killedSweepsEndAsUndisturbedOnes() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("tiny.yaml"),
        """
        data: {test: 40, views: 2}
        training: {epochs: 4, batchSize: 16}
        grid: {norm: [batch-norm, filter-response-norm], clip: [1.0]}
        tracking: {histogramEvery: 7}
        """);
    long begin = System.nanoTime();
    JarProcess.Ended undisturbed = JarProcess.run(folder, sweep("undisturbed"));
    assertEquals(0, undisturbed.exitCode(), undisturbed.output());
    long wholeMillis = (System.nanoTime() - begin) / 1_000_000;

    Random random = new Random(1);
    int killed = 0;
    for (int i = 0; i < KILLS; i++) {
      JarProcess process = JarProcess.start(folder, List.of(), sweep("disturbed"));
      long moment = 200 + (long) (random.nextDouble() * wholeMillis);
      if (process.killAfter(moment)) {
        killed++;
      } else {
        assertEquals(0, process.await().exitCode(), process.text());
        // It had ended before the kill: begin a new one, so that later kills hit something too.
        SweepFolder done = new SweepFolder(folder.resolve("disturbed"));
        assertSame(new SweepFolder(folder.resolve("undisturbed")), done);
        Files.move(done.root(), folder.resolve("done-" + i));
      }
    }
    assertTrue(killed > 0, "no kill hit a running process");
    JarProcess.Ended last = JarProcess.run(folder, sweep("disturbed"));
    assertEquals(0, last.exitCode(), last.output());
    assertSame(
        new SweepFolder(folder.resolve("undisturbed")),
        new SweepFolder(folder.resolve("disturbed")));
  }

  private static void assertSame(SweepFolder expected, SweepFolder actual) throws IOException {
    SweepResults results = expected.readResults();
    SweepResults others = actual.readResults();
    assertEquals(
        results.trials().stream().map(InterruptionIT::timeless).toList(),
        others.trials().stream().map(InterruptionIT::timeless).toList());
    for (TrialResult trial : results.trials()) {
      SweepFolder.TrialFolder a = expected.trial(trial.id());
      SweepFolder.TrialFolder b = actual.trial(trial.id());
      assertEquals(timeless(a), timeless(b), trial.id());
      assertArrayEquals(Files.readAllBytes(a.gradients()), Files.readAllBytes(b.gradients()));
      assertArrayEquals(Files.readAllBytes(a.histograms()), Files.readAllBytes(b.histograms()));
      assertArrayEquals(
          Files.readAllBytes(a.trajectory(trial.epochs())),
          Files.readAllBytes(b.trajectory(trial.epochs())));
      assertArrayEquals(coefficients(a.model()), coefficients(b.model()));
    }
  }

  private static byte[] coefficients(Path zip) throws IOException {
    try (var file = new java.util.zip.ZipFile(zip.toFile());
        var in = file.getInputStream(file.getEntry("coefficients.bin"))) {
      return in.readAllBytes();
    }
  }

  private static List<EpochMetrics> timeless(SweepFolder.TrialFolder trial) {
    return Records.readCsv(trial.metrics(), EpochMetrics.class).stream()
        .map(
            m ->
                new EpochMetrics(
                    m.epoch(),
                    m.trainLoss(),
                    m.trainAccuracy(),
                    m.valLoss(),
                    m.valAccuracy(),
                    m.learningRate(),
                    0))
        .toList();
  }

  private static List<Object> timeless(TrialResult t) {
    return List.of(
        t.id(),
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
