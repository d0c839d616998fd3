package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.device.Engine;
import normsweep.device.FakeEngines;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialResult.Status;
import normsweep.savedmodel.ModelInspection;
import normsweep.sweep.SelfCheck;
import normsweep.sweep.SweepInputs;
import normsweep.sweep.SweepRunner;
import normsweep.tail.Tail;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps on a GPU that is none: everything but the libraries that need one. */
class GpuSweepIT {
  private static final SweepConfig CONFIG =
      SweepYaml.parse(
          "t",
          "t",
          "{data: {train: 48, validation: 20, test: 20, views: 1}, training: {batchSize: 16, epochs:"
              + " 2}, grid: {norm: [batch-norm, layer-norm], clip: none}}",
          List.of());
  private static final String SECOND = "layer-norm.clip-none.seed-1";

  @TempDir Path root;

  private static SweepResults run(
      SweepFolder folder, Engine engine, boolean switchDevice, SweepRunner.Observer observer) {
    SweepRunner.Options options =
        new SweepRunner.Options(
            Optional.empty(), Optional.empty(), false, false, engine, switchDevice);
    return engine.compute(() -> SweepRunner.run(CONFIG, folder, options, observer));
  }

  /** Runs out of the GPU's memory in the second epoch of the second trial. */
  private static final class OutOfMemory implements SweepRunner.Observer {
    final List<String> tails = new ArrayList<>();

    @Override
    public void trialStarted(Trial trial, String network, int epochsDone) {
      tails.add(network);
    }

    @Override
    public List<TrainingListener> listeners(
        Trial trial, Tail tail, TrialFolder files, int iterations) {
      return List.of(
          new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
              if (trial.id().equals(SECOND) && epoch == 1) {
                throw new IllegalStateException(
                    "[DEVICE] allocation failed; Bytes: [51380224]; Error code [2]; DEVICE [0]");
              }
            }
          });
    }
  }

  @Test
  void fullGpuLosesNothing() throws Exception {
    SweepFolder whole = new SweepFolder(root.resolve("whole"));
    run(whole, FakeEngines.gpu(), false, new SweepRunner.Observer() {});
    SweepFolder folder = new SweepFolder(root.resolve("interrupted"));
    OutOfMemory observer = new OutOfMemory();
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> run(folder, FakeEngines.gpu(), false, observer));
    assertEquals(ExitCode.FAILED, e.exitCode());
    assertTrue(e.getMessage().startsWith("NVIDIA Fake 1 is out of memory"), e.getMessage());
    assertTrue(e.getMessage().contains("training.batchSize"), e.getMessage());
    String stock = "stock (the backend is JCublasBackend)";
    assertEquals(List.of(stock, stock), observer.tails);
    assertEquals(
        List.of(Status.COMPLETED, Status.RUNNING),
        folder.readResults().trials().stream().map(TrialResult::status).toList());

    run(folder, FakeEngines.gpu(), false, new SweepRunner.Observer() {});
    SameSweep.assertSame(whole, folder);
    Map<String, String> environment = folder.readResults().environment();
    assertEquals("JCublasBackend", environment.get("backend"));
    assertEquals(FakeEngines.CARD, environment.get("device"));
    assertEquals(FakeEngines.CARD, environment.get("trunkDevice"));
    String zip = ModelInspection.of(folder.trial(SECOND).model()).table();
    assertTrue(zip.contains(FakeEngines.CARD) && zip.contains("550.54.15"), zip);
  }

  @Test
  void otherDeviceFinishesOnlyWhenAsked() {
    SweepFolder folder = new SweepFolder(root);
    assertThrows(
        NormSweepException.class, () -> run(folder, FakeEngines.gpu(), false, new OutOfMemory()));
    TrialResult first = folder.readResults().trials().get(0);
    NormSweepException refused =
        assertThrows(
            NormSweepException.class,
            () -> run(folder, Engine.cpu(), false, new SweepRunner.Observer() {}));
    assertEquals(ExitCode.USAGE, refused.exitCode());
    assertTrue(refused.getMessage().contains("--switch-device"), refused.getMessage());

    SweepResults results = run(folder, Engine.cpu(), true, new SweepRunner.Observer() {});
    assertTrue(results.trials().stream().allMatch(TrialResult::completed));
    assertEquals(first, results.trials().get(0));
    assertTrue(
        results.environment().get("earlierDevices").contains(FakeEngines.CARD),
        results.environment().toString());
  }

  @Test
  void featuresOfDevicesStayApart() {
    List<String> keys = new ArrayList<>();
    for (Engine engine : List.of(Engine.cpu(), FakeEngines.gpu())) {
      try (SweepInputs inputs =
          SweepInputs.open(SelfCheck.config(), Optional.empty(), Optional.empty(), engine)) {
        keys.add(inputs.features().key());
        if (engine.tail().device().gpu()) {
          SelfCheck.run(inputs).forEach(one -> assertTrue(one.passed(), one.toString()));
        }
      }
    }
    assertNotEquals(keys.get(0), keys.get(1));
  }
}
