package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.SweepConfig;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialResult.Status;
import normsweep.record.TuningChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TuningTest {
  private static final String TUNE =
      "tune: {candidates: 3, seeds: [7, 8], keys: {training.learningRate: [0.1, 0.2, 0.3]}}";

  private static SweepConfig parse(String yaml) {
    return SweepYaml.parse("a", "a", yaml, List.of());
  }

  private static TrialResult completed(Trial trial, double loss, double accuracy) {
    return new TrialResult(
        trial.id(),
        trial.norm(),
        trial.placement(),
        trial.clip(),
        trial.seed(),
        trial.settings(),
        trial.tuned(),
        Status.COMPLETED,
        3,
        2,
        accuracy,
        loss,
        null,
        null,
        1,
        0.0,
        1.0,
        1.0,
        null,
        null);
  }

  private static List<TuningChoice> choose(SweepConfig config, Map<String, Double> losses) {
    List<TrialResult> rows = new ArrayList<>();
    for (Trial trial : TrialGrid.of(config.tuning())) {
      Double loss = losses.get(trial.id());
      rows.add(
          loss == null
              ? TrialResult.failed(trial, 1, "it diverged")
              : completed(trial, loss, 1 / loss));
    }
    return Tuning.choose(
        config, new SweepResults(SweepResults.SCHEMA, "a", null, null, Map.of(), rows));
  }

  @Test
  void tuningIsASweepOfItsOwn() {
    SweepConfig config = parse(TUNE + "\ngrid: {norm: [none, batch-norm], clip: none}");
    assertEquals(
        List.of("none", "batch-norm"), TrialGrid.of(config).stream().map(Trial::head).toList());
    List<String> ids = TrialGrid.of(config.tuning()).stream().map(Trial::id).toList();
    assertEquals(12, ids.size());
    assertEquals("none.clip-none.seed-7.lr-0.1", ids.get(0));
    assertEquals("batch-norm.clip-none.seed-8.lr-0.3", ids.get(11));
  }

  @Test
  void lowestMeanLossIsChosen() {
    SweepConfig config = parse(TUNE + "\ngrid: {norm: none, clip: none}");
    String id = "none.clip-none.seed-";
    Map<String, Double> losses =
        Map.of(
            id + "7.lr-0.1", 1.0,
            id + "8.lr-0.1", 4.0,
            id + "7.lr-0.2", 2.0,
            id + "8.lr-0.2", 2.0,
            id + "7.lr-0.3", 0.1); // the other one failed
    TuningChoice choice = choose(config, losses).get(0);
    assertEquals(Map.of("training.learningRate", 0.2), choice.tuned().values());
    assertEquals(2.0, choice.valLoss());
    assertEquals(0.5, choice.valAccuracy());
    assertEquals(
        List.of(2, 3, 2), List.of(choice.seeds(), choice.candidates(), choice.completed()));
  }

  @Test
  void firstOfEqualsIsChosenNoneOfFailures() {
    SweepConfig config = parse(TUNE + "\ngrid: {norm: [none, batch-norm], clip: none}");
    String id = "batch-norm.clip-none.seed-";
    Map<String, Double> losses =
        Map.of(
            id + "7.lr-0.3", 2.0, id + "8.lr-0.3", 2.0, id + "7.lr-0.2", 1.0, id + "8.lr-0.2", 3.0);
    List<TuningChoice> choices = choose(config, losses);
    assertEquals(null, choices.get(0).tuned());
    assertEquals(0, choices.get(0).completed());
    assertEquals(Map.of("training.learningRate", 0.2), choices.get(1).tuned().values());
    assertEquals("batch-norm", choices.get(1).cell().head());
    List<Trial> trials = TrialGrid.of(config);
    TrialResult started = TrialResult.running(trials.get(1), 1);
    List<TrialResult> rows =
        Tuning.rows(
            List.of(
                TrialResult.pending(trials.get(0)), TrialResult.pending(trials.get(1)), started),
            choices);
    assertEquals(Status.FAILED, rows.get(0).status());
    assertEquals("none of its 3 tuning candidates completed all epochs", rows.get(0).reason());
    assertEquals(TrialResult.pending(trials.get(1).with(choices.get(1).tuned())), rows.get(1));
    assertEquals(started, rows.get(2));
  }

  @Test
  void whatWasTunedIsSetButNotInIds() {
    SweepConfig config = parse(TUNE);
    Trial trial = TrialGrid.of(config).get(0);
    TuningChoice choice =
        choose(
                config,
                Map.of(
                    "batch-norm.clip-none.seed-7.lr-0.3", 1.0,
                    "batch-norm.clip-none.seed-8.lr-0.3", 1.0))
            .get(0);
    Trial tuned = trial.with(choice.tuned());
    assertEquals(trial.id(), tuned.id());
    assertEquals(0.001, config.of(trial).training().learningRate());
    assertEquals(0.3, config.of(tuned).training().learningRate());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tune: {candidates: 3}|tune.candidates is 3 and tune.keys has 0 keys; tuning needs both",
        "tune: {keys: {training.epochs: [1, 2]}}|tune.candidates is 0 and tune.keys has 1 keys",
        "tune: {seeds: [4]}|tune.candidates is 0 and tune.keys has 0 keys",
        "tune: {candidates: 3, keys: {training.epochs: [1, 2]}}|tune.candidates is 3, allowed are at"
            + " most the 2 combinations of tune.keys",
        "tune: {candidates: 2, seeds: [2, 1], keys: {training.epochs: [1, 2]}}|tune.seeds and"
            + " grid.seed share 1",
        "tune: {candidates: 2, keys: {training.epohcs: [1, 2]}}|unknown key tune.keys.training.epohcs",
        "tune: {candidate: 2}|unknown key tune.candidate; allowed here: candidates, seeds, seed, keys",
        "tune: {candidates: 1, keys: {grid.seed: [1]}}|grid.seed cannot be varied",
        "tune: {candidates: 1, keys: {training.learningRate: {log: [1, 1e-3]}}}|"
            + "tune.keys.training.learningRate.log is",
        "{tune: {candidates: 1, keys: {data.views: 1}}, grid: {data.views: [1, 2]}}|data.views is an"
            + " axis of both grid and tune.keys",
        "{tune: {candidates: 1, keys: {data.views: 1}}, search: {maxMinutes: 3}}|either a section"
            + " search or a section tune",
        "prune: {rungs: [2]}|prune.rungs is [2], but only candidates of a section search or tune",
        "prune: {keep: 0.3}|prune.keep is 0.3 without prune.rungs",
        "prune: {rungs: [2], keep: 1}|prune.keep is 1, allowed is a number from 0.01 to 0.99",
        "prune: {rungs: [0]}|prune.rungs is 0, allowed is a whole number from 1 to 1000",
        "{prune: {rungs: [3, 2]}, tune: {candidates: 1, keys: {data.views: 1}}}|prune.rungs is [3,"
            + " 2], allowed are increasing epochs",
        "{prune: {rungs: [2, 10]}, tune: {candidates: 1, keys: {data.views: 1}}}|prune.rungs has 10,"
            + " allowed are epochs before the last one (training.epochs is 10)",
        "{prune: {rungs: [2]}, tune: {candidates: 2, keys: {training.epochs: [3, 2]}}}|prune.rungs"
            + " has 2, allowed are epochs before the last one (training.epochs is 2)",
      })
  void refusesInOneSentence(String yaml, String expected) {
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> {
              SweepConfig config = parse(yaml);
              TrialGrid.of(config.tuned() ? config.tuning() : config);
            });
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().endsWith("."), e.getMessage());
  }

  @Test
  void resolvedConfigsAreReadBack() {
    for (String tune :
        List.of(
            TUNE, "tune: {candidates: 4, keys: {training.learningRate: {log: [1e-4, 1e-2]}}}")) {
      SweepConfig config = parse(tune + "\nprune: {rungs: [1, 4], keep: 0.25}");
      assertEquals(config, parse(SweepYaml.write(config)));
      assertEquals(config.tuning(), parse(SweepYaml.write(config.tuning())));
    }
    List<String> differences = SweepYaml.differences(parse(TUNE), parse(""));
    assertTrue(
        differences.contains("tune.keys: {training.learningRate=[0.1, 0.2, 0.3]} -> none"),
        differences.toString());
  }
}
