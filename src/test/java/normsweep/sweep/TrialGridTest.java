package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import org.junit.jupiter.api.Test;

class TrialGridTest {
  private static List<String> ids(String yaml) {
    return TrialGrid.of(SweepYaml.parse("test.yaml", "test", yaml, List.of()).grid()).stream()
        .map(Trial::id)
        .toList();
  }

  @Test
  void defaultGridHasSixTrials() {
    assertEquals(
        List.of(
            "batch-norm.clip-none.seed-1",
            "batch-norm.clip-1.0.seed-1",
            "layer-norm.clip-none.seed-1",
            "layer-norm.clip-1.0.seed-1",
            "filter-response-norm.clip-none.seed-1",
            "filter-response-norm.clip-1.0.seed-1"),
        ids(""));
  }

  @Test
  void seedsAreOutermost() {
    assertEquals(
        List.of(
            "layer-norm.clip-none.seed-7",
            "layer-norm.clip-value-0.5.seed-7",
            "layer-norm.clip-none.seed-3",
            "layer-norm.clip-value-0.5.seed-3"),
        ids("grid: {norm: layer-norm, clip: [none, value-0.5], seed: [7, 3]}"));
  }

  @Test
  void onlyFilterResponseNormHasPlacements() {
    assertEquals(
        List.of(
            "batch-norm.clip-none.seed-1",
            "filter-response-norm.clip-none.seed-1",
            "filter-response-norm-spatial.clip-none.seed-1"),
        ids(
            "grid: {norm: [batch-norm, filter-response-norm], placement: [dense, spatial], clip:"
                + " none}"));
  }
}
