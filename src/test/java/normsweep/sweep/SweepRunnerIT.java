package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import normsweep.backbone.WeightsSources;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.data.Caches;
import normsweep.device.Engine;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialResult.Status;
import normsweep.tail.Tail;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps in this process, on real images and weights. */
class SweepRunnerIT {
  private static final SweepConfig CONFIG =
      SweepYaml.parse(
          "t",
          "t",
          "{data: {train: 48, validation: 20, test: 20, views: 1}, training: {batchSize: 16, epochs:"
              + " 1}, grid: {norm: [batch-norm, layer-norm], clip: none}}",
          List.of());

  @TempDir Path folder;

  private static SweepRunner.Options options(Engine engine) {
    return new SweepRunner.Options(Optional.empty(), Optional.empty(), false, false, engine, false);
  }

  private static boolean isFirst(Trial trial) {
    return trial.id().equals("batch-norm.clip-none.seed-1");
  }

  @Test
  void divergedTrialStopsNoOther() {
    SweepFolder sweep = new SweepFolder(folder);
    SweepRunner.Observer poisoner =
        new SweepRunner.Observer() {
          @Override
          public List<TrainingListener> listeners(
              Trial trial, Tail tail, TrialFolder files, int iterations) {
            return isFirst(trial) ? List.of(new Poison()) : List.of();
          }
        };
    SweepResults results = SweepRunner.run(CONFIG, sweep, options(Engine.cpu()), poisoner);
    TrialResult failed = results.trials().get(0);
    assertEquals(Status.FAILED, failed.status());
    assertTrue(failed.reason().contains("became NaN in epoch 1"), failed.reason());
    assertEquals(Status.COMPLETED, results.trials().get(1).status());
    assertEquals(results, sweep.readResults());
  }

  /** A trial of an axis is the trial of a sweep with its value as a plain setting. */
  @Test
  void stockAndFusedLayersAgree() {
    SweepFolder fused = new SweepFolder(folder.resolve("fused"));
    SweepFolder stock = new SweepFolder(folder.resolve("stock"));
    SweepRunner.Observer silent = new SweepRunner.Observer() {};
    SweepRunner.run(CONFIG, fused, options(Engine.cpu()), silent);
    SweepRunner.run(CONFIG, stock, options(Engine.cpu().stock()), silent);
    for (TrialResult trial : fused.readResults().trials()) {
      double expected = stock.readResults().trial(trial.id()).orElseThrow().valLoss();
      assertEquals(expected, trial.valLoss(), 0.02 * expected, trial.id());
    }
  }

  @Test
  void resumesWithOriginalFiles() throws IOException {
    Path mine = folder.resolve("mine.h5");
    byte[] bytes =
        Files.readAllBytes(WeightsSources.acquire(Optional.empty(), Caches.zoo()).file());
    bytes[bytes.length / 2] ^= 1; // one weight's bit: other weights, as good as the first
    Files.write(mine, bytes);
    SweepFolder sweep = new SweepFolder(folder.resolve("sweep"));
    SweepRunner.run(
        CONFIG,
        sweep,
        new SweepRunner.Options(
            Optional.empty(), Optional.of(mine), false, false, Engine.cpu(), false),
        new SweepRunner.Observer() {});
    try (TrialInputs again =
        TrialInputs.reopen(sweep, Optional.empty(), Optional.empty(), Engine.cpu())) {
      assertEquals(mine.toString(), again.weightsOrigin().source());
    }
    Files.delete(mine);
    NormSweepException refused =
        assertThrows(
            NormSweepException.class,
            () -> TrialInputs.reopen(sweep, Optional.empty(), Optional.empty(), Engine.cpu()));
    assertEquals(ExitCode.USAGE, refused.exitCode());
    assertTrue(
        refused.getMessage().contains("name the original file with --weights"),
        refused.getMessage());
  }

  /** Makes every gradient a NaN after it was looked at, so that the next step's loss is one. */
  private static final class Poison extends BaseTrainingListener {
    @Override
    public void onGradientCalculation(Model model) {
      ((ComputationGraph) model).getFlattenedGradients().assign(Double.NaN);
    }
  }
}
