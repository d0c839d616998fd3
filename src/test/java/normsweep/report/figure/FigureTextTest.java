package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Rectangle2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.DrawnText.Text;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every figure of a sweep can be read in print: nothing is too small, cut off or overprinted. */
class FigureTextTest {
  static {
    System.setProperty("java.awt.headless", "true");
  }

  private static final double PRINT_WIDTH = 178 / 25.4 * 72;
  private static final double LEAST_POINTS = 6;

  @TempDir Path root;

  private static MadeUpSweep sweep() {
    return MadeUpSweep.quick()
        .epochs(6)
        .predictions()
        .accuracy(trial -> 0.7 + 0.01 * Math.floorMod(trial.id().hashCode(), 9))
        .gradientScale(trial -> trial.norm() == Norm.FILTER_RESPONSE_NORM ? 30 : 1);
  }

  static Stream<MadeUpSweep> sweeps() {
    return Stream.of(
        sweep(),
        sweep().seeds(1L, 2L).axes("training.learningRate: [1e-4, 3e-4, 1e-3]"),
        sweep()
            .seeds(1L, 2L, 3L, 4L, 5L)
            .norms(Norm.NONE, Norm.FILTER_RESPONSE_NORM, Norm.LAYER_NORM, Norm.BATCH_NORM)
            .clips(
                Clip.globalNorm(5),
                Clip.globalNorm(0.1),
                Clip.NONE,
                Clip.globalNorm(0.5),
                Clip.of("layer-0.25")));
  }

  @ParameterizedTest
  @MethodSource("sweeps")
  void everyTextIsLegible(MadeUpSweep sweep) {
    SweepEvidence evidence = SweepEvidence.read(sweep.write(root));
    List<Figure> figures = new ArrayList<>(SweepFigures.of(evidence));
    figures.add(SweepFigures.ofTrials(evidence).get(0));
    figures.add(
        SampleFigures.figure(
            SampleFiguresTest.made(SampleFiguresTest.labels()), evidence.config().data()));
    assertTrue(figures.size() > 12, "only " + figures.size());
    List<String> faults = new ArrayList<>();
    for (Figure figure : figures) {
      List<Text> texts = DrawnText.of(figure);
      assertTrue(texts.size() > 5, figure.name());
      Rectangle2D sheet =
          new Rectangle2D.Double(0, 0, figure.sheet().width(), figure.sheet().height());
      for (Text text : texts) {
        double points = text.size() * PRINT_WIDTH / figure.sheet().width();
        if (points < LEAST_POINTS) {
          faults.add(figure.name() + ": " + text + " is printed at " + points + " pt");
        }
        if (!sheet.contains(text.bounds())) {
          faults.add(figure.name() + ": " + text + " is cut off");
        }
      }
      for (int i = 0; i < texts.size(); i++) {
        for (Text other : texts.subList(i + 1, texts.size())) {
          if (texts.get(i).bounds().intersects(other.bounds())) {
            faults.add(figure.name() + ": " + texts.get(i) + " covers " + other);
          }
        }
      }
    }
    assertEquals(List.of(), faults);
  }
}
