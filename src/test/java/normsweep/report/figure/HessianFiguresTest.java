package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import org.jfree.chart.axis.NumberAxis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HessianFiguresTest {
  @TempDir Path root;

  private SweepEvidence sweep(boolean landscapes) {
    MadeUpSweep sweep =
        MadeUpSweep.quick().norms(Norm.LAYER_NORM, Norm.BATCH_NORM).clips(Clip.NONE).epochs(2);
    return SweepEvidence.read((landscapes ? sweep.landscapes(trial -> 2) : sweep).write(root));
  }

  private static Line line(Figure figure, int panel, String label) {
    return ((LinePanel) figure.sheet().panels().get(panel))
        .lines().stream().filter(line -> line.label().equals(label)).findFirst().orElseThrow();
  }

  // Shares of 0.1 at −2, 0.6 at 0 and 0.3 at 2, far apart beside the width of the kernel.
  @Test
  void densityHoldsSharesOfEigenvalues() {
    Figure figure = HessianFigures.of(sweep(true)).findFirst().orElseThrow();
    assertEquals(HessianFigures.DENSITY, figure.name());
    List<Line.Point> points = line(figure, 0, "layer norm, no clipping").points();
    double step = points.get(1).x() - points.get(0).x();
    double negative = 0;
    double middle = 0;
    for (Line.Point point : points) {
      double share = Double.isNaN(point.y()) ? 0 : point.y() * step;
      negative += point.x() < -0.7 ? share : 0;
      middle += Math.abs(point.x()) <= 0.65 ? share : 0;
    }
    assertEquals(0.1, negative, 1e-3);
    assertEquals(0.6, middle, 1e-3);
  }

  @Test
  void trajectoryHoldsTrainingImagesByEpoch() {
    Figure figure = HessianFigures.of(sweep(true)).skip(1).findFirst().orElseThrow();
    assertEquals(4, figure.sheet().panels().size());
    Line largest = line(figure, 1, "batch norm, no clipping");
    assertEquals(0, largest.points().get(0).x());
    assertEquals(2, largest.points().get(0).y());
    assertEquals(2, largest.points().size());
    // The trace is 200: one decade and log 2 beyond the first at 10.
    assertEquals(
        2 + Math.log10(2), line(figure, 2, "batch norm, no clipping").points().get(0).y(), 1e-12);
  }

  @Test
  void sweepsWithoutHessiansHaveNone() {
    assertTrue(HessianFigures.of(sweep(false)).findAny().isEmpty());
  }

  @Test
  void symmetricAxisNamesValues() {
    NumberAxis axis =
        Axes.symmetricLogarithmic(null, 0.01, DoubleStream.of(-20, 300).summaryStatistics());
    assertEquals(-5, axis.getLowerBound());
    assertEquals(6.3, axis.getUpperBound(), 1e-12);
    assertEquals("−10", axis.getNumberFormatOverride().format(-4.0));
    assertEquals("0", axis.getNumberFormatOverride().format(0.0));
    assertEquals("0.01", axis.getNumberFormatOverride().format(1.0));
    assertEquals(-4, Axes.symmetric(-10, 0.01), 1e-12);
    assertEquals(0.5, Axes.symmetric(0.005, 0.01), 1e-12);
  }
}
