package normsweep.ui;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class SweepStatsTest {
  private static final String TRIAL = "layer-norm.clip-1.0.seed-1";

  @TempDir Path folder;

  @Test
  void stockStorageReadsEveryNthIteration() throws IOException {
    Path file = record(3, 0, 10);

    FileStatsStorage stock = new FileStatsStorage(file.toFile());
    try {
      assertEquals(List.of(TRIAL), stock.listSessionIDs());
      assertArrayEquals(new int[] {0, 3, 6, 9}, iterations(stock));
      StatsInitializationReport info = (StatsInitializationReport) info(stock);
      assertTrue(info.getModelClassName().endsWith("ComputationGraph"));
      assertEquals(3, info.getModelNumLayers());
    } finally {
      stock.close();
    }
  }

  @Test
  void reportHoldsWhatThePagesDraw() throws IOException {
    record(2, 0, 3);
    StatsStorage storage = recorded();

    for (Persistable update : updates(storage)) {
      StatsReport report = (StatsReport) update;
      assertTrue(report.getScore() > 0);
      assertEquals(report.getIterationCount() + 1L, report.getTotalMinibatches());
      assertEquals(8 * (report.getIterationCount() + 1L), report.getTotalExamples());
      for (StatsType type : List.of(StatsType.Gradients, StatsType.Updates)) {
        assertTrue(report.getStdev(type).get("hidden_W") > 0, type.toString());
      }
      for (StatsType type : List.of(StatsType.Parameters, StatsType.Updates)) {
        assertTrue(report.getMeanMagnitudes(type).get("predictions_W") > 0, type.toString());
        assertEquals(
            20, report.getHistograms(type).get("hidden_W").getBinCounts().length, type.toString());
      }
      Set<String> layers = Set.of("features", "hidden", "norm", "predictions");
      assertEquals(layers, report.getStdev(StatsType.Activations).keySet());
      assertEquals(layers, report.getMean(StatsType.Activations).keySet());
    }
  }

  @Test
  void gradientsAreMeansOverTheBatch() throws IOException {
    Map<Integer, Double> expected = new HashMap<>();
    TrainingListener witness =
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model model) {
            INDArray sum = model.gradient().getGradientFor("hidden_W");
            expected.put(expected.size(), deviation(sum.dup().data().asDouble()) / 8);
          }
        };
    Path file = folder.resolve("stats.db");
    try (SweepStats stats = SweepStats.open(file, TRIAL, 1, 0)) {
      new TinyTraining().train(List.of(stats.listener(), witness), 0, 3);
    }
    for (Persistable update : updates(recorded())) {
      StatsReport report = (StatsReport) update;
      Map<String, Double> gradients = report.getStdev(StatsType.Gradients);
      double found = gradients.get("hidden_W");
      assertEquals(expected.get(report.getIterationCount()), found, 1e-5 * found);
      // The changes of running statistics are no gradients.
      gradients.forEach(
          (name, value) ->
              assertEquals(
                  Set.of("norm_mean", "norm_log10stdev").contains(name), value.isNaN(), name));
    }
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }

  @Test
  void resumingDropsReportsComputedAgain() throws IOException {
    record(2, 0, 9);

    record(2, 5, 12);

    StatsStorage storage = recorded();
    assertArrayEquals(new int[] {0, 2, 4, 6, 8, 10}, iterations(storage));
    assertEquals(
        List.of("trainer"), storage.listWorkerIDsForSessionAndType(TRIAL, StatsListener.TYPE_ID));
  }

  @Test
  void startingAgainForgetsTheOldReports() throws IOException {
    record(1, 0, 9);

    record(1, 0, 2);

    assertArrayEquals(new int[] {0, 1}, iterations(recorded()));
  }

  @Test
  void movesForeignJournalAside() throws IOException {
    for (byte[] content : List.of(new byte[0], "score,0.5\n".repeat(999).getBytes(UTF_8))) {
      Files.write(journal(), content);

      record(1, 4, 6);

      assertArrayEquals(new int[] {4, 5}, iterations(recorded()));
      assertArrayEquals(content, Files.readAllBytes(folder.resolve("stats.journal.damaged")));
    }
  }

  @Test
  void missingJournalStartsNewStatistics() throws IOException {
    record(1, 0, 4);
    Files.delete(journal());

    record(1, 4, 6);

    assertArrayEquals(new int[] {4, 5}, iterations(recorded()));
  }

  @Test
  void recordsBeforeDamageAreKept() throws IOException {
    record(1, 0, 6);
    byte[] damaged = Files.readAllBytes(journal());
    damaged[damaged.length - 9] ^= 1;
    Files.write(journal(), damaged);

    record(1, 6, 7);

    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 6}, iterations(recorded()));
    assertArrayEquals(damaged, Files.readAllBytes(folder.resolve("stats.journal.damaged")));
  }

  @Test
  void storeAppearsWhenTrialEnds() throws IOException {
    Path file = record(1, 0, 9);
    try (SweepStats stats = SweepStats.open(file, TRIAL, 1, 0)) {
      new TinyTraining().train(stats.listener(), 0, 5);
      assertArrayEquals(new int[] {0, 1, 2, 3, 4}, iterations(recorded()));
      assertFalse(Files.exists(file));
    }
    assertTrue(Files.exists(file));
    assertArrayEquals(new int[] {0, 1, 2, 3, 4}, iterations(recorded()));
  }

  @Test
  void continuesJournalOfKilledProcess() throws IOException {
    Path file = record(1, 0, 6);
    byte[] left = Files.readAllBytes(journal());
    Files.delete(file);
    // The last record was being written, and the checkpoint is of iteration 3.
    Files.write(journal(), Arrays.copyOf(left, left.length - 9));

    record(1, 4, 7);

    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6}, iterations(recorded()));
  }

  @Test
  void trainsWithoutWritableJournal() throws IOException {
    Path file = folder.resolve("stats.db");
    TinyTraining training = new TinyTraining();
    try (SweepStats stats = SweepStats.open(file, TRIAL, 1, 0)) {
      training.train(stats.listener(), 0, 2);
      Files.delete(journal());
      Files.createDirectory(journal());
      training.train(stats.listener(), 2, 4);
    }
    assertEquals(4, training.graph().getConfiguration().getIterationCount());
    assertFalse(Files.exists(file));
  }

  private Path journal() {
    return folder.resolve("stats.journal");
  }

  private StatsStorage recorded() throws IOException {
    return recorded(journal());
  }

  static StatsStorage recorded(Path journal) throws IOException {
    StatsStorage storage = new InMemoryStatsStorage();
    StatsJournal.read(journal).records().forEach(record -> StatsJournal.put(record, storage));
    return storage;
  }

  private Path record(int every, int first, int end) {
    Path file = folder.resolve("stats.db");
    try (SweepStats stats = SweepStats.open(file, TRIAL, every, first)) {
      new TinyTraining().train(stats.listener(), first, end);
    }
    return file;
  }

  private static Persistable info(StatsStorage storage) {
    return storage.getAllStaticInfos(TRIAL, StatsListener.TYPE_ID).get(0);
  }

  private static List<Persistable> updates(StatsStorage storage) {
    return storage.getAllUpdatesAfter(TRIAL, StatsListener.TYPE_ID, 0);
  }

  private static int[] iterations(StatsStorage storage) {
    return updates(storage).stream()
        .mapToInt(update -> ((StatsReport) update).getIterationCount())
        .toArray();
  }
}
