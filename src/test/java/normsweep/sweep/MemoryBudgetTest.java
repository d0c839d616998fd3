package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.device.FakeEngines;
import normsweep.device.TailEngine;
import normsweep.record.SweepConfig;
import normsweep.record.SweepYaml;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final long GIB = 1L << 30;
  private static final List<String> NONE = List.of();

  private static SweepConfig config(long batchSize, String unfreezeFrom) {
    return SweepYaml.parse(
        "a.yaml",
        "a",
        "{data: {train: 45000}, training: {batchSize: %d}, model: {unfreezeFrom: %s}}"
            .formatted(batchSize, unfreezeFrom),
        NONE);
  }

  @Test
  void usualBatchesFitIntoALaptop() {
    assertDoesNotThrow(() -> require(config(64, "Conv_1"), TailEngine.cpu(), 4 * GIB));
    assertDoesNotThrow(() -> require(config(64, "Conv_1"), TailEngine.cpu().stock(), 4 * GIB));
  }

  @Test
  void namesLargestFittingBatch() {
    for (String layer : List.of("Conv_1", "block_16_expand")) {
      for (TailEngine engine : List.of(TailEngine.cpu(), TailEngine.cpu().stock())) {
        NormSweepException e =
            assertThrows(
                NormSweepException.class, () -> require(config(4096, layer), engine, 2 * GIB));
        assertEquals(ExitCode.USAGE, e.exitCode());
        Matcher matcher = Pattern.compile("a batch of (\\d+) would fit").matcher(e.getMessage());
        assertTrue(matcher.find(), e.getMessage());
        long fits = Long.parseLong(matcher.group(1));
        assertDoesNotThrow(() -> require(config(fits, layer), engine, 2 * GIB));
        assertThrows(
            NormSweepException.class, () -> require(config(fits + 1, layer), engine, 2 * GIB));
      }
    }
  }

  @Test
  void looksAtTheSettingsOfEachTrial() {
    SweepConfig axis =
        SweepYaml.parse(
            "a.yaml",
            "a",
            "{data: {train: 45000}, grid: {training.batchSize: [16, 4096, 64]}}",
            NONE);
    NormSweepException e =
        assertThrows(NormSweepException.class, () -> require(axis, TailEngine.cpu(), 2 * GIB));
    assertTrue(e.getMessage().startsWith("training.batchSize is 4096 "), e.getMessage());
    assertTrue(e.getMessage().contains(".batchSize-4096, but this machine"), e.getMessage());
  }

  @Test
  void estimatesStockTrialsByStockLayers() {
    String grid = "grid: {norm: filter-response-norm, placement: %s}, training: {batchSize: 1024}";
    SweepConfig dense = SweepYaml.parse("a.yaml", "a", "{" + grid.formatted("dense") + "}", NONE);
    SweepConfig both =
        SweepYaml.parse("a.yaml", "a", "{" + grid.formatted("[dense, spatial]") + "}", NONE);
    assertDoesNotThrow(() -> require(dense, TailEngine.cpu(), 4 * GIB));
    NormSweepException e =
        assertThrows(NormSweepException.class, () -> require(both, TailEngine.cpu(), 4 * GIB));
    assertTrue(e.getMessage().contains("filter-response-norm-spatial.clip"), e.getMessage());
    assertThrows(NormSweepException.class, () -> require(dense, TailEngine.cpu().stock(), 4 * GIB));
  }

  @Test
  void deeperUnfreezingNeedsMore() {
    long last = 0;
    for (String layer : List.of("Conv_1", "block_16_expand", "block_13_expand", "block_1_expand")) {
      NormSweepException e =
          assertThrows(
              NormSweepException.class, () -> require(config(64, layer), TailEngine.cpu(), GIB));
      Matcher needed = Pattern.compile("needs about ([\\d,]+) MiB").matcher(e.getMessage());
      assertTrue(needed.find(), e.getMessage());
      long mebibytes = Long.parseLong(needed.group(1).replace(",", ""));
      assertTrue(mebibytes > last, e.getMessage());
      last = mebibytes;
    }
  }

  @Test
  void activationsOfGpuAreNotInThisMachine() {
    SweepConfig deep = config(64, "block_1_expand");
    assertThrows(NormSweepException.class, () -> require(deep, TailEngine.cpu(), 4 * GIB));
    assertDoesNotThrow(() -> require(deep, FakeEngines.tail(), 4 * GIB));
  }

  @Test
  void countsLeftoverImage() {
    String text = "{data: {train: %d}, training: {batchSize: 1024}}";
    SweepConfig even = SweepYaml.parse("a.yaml", "a", text.formatted(2048), NONE);
    SweepConfig odd = SweepYaml.parse("a.yaml", "a", text.formatted(2049), NONE);
    assertEquals(List.of(2, 1024), List.of(even.iterationsPerEpoch(), even.largestBatch()));
    assertEquals(List.of(2, 1025), List.of(odd.iterationsPerEpoch(), odd.largestBatch()));
  }

  @Test
  void refusesTooSmallMachine() {
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> require(config(64, "Conv_1"), TailEngine.cpu(), GIB));
    assertTrue(e.getMessage().contains("no batch fits"), e.getMessage());
  }

  private static void require(SweepConfig config, TailEngine engine, long bytes) {
    MemoryBudget.require(
        config, TrialGrid.of(config), engine, new TrialPool.TrialMemory("this machine has", bytes));
  }
}
