package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import normsweep.landscape.section.Interpolations;
import normsweep.landscape.section.Sections;
import normsweep.landscape.section.TrialSections;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSections;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.Tables.Table;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers of the tables, recomputed from the files. */
class SectionTablesTest {
  @TempDir Path root;

  private SweepFolder sweep() {
    return MadeUpSections.write(
        MadeUpSweep.quick().seeds(1L, 2L).landscapes(t -> 1).write(root),
        row -> 0.3 * row.seed() + (row.clip().active() ? 0.1 : 0));
  }

  private static TrialSections sections(SweepFolder folder, String trial) {
    return Sections.read(Sections.file(folder, trial), trial);
  }

  @Test
  void intervalsAreOverPairsOfDirections() {
    SweepFolder folder = sweep();
    Table table = SectionTables.of(SweepEvidence.read(folder)).get(0);
    assertEquals(12, table.rows().size());
    List<TrialSections> seeds =
        List.of(
            sections(folder, "layer-norm.clip-1.0.seed-1"),
            sections(folder, "layer-norm.clip-1.0.seed-2"));
    double[] sharpness =
        IntStream.range(0, 10)
            .mapToDouble(
                p ->
                    (seeds.get(0).onTraining().pairs().get(p).measures().sharpness()
                            + seeds.get(1).onTraining().pairs().get(p).measures().sharpness())
                        / 2)
            .toArray();
    double t = new TDistribution(9).inverseCumulativeProbability(0.975);
    double half = t * Math.sqrt(StatUtils.variance(sharpness) / 10);
    double mean = StatUtils.mean(sharpness);
    List<String> row = table.rows().get(6);
    assertEquals(List.of("layer norm, clip 1.0", "training, 250"), row.subList(0, 2));
    assertEquals(
        String.format(Locale.ROOT, "%.3f (%.3f\u00a0to\u00a0%.3f)", mean, mean - half, mean + half),
        row.get(2));
    // Widths are 1, 0.99 … 0.91 in both seeds: standard deviation √(0.11/12)/... by hand.
    double deviation = Math.sqrt(82.5 / 9) / 100;
    double halfWidth = t * deviation / Math.sqrt(10);
    assertEquals(
        String.format(
            Locale.ROOT,
            "%.2f (%.2f\u00a0to\u00a0%.2f)",
            0.955,
            0.955 - halfWidth,
            0.955 + halfWidth),
        row.get(3));
    // A bowl is as smooth and as convex as can be, and its interval has no width.
    assertEquals("1.000 (1.000\u00a0to\u00a01.000)", row.get(4));
    assertEquals("100 (100\u00a0to\u00a0100)", row.get(5));
  }

  @Test
  void gapsAreOfTheSameEpoch() {
    SweepFolder folder = sweep();
    Table table = SectionTables.of(SweepEvidence.read(folder)).get(1);
    TrialResult one = folder.readResults().trial("batch-norm.clip-none.seed-1").orElseThrow();
    TrialResult two = folder.readResults().trial("batch-norm.clip-none.seed-2").orElseThrow();
    List<String> row = table.rows().get(0);
    assertEquals("90.0", row.get(1));
    double accuracyGap = 100 * (0.9 - (one.valAccuracy() + two.valAccuracy()) / 2);
    assertEquals(String.format(Locale.ROOT, "%.1f", accuracyGap), row.get(2));
    double lossGap = (one.valLoss() - 0.23 + two.valLoss() - 0.26) / 2;
    assertEquals(String.format(Locale.ROOT, "%.3f", lossGap), row.get(3));
    // The last epoch of seed 2 is unknown.
    assertEquals("97.0", row.get(4));
    double last =
        SweepEvidence.read(folder).trials().get(0).epochs().get(one.epochs() - 1).valLoss() - 0.1;
    assertEquals(String.format(Locale.ROOT, "%.3f", last), row.get(6));
    double testLoss = (one.testLoss() + two.testLoss()) / 2;
    assertEquals(String.format(Locale.ROOT, "%.3f", testLoss), row.get(7));
  }

  @Test
  void barriersAreAboveTheLineOfEnds() {
    Table table = SectionTables.of(SweepEvidence.read(sweep())).get(2);
    assertEquals(6, table.rows().size());
    // Ridges are 0.3 and 0.6 above a line from 0.2 to 0.4; accuracy falls from 0.71 to 0.64.
    assertEquals(
        List.of(
            "2",
            "0.450 (0.300\u00a0to\u00a00.600)",
            "0.000 (0.000\u00a0to\u00a00.000)",
            "7.0 (7.0\u00a0to\u00a07.0)"),
        table.rows().get(0).subList(2, 6));
    // From seed 1 to 2, twice 0.3 without clipping and twice 0.4 with it.
    assertEquals("0.700 (0.600\u00a0to\u00a00.800)", table.rows().get(1).get(3));
  }

  @Test
  void foldersWithoutSectionsHaveNone() {
    SweepFolder old = MadeUpSweep.quick().landscapes(t -> 1).write(root);
    SweepEvidence sweep = SweepEvidence.read(old);
    assertEquals(List.of(), SectionTables.of(sweep));
    assertEquals(List.of(), sweep.missing());
  }

  @Test
  void damagedFilesAreNamed() throws IOException {
    SweepFolder folder = sweep();
    Files.writeString(Interpolations.file(folder), "{\"schema\":1,");
    Files.writeString(Sections.file(folder, "layer-norm.clip-1.0.seed-1"), "[]");
    SweepEvidence sweep = SweepEvidence.read(folder);
    assertEquals(2, sweep.missing().size());
    assertTrue(sweep.missing().get(0).contains("interpolation.json is damaged"));
    assertEquals(
        "layer-norm.clip-1.0.seed-1: sections.json cannot be read.", sweep.missing().get(1));
    assertEquals(2, SectionTables.of(sweep).size());
  }
}
