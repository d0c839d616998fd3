package normsweep.report.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepEvidenceTest {
  private static final HeadKind BATCH = new HeadKind(Norm.BATCH_NORM, FrnPlacement.DENSE);
  private static final HeadKind LAYER = new HeadKind(Norm.LAYER_NORM, FrnPlacement.DENSE);

  @TempDir Path root;

  @Test
  void aWholeFolderLacksNothing() {
    SweepEvidence sweep = SweepEvidence.read(MadeUpSweep.quick().write(root));
    assertEquals(6, sweep.completed().size());
    assertEquals(List.of(), sweep.missing());
    assertEquals(3, sweep.heads().size());
    assertEquals(
        10 * sweep.config().iterationsPerEpoch(),
        sweep.trials().get(0).gradients().orElseThrow().size());
  }

  @Test
  void bestSettingIsThatOfValidation() {
    SweepEvidence sweep =
        SweepEvidence.read(
            MadeUpSweep.quick()
                .axes("training.batchSize: [50, 100, 200]")
                .accuracy(t -> t.settings().label().endsWith("size 100") ? 0.8 : 0.6)
                .status("batch-norm.clip-none.seed-1.batchSize-200", TrialResult.Status.PENDING)
                .write(root));
    assertEquals(18, sweep.trials().size());
    assertEquals(3, sweep.settings().size());
    SweepEvidence best = sweep.best();
    assertEquals(6, best.trials().size());
    assertEquals(100, best.config().training().batchSize());
    assertEquals(Map.of(), best.config().grid().further());
    assertEquals(6, best.results().trials().size());
    // Each trial's files are checked against its own number of iterations.
    assertEquals(
        List.of("batch-norm.clip-none.seed-1.batchSize-200 has not started."), sweep.missing());
    assertEquals(400, sweep.trials().get(0).gradients().orElseThrow().size());
    assertEquals(200, best.trials().get(0).gradients().orElseThrow().size());
  }

  @Test
  void withoutAxesTheWholeIsBest() {
    SweepEvidence sweep = SweepEvidence.read(MadeUpSweep.quick().write(root));
    assertEquals(sweep, sweep.best());
  }

  @Test
  void comparesHeadsOverSharedClips() {
    SweepFolder folder =
        MadeUpSweep.quick()
            .seeds(1L, 2L)
            .accuracy(
                trial ->
                    (trial.norm() == Norm.LAYER_NORM ? 0.8 : 0.7)
                        + (trial.clip().active() ? 0.05 : 0)
                        + 0.01 * trial.seed())
            .status("layer-norm.clip-1.0.seed-2", TrialResult.Status.FAILED)
            .write(root);
    SweepEvidence sweep = SweepEvidence.read(folder);
    PairedDifference effect =
        Contrasts.of(sweep).heads(Measure.TEST_ACCURACY, LAYER, BATCH).orElseThrow().effect();
    // Seed 1 is the mean of both clips, seed 2 of `none` alone: differences 0.1 and 0.1.
    assertEquals(2, effect.pairs());
    assertEquals(0.1, effect.difference(), 1e-12);
    assertEquals((0.835 + 0.82) / 2, effect.first(), 1e-12);
    Map<Long, Double> clipped = sweep.bySeed(Measure.TEST_ACCURACY, LAYER, Clip.globalNorm(1));
    assertEquals(java.util.Set.of(1L), clipped.keySet());
    assertEquals(0.86, clipped.get(1L), 1e-12);
  }

  @Test
  void whatIsMissingIsSaid() throws IOException {
    SweepFolder folder =
        MadeUpSweep.quick()
            .status("batch-norm.clip-none.seed-1", TrialResult.Status.PENDING)
            .status("layer-norm.clip-none.seed-1", TrialResult.Status.RUNNING)
            .status("filter-response-norm.clip-none.seed-1", TrialResult.Status.FAILED)
            .write(root);
    Files.delete(folder.trial("batch-norm.clip-1.0.seed-1").histograms());
    Files.writeString(folder.trial("layer-norm.clip-1.0.seed-1").metrics(), "no,table\n1,2\n");
    assertEquals(
        List.of(
            "batch-norm.clip-none.seed-1 has not started.",
            "batch-norm.clip-1.0.seed-1: histograms.json is missing.",
            "layer-norm.clip-none.seed-1 was interrupted with 5 of 10 epochs done; running the sweep"
                + " again resumes it.",
            "layer-norm.clip-1.0.seed-1: metrics.csv cannot be read.",
            "filter-response-norm.clip-none.seed-1 failed after 5 epochs: the loss is not a number"
                + " at iteration 160."),
        SweepEvidence.read(folder).missing());
  }

  @Test
  void leavesOutHalfARow() throws IOException {
    SweepFolder folder =
        MadeUpSweep.quick()
            .status("layer-norm.clip-none.seed-1", TrialResult.Status.RUNNING)
            .write(root);
    Path metrics = folder.trial("layer-norm.clip-none.seed-1").metrics();
    Files.writeString(metrics, "6,0.4,0.9,0.8,0.7,1e-4,3", StandardOpenOption.APPEND);
    TrialEvidence trial = SweepEvidence.read(folder).trials(LAYER, Clip.NONE).get(0);
    assertEquals(5, trial.epochs().size());
    assertTrue(trial.missing().isEmpty());
  }
}
