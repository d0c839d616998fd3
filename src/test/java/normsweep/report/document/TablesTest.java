package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import normsweep.record.Norm;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
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
            1,
            read(
                MadeUpSweep.quick()
                    .seeds(1L, 2L)
                    .accuracy(t -> 0.7 + 0.02 * t.seed())
                    .status("layer-norm.clip-none.seed-2", TrialResult.Status.FAILED)
                    .status("layer-norm.clip-1.0.seed-1", TrialResult.Status.PENDING)
                    .status("layer-norm.clip-1.0.seed-2", TrialResult.Status.PENDING)));
    // 72 and 74: mean 73, standard deviation √2.
    assertEquals("batch norm, no clipping", table.rows().get(0).get(0));
    assertEquals("73.0 ± 1.4", table.rows().get(0).get(1));
    assertEquals("layer norm, no clipping (1 completed, 1 failed)", table.rows().get(2).get(0));
    assertEquals("72.0", table.rows().get(2).get(1));
    assertEquals(
        List.of("layer norm, clip 1.0 (2 pending)", "–", "–", "–", "–", "–", "–"),
        table.rows().get(3));
  }

  @Test
  void oneSeedHasNoVerdict() {
    Table table =
        Tables.comparisons(2, read(MadeUpSweep.quick().accuracy(t -> 0.7 + place(t))))
            .orElseThrow();
    assertEquals("batch norm − layer norm", table.rows().get(0).get(0));
    assertEquals("−20.0", table.rows().get(0).get(2));
    assertEquals("one seed: unknown", table.rows().get(0).get(4));
    assertEquals("batch norm: clip 1.0 − none", table.rows().get(1).get(0));
    assertEquals("inside sampling noise", table.rows().get(1).get(4));
  }

  @Test
  void severalSeedsHaveAVerdict() {
    Table table =
        Tables.comparisons(2, read(MadeUpSweep.quick().seeds(1L, 2L).accuracy(t -> 0.7 + place(t))))
            .orElseThrow();
    assertEquals("2", table.rows().get(0).get(1));
    assertEquals("beyond noise", table.rows().get(0).get(4));
    assertEquals("inside noise", table.rows().get(1).get(4));
  }

  private static double place(normsweep.record.Trial trial) {
    return trial.norm() == Norm.LAYER_NORM ? 0.2 : 0;
  }
}
