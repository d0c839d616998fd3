package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics of a training process that is killed. */
class SweepStatsIT {
  private static final String TRIAL = "trial";

  @TempDir Path folder;

  /** Trains endlessly and prints every iteration it has completed. */
  static final class Training {
    private Training() {}

    /** Trains; the arguments are the store and the first iteration. */
    public static void main(String[] args) {
      int first = Integer.parseInt(args[1]);
      SweepStats stats = SweepStats.open(Path.of(args[0]), TRIAL, 1, first);
      TinyTraining training = new TinyTraining();
      for (int i = first; i < 1_000_000; i++) {
        training.train(stats.listener(), i, i + 1);
        System.out.println("done " + i);
      }
    }
  }

  @Test
  void keepsEveryReportThroughKills() throws IOException, InterruptedException {
    Path file = folder.resolve("stats.db");
    int first = 0;
    for (int kill = 1; kill <= 3; kill++) {
      int done = trainUntilKilled(file, first, first + 5 * kill);
      int[] recorded = iterations(SweepStatsTest.recorded(StatsJournal.beside(file)));
      assertTrue(recorded.length > done, recorded.length + " reports of " + done);
      assertArrayEquals(IntStream.range(0, recorded.length).toArray(), recorded);
      // The next one resumes from a slightly older checkpoint.
      first = done - 2;
    }
    try (SweepStats stats = SweepStats.open(file, TRIAL, 1, first)) {
      new TinyTraining().train(stats.listener(), first, first + 2);
    }
    int[] all = IntStream.range(0, first + 2).toArray();
    assertArrayEquals(all, iterations(SweepStatsTest.recorded(StatsJournal.beside(file))));
    FileStatsStorage store = new FileStatsStorage(file.toFile());
    assertArrayEquals(all, iterations(store));
    store.close();
  }

  /** Kills a training process once it has printed an iteration; returns the last one printed. */
  private static int trainUntilKilled(Path file, int first, int last)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                Training.class.getName(),
                file.toString(),
                String.valueOf(first))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int done = -1;
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("done ")) {
          done = Integer.parseInt(line.substring("done ".length()));
          if (done == last) {
            // Through the handle: Process.destroyForcibly would close the output that is still to
            // be read.
            process.toHandle().destroyForcibly();
          }
        }
      }
    }
    process.waitFor();
    return done;
  }

  private static int[] iterations(StatsStorage storage) {
    return storage.getAllUpdatesAfter(TRIAL, StatsListener.TYPE_ID, 0).stream()
        .mapToInt(update -> ((StatsReport) update).getIterationCount())
        .toArray();
  }
}
