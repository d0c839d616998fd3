package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.SweepConfig;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialSettings;
import org.junit.jupiter.api.Test;

class TrialSearchTest {
  private static final String SPACE =
      "space: {training.learningRate: {log: [1e-5, 1e-2]}, model.dropout: {uniform: [0.1, 0.7]},"
          + " model.hiddenUnits: {integer: [16, 64]}, data.flip: [true, false]}";

  private static SweepConfig config(String search) {
    return SweepYaml.parse("a.yaml", "a", "search: {" + search + "}", List.of());
  }

  private static List<TrialSettings> drawn(String search) {
    return TrialSearch.candidates(config(search).search());
  }

  private static double number(TrialSettings settings, String key) {
    return ((Number) settings.values().get(key)).doubleValue();
  }

  @Test
  void drawsFromEachSpace() {
    List<TrialSettings> drawn = drawn("candidates: 2000, " + SPACE);
    assertEquals(2000, drawn.stream().distinct().count());
    // A third of a logarithmic range of three decades is one decade.
    long lowest = drawn.stream().filter(s -> number(s, "training.learningRate") < 1e-4).count();
    assertEquals(2000 / 3.0, (double) lowest, 100);
    double dropout =
        drawn.stream().mapToDouble(s -> number(s, "model.dropout")).average().orElseThrow();
    assertEquals(0.4, dropout, 0.02);
    assertEquals(
        16, drawn.stream().mapToDouble(s -> number(s, "model.hiddenUnits")).min().orElseThrow());
    assertEquals(
        64, drawn.stream().mapToDouble(s -> number(s, "model.hiddenUnits")).max().orElseThrow());
    long flipped = drawn.stream().filter(s -> s.values().get("data.flip").equals(true)).count();
    assertTrue(Math.abs(flipped - 1000) < 120, flipped + " of 2000");
    assertTrue(drawn.stream().allMatch(s -> s.label().matches("learning rate .{1,7}, dropout .*")));
  }

  @Test
  void moreCandidatesBeginWithTheSame() {
    List<TrialSettings> few = drawn("candidates: 5, seed: 7, " + SPACE);
    assertEquals(few, drawn("candidates: 50, seed: 7, " + SPACE).subList(0, 5));
    List<TrialSettings> others = drawn("candidates: 5, seed: 8, " + SPACE);
    assertTrue(others.stream().noneMatch(few::contains), others.toString());
  }

  @Test
  void everyCellGetsEveryCandidate() {
    SweepConfig config =
        SweepYaml.parse(
            "a.yaml",
            "a",
            "{grid: {norm: layer-norm, data.views: [1, 2], seed: [1, 2]}, search: {candidates: 3, "
                + SPACE
                + "}}",
            List.of());
    List<Trial> trials = TrialGrid.of(config);
    assertEquals(2 * 2 * 3 * 2, trials.size());
    for (TrialSettings candidate : TrialSearch.candidates(config.search())) {
      assertEquals(
          8,
          trials.stream()
              .filter(t -> t.settings().only(config.search().space().keySet()).equals(candidate))
              .count());
    }
    double rate = number(trials.get(0).settings(), "training.learningRate");
    assertEquals(rate, config.of(trials.get(0)).training().learningRate());
    assertEquals(Map.of(), config.of(trials.get(0)).search().space());
  }

  @Test
  void logarithmicRangesOfWholeNumbersAreRounded() {
    List<TrialSettings> drawn =
        drawn("candidates: 300, space: {data.splitSeed: {log: [1, 2147483647]}}");
    assertTrue(drawn.stream().allMatch(s -> s.values().get("data.splitSeed") instanceof Long));
    // The middle of a logarithmic range is the root of the product of its ends.
    long lower = drawn.stream().filter(s -> number(s, "data.splitSeed") <= 46_341).count();
    assertTrue(Math.abs(lower - 150) < 25, lower + " of 300");
  }

  private static String refused(String search) {
    NormSweepException e = assertThrows(NormSweepException.class, () -> drawn(search));
    assertEquals(ExitCode.USAGE, e.exitCode());
    return e.getMessage();
  }

  @Test
  void refusesMoreCandidatesThanTheSpaceHas() {
    assertEquals(6, drawn("candidates: 6, space: {model.hiddenUnits: {integer: [1, 6]}}").size());
    assertEquals(
        "7 candidates are too many: 340 draws from their ranges gave only 6 different settings"
            + " (numbers have three digits); lower `candidates` or widen the ranges.",
        refused("candidates: 7, space: {model.hiddenUnits: {integer: [1, 6]}}"));
    assertTrue(
        refused("candidates: 9, space: {model.dropout: {uniform: [0.1, 0.1001]}}")
            .contains("gave only 1 different"));
  }

  @Test
  void refusesBadSpaces() {
    Map<String, String> cases =
        Map.of(
            "{log: [1e-2, 1e-5]}", "training.learningRate.log is [1e-2, 1e-5], allowed is two",
            "{log: [1e-2, 1e-2]}", "training.learningRate.log is [1e-2, 1e-2], allowed is two",
            "{uniform: [0.1]}", "training.learningRate.uniform is [0.1], allowed is two numbers",
            "{integer: [1, 2]}", "training.learningRate is {integer: [1, 2]}, allowed is a list",
            "{normal: [1, 2]}", "training.learningRate is {normal: [1, 2]}, allowed is a list",
            "[]", "training.learningRate is [], allowed is at least one value",
            "{log: [0, 1]}", "training.learningRate.log is 0, allowed is a number from 1.0E-8");
    cases.forEach(
        (space, expected) ->
            assertTrue(
                refused("candidates: 3, space: {training.learningRate: " + space + "}")
                    .startsWith("a.yaml, line 1: search.space." + expected),
                () -> refused("candidates: 3, space: {training.learningRate: " + space + "}")));
    assertTrue(
        refused("candidates: 3, space: {model.dropout: {log: [0, 0.5]}}")
            .contains("allowed is two numbers above 0 (a logarithmic scale has no 0)"));
    assertTrue(
        refused("candidates: 3, space: {landscape.grid: {integer: [3, 5]}}")
            .contains("landscape.grid cannot be varied"));
    assertTrue(
        refused("candidates: 2, space: {grid.norm: [layer-norm, batch-norm]}")
            .contains("grid.norm cannot be varied here: its values belong directly into grid"));
    assertTrue(refused("candidates: 3").contains("search.candidates is 3 and search.space has 0"));
    assertTrue(refused(SPACE).contains("search.candidates is 0 and search.space has 4 keys"));
    NormSweepException many =
        assertThrows(
            NormSweepException.class, () -> TrialGrid.of(config("candidates: 2000, " + SPACE)));
    assertEquals(
        "The sweep has 12,000 trials, allowed are at most 10,000; shorten the lists of its grid or"
            + " lower search.candidates.",
        many.getMessage());
    NormSweepException both =
        assertThrows(
            NormSweepException.class,
            () ->
                SweepYaml.parse(
                    "a.yaml",
                    "a",
                    "{grid: {data.flip: true}, search: {candidates: 3, " + SPACE + "}}",
                    List.of()));
    assertEquals(
        "a.yaml: data.flip is an axis of both grid and search.space; remove one.",
        both.getMessage());
  }

  @Test
  void searchesReadBackEqual() {
    SweepConfig config = config("candidates: 5, maxMinutes: 2.5, " + SPACE);
    assertEquals(config, SweepYaml.parse("b.yaml", "b", SweepYaml.write(config), List.of()));
  }
}
