package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSections;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SectionFiguresTest {
  static {
    System.setProperty("java.awt.headless", "true");
  }

  @TempDir Path root;

  private Map<String, Figure> figures(ToDoubleFunction<TrialResult> curvature) {
    SweepFolder folder = MadeUpSweep.quick().landscapes(t -> 1).write(root);
    return SectionFigures.of(SweepEvidence.read(MadeUpSections.write(folder, curvature)))
        .collect(Collectors.toMap(Figure::name, Function.identity()));
  }

  @Test
  void risesHaveRoundLevelsForAllSurfaces() {
    LossScale scale = LossScale.rises(0, 1.7);
    assertArrayEquals(new double[] {0, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.7}, scale.levels(), 1e-12);
    assertEquals(
        List.of("0.02", "0.05", "0.1", "0.2", "0.5", "1"), List.copyOf(scale.ticks().values()));
    LossScale below = LossScale.rises(-0.3, 0.15);
    assertArrayEquals(new double[] {-0.3, 0, 0.02, 0.05, 0.1, 0.15}, below.levels(), 1e-12);
    assertArrayEquals(
        new double[] {0, 0.2, 0.4, 0.6, 0.8, 1, 1.1}, LossScale.ownRises(0, 1.1).levels(), 1e-12);
  }

  @Test
  void surfacesAreLabelledOnBothSets() {
    Figure figure = figures(row -> 1).get("loss-surface");
    assertEquals(12, figure.sheet().panels().size());
    String svg = figure.svg();
    // Turned letters are drawn as outlines.
    assertEquals("training, b", ((ContourPanel) figure.sheet().panels().get(0)).bLabel());
    assertEquals("validation, b", ((ContourPanel) figure.sheet().panels().get(6)).bLabel());
    for (String text : List.of("batch norm, clip 1.0", ">0.05<", ">0.5<", "loss minus")) {
      assertTrue(svg.contains(text), text);
    }
    assertTrue(figure.caption().contains("500 training images"), figure.caption());
  }

  @Test
  void flatHeadsGetScalesOfTheirOwn() {
    assertFalse(figures(row -> 1).containsKey("loss-surface-own"));
    Figure own = figures(row -> row.id().startsWith("layer") ? 0.01 : 30).get("loss-surface-own");
    assertEquals(12, own.sheet().panels().size());
    // On a scale of its own, a rise of 0.02 nats has isolines.
    assertTrue(own.svg().contains(">0.004<") || own.svg().contains(">0.005<"));
  }

  @Test
  void bandsSpanAllDirections() {
    LinePanel panel = (LinePanel) figures(row -> 1).get("loss-slices").sheet().panels().get(0);
    Line.Point end = panel.lines().get(0).points().get(8);
    // Pairs rise by 1, 1.1 … 1.9 at the end.
    assertEquals(1, end.x(), 1e-12);
    assertEquals(1.45, end.y(), 1e-12);
    assertEquals(1, end.low(), 1e-12);
    assertEquals(1.9, end.high(), 1e-12);
  }

  /** Spearman's 1 − 6·Σd²/(n·(n² − 1)), d being differences of ranks. */
  @Test
  void correlationIsOfRanks() {
    Figure figure = figures(row -> 0.01 + 1e-3 * (row.id().hashCode() & 1023)).get("sharpness-gap");
    LinePanel panel = (LinePanel) figure.sheet().panels().get(0);
    List<Line.Point> points = panel.lines().stream().map(line -> line.points().get(0)).toList();
    double squares = 0;
    for (Line.Point point : points) {
      long x = points.stream().filter(other -> other.x() < point.x()).count();
      long y = points.stream().filter(other -> other.y() < point.y()).count();
      squares += (x - y) * (x - y);
    }
    String rho = String.format(Locale.ROOT, "ρ = %.2f, n = 6", 1 - 6 * squares / (6 * 35));
    assertEquals(rho.replace('-', '−'), panel.title());
    assertTrue(figure.svg().contains("sharpness (nats, log scale)"));
  }

  @Test
  void oldFoldersShowValidationAlone() {
    SweepFolder folder = MadeUpSweep.quick().landscapes(t -> 1).write(root);
    Map<String, Figure> figures =
        SectionFigures.of(SweepEvidence.read(folder))
            .collect(Collectors.toMap(Figure::name, Function.identity()));
    assertEquals(List.of("loss-surface"), List.copyOf(figures.keySet()));
    assertEquals(6, figures.get("loss-surface").sheet().panels().size());
  }
}
