package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.device.Engine;
import normsweep.device.FakeEngines;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On which devices a sweep may be continued. */
class EnvironmentTest {
  private static final String GPU = "the GPU (NVIDIA Fake 1)";

  @TempDir Path root;
  private SweepFolder folder;
  private SweepResults begun;

  @BeforeEach
  void begin() {
    folder = MadeUpSweep.quick().epochs(2).write(root);
    begun = folder.readResults();
  }

  private SweepResults of(Map<String, String> environment) {
    return begun.with(environment);
  }

  private SweepResults resumed(SweepResults results, Engine engine, boolean mayDiffer) {
    return Environment.resumed(folder, results, engine, mayDiffer);
  }

  @Test
  void sameDeviceChangesNothing() {
    SweepResults old = of(Map.of("backend", "CpuBackend", "java", "17")); // as older versions wrote
    assertSame(old, resumed(old, Engine.cpu(), false));
    assertSame(old, resumed(old, Engine.cpu().stock(), false));
    SweepResults gpu = of(Environment.describe(FakeEngines.gpu()));
    assertSame(gpu, resumed(gpu, FakeEngines.gpu(), false));
    SweepResults unknown = of(Map.of());
    assertSame(unknown, resumed(unknown, FakeEngines.gpu(), false));
  }

  @Test
  void refusesOtherDeviceUnasked() {
    SweepResults old = of(Map.of("backend", "CpuBackend"));
    NormSweepException e =
        assertThrows(NormSweepException.class, () -> resumed(old, FakeEngines.gpu(), false));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertEquals(
        folder.root()
            + " was begun on the CPU and would resume on "
            + GPU
            + ", whose results differ in their last bits; accept that with --switch-device, or"
            + " choose another folder with --out.",
        e.getMessage());
    Engine trunkOnly = new Engine(Engine.cpu().tail(), FakeEngines.gpu().trunk());
    assertThrows(NormSweepException.class, () -> resumed(old, trunkOnly, false));
  }

  @Test
  void remembersEarlierDevices() {
    SweepResults gpu =
        resumed(of(Map.of("backend", "CpuBackend", "cpu", "x")), FakeEngines.gpu(), true);
    assertEquals("NVIDIA Fake 1", gpu.environment().get("device"));
    assertEquals("the CPU", gpu.environment().get("earlierDevices"));
    assertEquals(begun.trials(), gpu.trials());
    SweepResults back = resumed(gpu, Engine.cpu(), true);
    assertFalse(back.environment().containsKey("device"));
    assertEquals("the CPU; " + GPU, back.environment().get("earlierDevices"));
  }

  @Test
  void pendingSweepMovesFreely() {
    SweepResults pending = of(Map.of("backend", "CpuBackend"));
    for (TrialResult trial : begun.trials()) {
      pending = pending.with(TrialResult.pending(trial.trial()));
    }
    SweepResults moved = resumed(pending, FakeEngines.gpu(), false);
    assertEquals(Environment.describe(FakeEngines.gpu()), moved.environment());
  }
}
