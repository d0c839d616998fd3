package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.record.TuningChoice;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.Tables.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
  @TempDir Path root;

  private SweepEvidence read(MadeUpSweep sweep) {
    return SweepEvidence.read(sweep.norms(Norm.BATCH_NORM, Norm.LAYER_NORM).epochs(3).write(root));
  }

  @Test
  void averagesSeedsAndCountsStatuses() {
    Table table =
        Tables.accuracy(
            read(
                MadeUpSweep.quick()
                    .seeds(1L, 2L)
                    .accuracy(t -> 0.7 + 0.02 * t.seed())
                    .status("layer-norm.clip-none.seed-2", TrialResult.Status.FAILED)
                    .status("layer-norm.clip-1.0.seed-1", TrialResult.Status.PENDING)
                    .status("layer-norm.clip-1.0.seed-2", TrialResult.Status.PENDING)));
    // 72 and 74: mean 73, standard deviation √2.
    assertEquals("batch norm, no clipping", table.rows().get(0).get(0));
    assertEquals("73.0\u00a0±\u00a01.4", table.rows().get(0).get(1));
    assertEquals("layer norm, no clipping (1 completed, 1 failed)", table.rows().get(2).get(0));
    assertEquals("72.0", table.rows().get(2).get(1));
    assertEquals(
        List.of("layer norm, clip 1.0 (2 pending)", "–", "–", "–", "–", "–", "–"),
        table.rows().get(3));
  }

  @Test
  void oneSeedHasNoP() {
    Table table = contrasts(MadeUpSweep.quick().accuracy(t -> 0.7 + place(t)));
    assertEquals(
        List.of("batch norm − layer norm", "1", "−20.0", "−23.4 to −16.6"), table.rows().get(0));
    assertEquals("batch norm: clip 1.0 − none", table.rows().get(1).get(0));
    assertEquals("effect of clip 1.0: batch norm − layer norm", table.rows().get(3).get(0));
    assertEquals("–", table.rows().get(3).get(3));
  }

  /** t = 12·√3 with two degrees of freedom: p = 1 − t/√(2 + t²) = 0.0023. */
  @Test
  void severalSeedsHaveP() {
    Table table =
        contrasts(
            MadeUpSweep.quick()
                .seeds(1L, 2L, 3L)
                .accuracy(t -> 0.7 + place(t) * (1 + 0.1 * t.seed())));
    assertEquals(
        List.of("batch norm − layer norm", "3", "−24.0", "−29.0 to −19.0", "−12.0", "0.002"),
        table.rows().get(0).subList(0, 6));
    assertEquals("1.00", table.rows().get(1).get(6));
  }

  private Table contrasts(MadeUpSweep sweep) {
    return Tables.contrasts(Contrasts.of(read(sweep))).orElseThrow();
  }

  @Test
  void whatTuningChoseHasATable() throws IOException {
    MadeUpSweep sweep =
        MadeUpSweep.quick()
            .settings(
                "tune.candidates=2",
                "tune.seeds=[7,8]",
                "tune.keys.training.learningRate=[1e-3,1e-2]",
                "prune.rungs=[1,2]");
    TrialSettings rate = new TrialSettings(Map.of("training.learningRate", 0.01));
    TuningChoice chosen =
        new TuningChoice(
            Norm.LAYER_NORM,
            FrnPlacement.DENSE,
            Clip.NONE,
            TrialSettings.NONE,
            rate,
            0.51234,
            0.825,
            2,
            6,
            3);
    TuningChoice none =
        new TuningChoice(
            Norm.BATCH_NORM,
            FrnPlacement.DENSE,
            Clip.NONE,
            TrialSettings.NONE,
            null,
            null,
            null,
            2,
            6,
            0);
    Records.writeJson(new SweepFolder(root).choices(), new TuningChoice.All(List.of(chosen, none)));
    SweepEvidence evidence = read(sweep);
    assertEquals(
        List.of(
            List.of(
                "layer norm, no clipping", "learning rate 0.01", "0.512", "82.5", "2", "3 of 6"),
            List.of(
                "batch norm, no clipping",
                "none: no candidate was completed",
                "–",
                "–",
                "2",
                "0 of 6")),
        Tables.tuning(evidence).orElseThrow().rows());
    List<String> choices =
        Choices.of(evidence).stream()
            .map(one -> one.subject() + ": " + one.value())
            .filter(line -> line.matches("(Tuning|Pruning).*"))
            .toList();
    assertEquals(
        List.of(
            "Tuning: learning rate: each cell tried 2 candidates with other seeds (7, 8)",
            "Pruning: after epochs 1 and 2, the share 0.5 of a cell's candidates with the lowest"
                + " validation losses trained on"),
        choices);
    assertFalse(SetUp.limits(evidence).toString().contains("one learning rate"));
  }

  @Test
  void prunedTrialsAreNoEvidence() {
    SweepEvidence evidence =
        read(
            MadeUpSweep.quick()
                .status("layer-norm.clip-none.seed-1", TrialResult.Status.PRUNED)
                .status("layer-norm.clip-1.0.seed-1", TrialResult.Status.PRUNED));
    assertEquals(4, evidence.results().trials().size());
    assertEquals(2, evidence.trials().size());
    assertEquals(List.of(), evidence.missing());
    assertEquals(2, Tables.accuracy(evidence).rows().size());
    assertEquals(Optional.empty(), Tables.tuning(evidence));
  }

  private static double place(normsweep.record.Trial trial) {
    return trial.norm() == Norm.LAYER_NORM ? 0.2 : 0;
  }

  @Test
  void clippingIsComparedWithTheSameTrialWithoutIt() {
    SweepEvidence sweep = read(MadeUpSweep.quick().accuracy(t -> t.clip().active() ? 0.72 : 0.7));
    Table table = Tables.clipping(sweep).orElseThrow();
    assertEquals(
        List.of("batch norm, clip 1.0", "layer norm, clip 1.0"),
        table.rows().stream().map(row -> row.get(0)).toList());
    assertEquals("0.50", table.rows().get(0).get(5)); // as MadeUpSweep has it
    assertEquals("+2.0", table.rows().get(0).get(6));
  }

  @Test
  void measuredStepsHaveATable() {
    SweepEvidence sweep = read(MadeUpSweep.quick().gradientScale(t -> 3));
    Table table = Tables.dynamics(sweep).orElseThrow();
    // 96 iterations have a step of length 1 for weights of 30, at a distance of 1.5.
    assertEquals(
        List.of("batch norm, no clipping", "0.10", "3.333", "1.50", "0.250", "1.50", "30", "–"),
        table.rows().get(0));
    // One step is too few for a noise scale; two seeds have two.
    Table seeds = Tables.dynamics(read(MadeUpSweep.quick().seeds(1L, 2L))).orElseThrow();
    assertEquals("100", seeds.rows().get(0).get(7));
    assertEquals("1.667", table.rows().get(1).get(2));
  }

  @Test
  void sweepsWithoutThemHaveNoSuchTables() {
    SweepEvidence sweep =
        read(MadeUpSweep.quick().clips(Clip.NONE).settings("tracking.dynamicsEvery=0"));
    assertTrue(Tables.clipping(sweep).isEmpty());
    assertTrue(Tables.dynamics(sweep).isEmpty());
  }
}
