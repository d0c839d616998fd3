package normsweep.report.figure;

import static normsweep.report.analysis.Sentences.say;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.data.Cifar10;
import normsweep.record.prediction.ImageScores;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.prediction.Calibration;
import normsweep.report.prediction.Confusion;
import normsweep.report.prediction.SweepPredictions;
import normsweep.report.prediction.SweepPredictions.NetworkSeeds;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.data.xy.DefaultXYZDataset;

/** Figures of what networks predict for single images. */
final class PredictionFigures {
  // Accuracy among fewer predictions than this is noise.
  private static final int LEAST_IN_BIN = 10;
  private static final int CLASSES = ImageScores.CLASSES;

  private PredictionFigures() {}

  /** Figures of a sweep's predictions; none if no trial has recorded any. */
  static Stream<Figure> of(SweepEvidence sweep) {
    return SweepPredictions.of(sweep).stream()
        .flatMap(all -> Stream.of(reliability(all), confusion(all)));
  }

  /** Accuracy against confidence, one chart per head. */
  private static Figure reliability(SweepPredictions all) {
    LineStyle thin = new LineStyle(Palette.SOFT, LineStyle.stroke(1, 3, 2), null);
    Line diagonal = new Line("", thin, List.of(new Line.Point(0, 0), new Line.Point(100, 100)));
    List<LinePanel> panels = new ArrayList<>();
    for (HeadKind head : all.cells().stream().map(NetworkSeeds::head).distinct().toList()) {
      List<Line> lines = new ArrayList<>(List.of(diagonal));
      all.cells().stream()
          .filter(cell -> cell.head().equals(head))
          .map(cell -> new Line(cell.label(), style(all, cell), points(cell)))
          .forEach(lines::add);
      panels.add(
          new LinePanel(
              head.label(),
              Axes.linear("confidence (%)", 0, 100),
              Axes.linear(panels.isEmpty() ? "accuracy (%)" : null, 0, 100),
              lines));
    }
    String caption =
        say(
            "Reliability: accuracy of test predictions against the probability that networks give"
                + " them, in %d bins, with 95 %% Wilson intervals as bands; bins of fewer than %d"
                + " predictions are left out. Below the diagonal, networks are overconfident.",
            Calibration.BINS, LEAST_IN_BIN);
    Sheet sheet = new Sheet(panels, Math.min(3, panels.size()), 190, null);
    return new Figure("reliability", caption, sheet);
  }

  private static List<Line.Point> points(NetworkSeeds cell) {
    return Calibration.bins(cell.networks()).stream()
        .filter(bin -> bin.images() >= LEAST_IN_BIN)
        .map(bin -> point(bin, cell.bySeed().size()))
        .toList();
  }

  // The networks of several seeds do not make more images of the same ones.
  private static Line.Point point(Calibration.Bin bin, double seeds) {
    Interval range =
        Interval.wilson(bin.right() / seeds, bin.images() / seeds, Interval.CONFIDENCE);
    return new Line.Point(
        100 * bin.meanConfidence(), 100 * bin.accuracy(), 100 * range.low(), 100 * range.high());
  }

  /** All networks' confusion matrix, and the recall of each class by cell. */
  private static Figure confusion(SweepPredictions all) {
    List<Line> lines = new ArrayList<>();
    for (NetworkSeeds cell : all.cells()) {
      Confusion own = Confusion.of(cell.networks());
      List<Line.Point> points =
          IntStream.range(0, CLASSES)
              .mapToObj(label -> new Line.Point(100 * own.recall(label), CLASSES - 1.0 - label))
              .toList();
      lines.add(new Line(cell.label(), style(all, cell), points));
    }
    LinePanel recall =
        new LinePanel("Recall by class", Axes.linear("recall (%)"), classes(), lines);
    Confusion pooled = Confusion.of(all.networks());
    List<Sheet.Panel> panels =
        List.of((graphics, area) -> drawMatrix(pooled, graphics, area), recall);
    String caption =
        "Left: share of each class's test images that are taken for each class (%), over all"
            + " networks; the colours end at the largest share off the diagonal. Right: share of"
            + " each class that is classified correctly, by head and clipping choice.";
    return new Figure("confusion", caption, new Sheet(panels, 2, 285, null));
  }

  private static void drawMatrix(Confusion pooled, Graphics2D graphics, Rectangle2D area) {
    double most = pooled.pairs().stream().mapToDouble(pair -> pair.share()).max().orElse(0.01);
    XYPlot plot = new XYPlot();
    double[][] blocks = new double[3][CLASSES * CLASSES];
    for (int i = 0; i < CLASSES * CLASSES; i++) {
      int label = i / CLASSES;
      double share = pooled.share(label, i % CLASSES);
      blocks[0][i] = i % CLASSES;
      blocks[1][i] = CLASSES - 1.0 - label;
      blocks[2][i] = share;
      String percent = say(share < 0.0995 ? "%.1f" : "%.0f", 100 * share);
      XYTextAnnotation text = new XYTextAnnotation(percent, blocks[0][i], blocks[1][i]);
      text.setFont(Fonts.SANS.awt(7.5f));
      text.setPaint(share < 0.6 * most ? Color.WHITE : Palette.INK);
      plot.addAnnotation(text);
    }
    DefaultXYZDataset data = new DefaultXYZDataset();
    data.addSeries("shares", blocks);
    XYBlockRenderer renderer = new XYBlockRenderer();
    renderer.setPaintScale(new ColorScale(0, most));
    SymbolAxis predicted = Axes.named(Cifar10.CLASS_NAMES.toArray(String[]::new), 8.5f);
    predicted.setVerticalTickLabels(true);
    predicted.setLabel("taken for");
    predicted.setRange(-0.5, CLASSES - 0.5);
    plot.setDataset(data);
    plot.setDomainAxis(predicted);
    plot.setRangeAxis(classes());
    plot.setRenderer(renderer);
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinesVisible(false);
    Axes.chart("Confusion", plot).draw(graphics, area);
  }

  private static SymbolAxis classes() {
    List<String> names = new ArrayList<>(Cifar10.CLASS_NAMES);
    Collections.reverse(names);
    SymbolAxis axis = Axes.named(names.toArray(String[]::new), 8.5f);
    axis.setRange(-0.5, CLASSES - 0.5);
    return axis;
  }

  private static LineStyle style(SweepPredictions all, NetworkSeeds cell) {
    int clip =
        all.cells().stream().map(NetworkSeeds::clip).distinct().toList().indexOf(cell.clip());
    return LineStyle.of(cell.head(), clip);
  }
}
