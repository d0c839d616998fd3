package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import normsweep.landscape.Landscapes;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.Tables.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The made-up Hessians have both ends at a, a trace of 100·a ± a, and Adam's sharpness 100·a. */
class LandscapeTableTest {
  @TempDir Path root;

  private SweepFolder folder(Long... seeds) {
    return MadeUpSweep.quick()
        .norms(Norm.LAYER_NORM)
        .clips(Clip.NONE)
        .seeds(seeds)
        .epochs(2)
        .landscapes(trial -> 2 * trial.seed())
        .write(root);
  }

  private static List<String> row(Table table) {
    assertEquals(table.header().size(), table.rows().get(0).size());
    return table.rows().get(0);
  }

  @Test
  void oneSeedHasDigitsByResidual() {
    SweepEvidence sweep = SweepEvidence.read(folder(1L));
    assertEquals(
        List.of(
            "layer norm, no clipping",
            "all",
            "2.00",
            "2.00",
            "200 ± 2",
            "dense weights (100 %)",
            "200"),
        row(LandscapeTable.hessians(sweep).orElseThrow()));
    Table brief = LandscapeTable.brief(sweep).orElseThrow();
    // A page is no wider.
    assertEquals(7, brief.header().size());
    assertEquals(
        List.of("2.00", "dense weights (100 %)", "2.00", "200 ± 2", "200"),
        row(brief).subList(2, 7));
  }

  @Test
  void seedsHaveMeanAndDeviation() {
    Table table = LandscapeTable.hessians(SweepEvidence.read(folder(1L, 2L))).orElseThrow();
    // 2 and 4: mean 3, standard deviation √2.
    assertEquals("3.0 ± 1.4", row(table).get(2));
    assertEquals("300 ± 140", row(table).get(4));
  }

  @Test
  void folderWithoutHessiansHasSurfacesOnly() throws IOException {
    SweepFolder folder = folder(1L);
    Files.delete(Landscapes.geometryFile(folder, "layer-norm.clip-none.seed-1"));
    SweepEvidence sweep = SweepEvidence.read(folder);
    assertTrue(LandscapeTable.hessians(sweep).isEmpty());
    assertEquals(
        List.of("head, clipping", "sharpness (nats)", "roughness", "convex (%)"),
        LandscapeTable.brief(sweep).orElseThrow().header());
    assertEquals(List.of(), sweep.missing());
  }
}
