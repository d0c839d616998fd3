package normsweep.report.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import normsweep.record.Clip;
import normsweep.record.GradientNorm;
import normsweep.record.Norm;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.document.ChartData.ChartCell;
import normsweep.report.document.ChartData.ChartTrial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartDataTest {
  @TempDir Path root;

  @Test
  void containsEachTrialAndTheLooksOfItsCell() {
    SweepEvidence sweep =
        SweepEvidence.read(
            MadeUpSweep.quick()
                .norms(Norm.BATCH_NORM, Norm.LAYER_NORM)
                .clips(Clip.NONE, Clip.globalNorm(0.5))
                .epochs(4)
                .seeds(1L, 2L)
                .accuracy(t -> 0.7 + 0.01 * t.seed())
                .landscapes(t -> 2)
                .write(root));
    ChartData data = ChartData.of(sweep);
    assertEquals(List.of("batch norm", "layer norm"), data.heads());
    assertEquals(List.of("no clipping", "clip 0.5"), data.clips());
    assertEquals(List.of(1L, 2L), data.seeds());
    assertEquals(
        new ChartCell(
            "layer norm, clip 0.5", 1, 1, 0, "#d55e00", "6.0px,3.0px", "square-open", 0.5),
        data.cells().get(3));
    // From a table of Student's t.
    assertEquals(
        List.of(12.706), data.student().stream().map(t -> Math.round(t * 1000) / 1e3).toList());
    assertEquals("solid", data.cells().get(2).dash());
    assertEquals(8, data.trials().size());
    ChartTrial last = data.trials().get(7);
    TrialEvidence trial = sweep.trials(sweep.heads().get(1), Clip.globalNorm(0.5)).get(1);
    assertEquals(2, last.seed());
    assertEquals(3, last.cell());
    // Wilson's interval of 720 of 1000, by hand: centre 0.71916, half width 0.02775.
    assertEquals(72, last.test().get(0), 1e-3);
    assertEquals(69.14, last.test().get(1), 0.01);
    assertEquals(74.69, last.test().get(2), 0.01);
    assertEquals(4, last.epochs().size());
    assertEquals(100 * trial.epochs().get(2).valAccuracy(), last.epochs().get(2).get(3), 1e-3);
    double[] norms = trial.gradients().orElseThrow().before(GradientNorm.TOTAL);
    int width = (norms.length + 63) / 64;
    assertEquals(
        IntStream.range(0, width).mapToDouble(i -> norms[i]).average().orElseThrow(),
        last.before().get(0).get(1),
        1e-4);
    assertEquals(norms.length, width * 64, width);
    assertNotNull(last.surface());
    assertEquals(List.of(), data.trials().get(4).factor(), "no clipping has no factor");
  }

  @Test
  void isSafeInsideAPage() {
    ChartData data =
        new ChartData(
            List.of("</script><b>&"),
            List.of(),
            List.of(),
            List.of(),
            0,
            List.of(),
            new double[0],
            List.of(),
            List.of(),
            List.of());
    assertFalse(data.json().matches(".*[<>&].*"), data.json());
  }
}
