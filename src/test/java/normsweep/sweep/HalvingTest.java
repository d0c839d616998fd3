package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import normsweep.record.EpochMetrics;
import normsweep.record.Norm;
import normsweep.record.SweepConfig;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import org.junit.jupiter.api.Test;

/** Decisions on made-up metrics, trained by nobody. */
class HalvingTest {
  private static final int EPOCHS = 8;

  private static SweepConfig config(int candidates, String seeds, String prune) {
    return SweepYaml.parse(
        "a",
        "a",
        """
        training: {epochs: %d}
        grid: {norm: [batch-norm, layer-norm], clip: [none, 1.0], seed: %s}
        search: {candidates: %d, space: {training.learningRate: {log: [1e-5, 1e-1]}}}
        prune: %s
        """
            .formatted(EPOCHS, seeds, candidates, prune),
        List.of());
  }

  private static List<EpochMetrics> losses(
      int epochs, ToDoubleBiFunction<Integer, Trial> loss, Trial trial) {
    List<EpochMetrics> metrics = new ArrayList<>();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      metrics.add(new EpochMetrics(epoch, 1, 0.5, loss.applyAsDouble(epoch, trial), 0.5, 0, 1));
    }
    return metrics;
  }

  /** A whole sweep whose losses are given: what each trial's row is before the last stage. */
  private static Map<Trial, TrialResult> run(
      SweepConfig config, ToDoubleBiFunction<Integer, Trial> loss) {
    Halving halving = new Halving(config);
    Map<Trial, TrialResult> all = new HashMap<>();
    for (List<Trial> cohort : halving.cohorts(TrialGrid.of(config))) {
      Map<String, TrialResult> rows = new HashMap<>();
      cohort.forEach(trial -> rows.put(trial.id(), TrialResult.pending(trial)));
      Map<String, List<EpochMetrics>> metrics = new HashMap<>();
      for (int rung = 0; rung < config.prune().rungs().size(); rung++) {
        int epoch = config.prune().rungs().get(rung);
        for (Trial trial : cohort) {
          if (!rows.get(trial.id()).ended()) {
            rows.put(trial.id(), TrialResult.running(trial, epoch));
            metrics.put(trial.id(), losses(epoch, loss, trial));
          }
        }
        List<TrialResult> before = cohort.stream().map(trial -> rows.get(trial.id())).toList();
        for (TrialResult row : halving.ended(rung, before, metrics)) {
          rows.put(row.id(), row);
        }
        // As after a crash behind the decision: it is not made twice.
        List<TrialResult> after = cohort.stream().map(trial -> rows.get(trial.id())).toList();
        assertEquals(List.of(), halving.ended(rung, after, metrics));
      }
      cohort.forEach(trial -> all.put(trial, rows.get(trial.id())));
    }
    return all;
  }

  private static List<Trial> left(Map<Trial, TrialResult> rows) {
    return rows.entrySet().stream()
        .filter(row -> !row.getValue().ended())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static double rate(Trial trial) {
    return (double) trial.settings().values().get("training.learningRate");
  }

  @Test
  void halvesAsWorkedOutByHand() {
    SweepConfig config =
        SweepYaml.parse(
            "a",
            "a",
            """
            training: {epochs: 4}
            grid: {norm: layer-norm, clip: none, seed: [1, 2]}
            search: {candidates: 3, space: {training.learningRate: [0.1, 0.2, 0.3]}}
            prune: {rungs: [2], keep: 0.4}
            """,
            List.of());
    // Lowest losses up to epoch 2, by seed: 0.1 has 5 and 1, 0.2 has 2 and 3, 0.3 has 4 and 4.
    Map<Double, double[][]> made =
        Map.of(
            0.1, new double[][] {{5, 9}, {8, 1}},
            0.2, new double[][] {{2, 7}, {3, 3}},
            0.3, new double[][] {{4, 4}, {4, 4}});
    Map<Trial, TrialResult> rows =
        run(config, (epoch, trial) -> made.get(rate(trial))[(int) trial.seed() - 1][epoch - 1]);
    // Means 3, 2.5 and 4; of three candidates, 0.4 * 3 = 1.2 train on, rounded up.
    rows.forEach((trial, row) -> assertEquals(rate(trial) == 0.3, row.pruned(), row.id()));
    TrialResult last =
        rows.values().stream().filter(row -> row.id().endsWith("seed-2.lr-0.3")).findFirst().get();
    assertEquals(
        "pruned after epoch 2: validation loss 4.0000, rank 3 of 3 candidates of its cell",
        last.reason());
    assertEquals(2, last.epochs());
    assertEquals(4.0, last.valLoss());
    assertEquals(null, last.testAccuracy());
  }

  @Test
  void stableRanksKeepTheBest() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      int candidates = 1 + random.nextInt(12);
      double keep = 0.1 + 0.8 * random.nextDouble();
      SweepConfig config =
          config(candidates, "[1, 2]", "{rungs: [1, 3, 6], keep: %s}".formatted(keep));
      Map<String, Double> level = new HashMap<>();
      for (Trial trial : TrialGrid.of(config)) {
        String candidate = trial.norm() + " " + trial.clip() + " " + rate(trial);
        level.computeIfAbsent(candidate, one -> random.nextDouble());
      }
      ToDoubleBiFunction<Integer, Trial> loss =
          (epoch, trial) ->
              level.get(trial.norm() + " " + trial.clip() + " " + rate(trial)) * (1 + 1.0 / epoch);
      Map<Trial, TrialResult> rows = run(config, loss);
      int kept = candidates;
      for (int rung = 0; rung < 3; rung++) {
        kept = (int) Math.ceil(kept * keep);
      }
      for (List<Trial> cohort : new Halving(config).cohorts(TrialGrid.of(config))) {
        List<Trial> left = cohort.stream().filter(trial -> !rows.get(trial).ended()).toList();
        assertEquals(2 * kept, left.size());
        double best =
            cohort.stream().mapToDouble(one -> loss.applyAsDouble(8, one)).min().orElseThrow();
        assertTrue(left.stream().anyMatch(one -> loss.applyAsDouble(8, one) == best));
      }
    }
  }

  @Test
  void normsAndClippingDoNotCompete() {
    SweepConfig config = config(6, "1", "{rungs: [2, 4]}");
    ToDoubleBiFunction<Integer, Trial> fair = (epoch, trial) -> 1 / rate(trial) + epoch;
    // One norm is far worse, and one clipping choice far better: the same candidates stay.
    ToDoubleBiFunction<Integer, Trial> unfair =
        (epoch, trial) ->
            fair.applyAsDouble(epoch, trial)
                + (trial.norm() == Norm.LAYER_NORM ? 1e9 : 0)
                - (trial.clip().active() ? 1e7 : 0);
    Map<Trial, TrialResult> rows = run(config, unfair);
    assertEquals(
        left(run(config, fair)).stream().sorted(byId()).toList(),
        left(rows).stream().sorted(byId()).toList());
    assertEquals(4 * 2, left(rows).size()); // of 6 candidates 3, then 2, in each of four cells
  }

  private static java.util.Comparator<Trial> byId() {
    return java.util.Comparator.comparing(Trial::id);
  }

  @Test
  void failedCandidatesLose() {
    SweepConfig config = config(2, "[1, 2]", "{rungs: [2]}");
    Halving halving = new Halving(config);
    List<Trial> cohort = halving.cohorts(TrialGrid.of(config)).get(0);
    Trial first = cohort.get(0);
    Map<String, List<EpochMetrics>> metrics = new HashMap<>();
    List<TrialResult> rows = new ArrayList<>();
    for (Trial trial : cohort) {
      boolean better = rate(trial) == rate(first);
      metrics.put(trial.id(), losses(2, (epoch, one) -> better ? 0.1 : 9, trial));
      rows.add(
          trial.equals(first)
              ? TrialResult.failed(trial, 1, "it diverged")
              : TrialResult.running(trial, 2));
    }
    List<TrialResult> ended = halving.ended(0, rows, metrics);
    assertEquals(1, ended.size());
    assertEquals(rate(first), rate(ended.get(0).trial()));
    assertEquals(
        "pruned after epoch 2: another trial of its candidate failed", ended.get(0).reason());
  }

  @Test
  void expectedEpochsAreThoseOfARun() {
    SweepConfig config = config(5, "[1, 2]", "{rungs: [1, 3]}");
    List<Trial> trials = TrialGrid.of(config);
    Map<Trial, TrialResult> rows = run(config, (epoch, trial) -> rate(trial));
    int trained = rows.values().stream().mapToInt(row -> row.ended() ? row.epochs() : EPOCHS).sum();
    assertEquals(
        trained,
        new Halving(config)
            .expectedEpochs(config, trials).values().stream().mapToInt(epochs -> epochs).sum());
    // In each of 4 cells and with 2 seeds: 2 candidates for 1 epoch, 1 for 3 and 2 for 8.
    assertEquals(4 * 2 * (2 * 1 + 1 * 3 + 2 * EPOCHS), trained);
  }
}
