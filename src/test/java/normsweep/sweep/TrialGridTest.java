package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import org.junit.jupiter.api.Test;

class TrialGridTest {
  private static List<String> ids(String yaml) {
    return TrialGrid.of(SweepYaml.parse("test.yaml", "test", yaml, List.of())).stream()
        .map(Trial::id)
        .toList();
  }

  @Test
  void unknownLayersAreRefusedAtOnce() {
    for (String yaml :
        List.of("model: {unfreezeFrom: Foo}", "grid: {model.unfreezeFrom: [Conv_1, Foo]}")) {
      assertEquals(
          "model.unfreezeFrom is 'Foo', which is no layer of MobileNetV2; allowed are, for example,"
              + " Conv_1, block_16_project, block_16_expand.",
          refused(yaml));
    }
    // Only weights of MXNet Gluon have the second one.
    for (String layer : List.of("Conv_1", "block_10_pad", "block_16_project")) {
      assertEquals(6, ids("model: {unfreezeFrom: " + layer + "}").size(), layer);
    }
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

  @Test
  void furtherAxesComeBetweenNormAndSeed() {
    assertEquals(
        List.of(
            "batch-norm.clip-none.seed-1.lr-1e-4.epochs-5",
            "layer-norm.clip-none.seed-1.lr-1e-4.epochs-5",
            "batch-norm.clip-none.seed-1.lr-0.01.epochs-5",
            "layer-norm.clip-none.seed-1.lr-0.01.epochs-5",
            "batch-norm.clip-none.seed-2.lr-1e-4.epochs-5",
            "layer-norm.clip-none.seed-2.lr-1e-4.epochs-5",
            "batch-norm.clip-none.seed-2.lr-0.01.epochs-5",
            "layer-norm.clip-none.seed-2.lr-0.01.epochs-5"),
        ids(
            "grid: {norm: [batch-norm, layer-norm], clip: none, training.learningRate: [1e-4, 1e-2],"
                + " training.epochs: 5, seed: [1, 2]}"));
  }

  private static String numbers(int from, int count) {
    return IntStream.range(from, from + count).boxed().toList().toString();
  }

  private static String refused(String yaml) {
    NormSweepException e = assertThrows(NormSweepException.class, () -> ids(yaml));
    assertEquals(ExitCode.USAGE, e.exitCode());
    return e.getMessage();
  }

  @Test
  void countsTrialsBeforeItListsThem() {
    String whole = "grid: {norm: [batch-norm, filter-response-norm], placement: [spatial, dense]";
    // Three heads: batch norm has one placement.
    assertEquals(9999, ids(whole + ", clip: none, seed: " + numbers(1, 3333) + "}").size());
    assertEquals(
        "The sweep has 10,002 trials, allowed are at most 10,000; shorten the lists of its grid.",
        refused(whole + ", clip: none, seed: " + numbers(1, 3334) + "}"));
    String long1000 = numbers(10, 1000);
    assertEquals(
        "The sweep has 1,000,000,000,000,000 trials, allowed are at most 10,000; shorten the lists of"
            + " its grid.",
        refused(
            "grid: {norm: layer-norm, clip: none, seed: %s, data.train: %s, data.validation: %s,"
                    .formatted(long1000, long1000, long1000)
                + " data.test: %s, model.hiddenUnits: %s}".formatted(long1000, long1000)));
  }

  @Test
  void refusesTrialsThatWouldShareAFolder() {
    assertEquals(
        "Two trials, batch norm, no clipping, unfreeze from Conv_1 and batch norm, no"
            + " clipping, unfreeze from conv_1, would share the folder"
            + " batch-norm.clip-none.seed-1.unfreezeFrom-conv_1; remove one of the values.",
        refused("grid: {model.unfreezeFrom: [Conv_1, conv_1]}"));
  }

  @Test
  void refusesIdsTooLongForAFolder() {
    String layer = "a".repeat(180);
    assertTrue(
        refused("grid: {model.unfreezeFrom: " + layer + "}")
            .endsWith(
                "is too long for the name of a folder (at most 200 characters); use fewer"
                    + " axes in one sweep."));
  }

  @Test
  void checksTheSettingsOfEachTrialTogether() {
    assertEquals(
        "batch-norm.clip-none.seed-1.train-20.batchSize-32: training.batchSize is 32, allowed is"
            + " at most data.train (20).",
        refused("grid: {data.train: [20, 100], training.batchSize: [16, 32]}"));
    assertTrue(
        refused("grid: {model.hiddenUnits: [1, 2]}")
            .startsWith(
                "layer-norm.clip-none.seed-1.hiddenUnits-1: model.hiddenUnits is 1, allowed"));
    // What the axes replace plays no part.
    assertEquals(12, ids("{data: {train: 20}, grid: {training.batchSize: [16, 20]}}").size());
  }
}
