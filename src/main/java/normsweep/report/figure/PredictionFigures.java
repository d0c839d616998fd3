package normsweep.report.figure;

import static normsweep.report.analysis.Sentences.say;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  /** Classes that stay legible. */
  private static final int SHOWN = 30;

  /** Classes for which charts have room beside each other; with more, one is below the other. */
  private static final int BESIDE = 12;

  private PredictionFigures() {}

  /** Figures of a sweep's predictions; none if no trial has recorded any. */
  static Stream<Figure> of(SweepEvidence sweep) {
    List<TrialGroup> shown = TrialGroup.atMost(sweep, SweepFigures.CELLS);
    return SweepPredictions.of(sweep).stream()
        .flatMap(all -> Stream.of(reliability(all, shown), confusion(all, shown)));
  }

  private static Optional<NetworkSeeds> networks(SweepPredictions all, TrialGroup cell) {
    return all.cells().stream()
        .filter(own -> own.head().equals(cell.head()) && own.clip().equals(cell.clip()))
        .findFirst();
  }

  /** Accuracy against confidence, one chart per head. */
  private static Figure reliability(SweepPredictions all, List<TrialGroup> cells) {
    LineStyle thin = new LineStyle(Palette.SOFT, LineStyle.stroke(1, 3, 2), null);
    Line diagonal = new Line("", thin, List.of(new Line.Point(0, 0), new Line.Point(100, 100)));
    List<LinePanel> panels = new ArrayList<>();
    for (HeadKind head : cells.stream().map(TrialGroup::head).distinct().toList()) {
      List<TrialGroup> own = cells.stream().filter(cell -> cell.head().equals(head)).toList();
      List<Line> lines = new ArrayList<>();
      for (TrialGroup cell : own) {
        networks(all, cell)
            .ifPresent(found -> lines.add(new Line(cell.name(), cell.style(), points(found))));
      }
      lines.add(diagonal);
      panels.add(
          new LinePanel(
              head.label(),
              Axes.linear("confidence (%)", 0, 102),
              Axes.linear(panels.isEmpty() ? "accuracy (%)" : null, 0, 102),
              lines,
              List.of(),
              TrialGroup.legend(cells)));
    }
    String caption =
        say(
            "Reliability: accuracy of test predictions against their predicted probability, in %d"
                + " bins of at least %d predictions, with 95 %% Wilson intervals. Networks below the"
                + " diagonal are overconfident.",
            Calibration.BINS, LEAST_IN_BIN);
    int columns = panels.size() == 4 ? 4 : Math.min(3, panels.size());
    Sheet sheet = new Sheet(panels, columns, panels.size() == 4 ? 150 : 190, null);
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
  private static Figure confusion(SweepPredictions all, List<TrialGroup> cells) {
    Confusion pooled = all.confusion(all.networks());
    int[] shown = pooled.weakest(SHOWN);
    String[] names =
        Arrays.stream(shown).mapToObj(all.classes()::get).map(Sheet::cut).toArray(String[]::new);
    int last = shown.length - 1;
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      TrialGroup cell = cells.get(i);
      double shift = 0.8 * ((cells.size() - 1) / 2.0 - i) / cells.size();
      networks(all, cell)
          .map(found -> all.confusion(found.networks()))
          .ifPresent(
              own ->
                  IntStream.range(0, shown.length)
                      .mapToObj(k -> new Line.Point(100 * own.recall(shown[k]), last - k + shift))
                      .map(point -> new Line(cell.name(), cell.style(), List.of(point)))
                      .forEach(lines::add));
    }
    List<Line> legend = TrialGroup.legend(cells);
    LinePanel recall =
        new LinePanel(
            "Recall by class", Axes.linear("recall (%)"), axis(names), lines, List.of(), legend);
    List<Sheet.Panel> panels =
        List.of((graphics, area) -> drawMatrix(pooled, shown, names, graphics, area), recall);
    boolean beside = shown.length <= BESIDE;
    String caption =
        (beside ? "Left" : "Above")
            + ": test images of each class (row) by predicted class (%), over all networks; colours"
            + " end at the most frequent confusion. "
            + (beside ? "Right" : "Below")
            + ": share of each class that is classified correctly; hollow markers stand for clipping."
            + (shown.length < all.classes().size()
                ? say(
                    " Shown are the %d of %d classes with the lowest recall.",
                    shown.length, all.classes().size())
                : "");
    Sheet sheet =
        beside
            ? new Sheet(panels, 2, 285, null)
            : new Sheet(panels, 1, 80 + 11 * shown.length, null);
    return new Figure("confusion", caption, sheet);
  }

  private static void drawMatrix(
      Confusion pooled, int[] shown, String[] names, Graphics2D graphics, Rectangle2D area) {
    int classes = shown.length;
    double most = pooled.pairs().stream().mapToDouble(pair -> pair.share()).max().orElse(0.01);
    XYPlot plot = new XYPlot();
    double[][] blocks = new double[3][classes * classes];
    for (int i = 0; i < classes * classes; i++) {
      int label = i / classes;
      double share = pooled.share(shown[label], shown[i % classes]);
      blocks[0][i] = i % classes;
      blocks[1][i] = classes - 1.0 - label;
      blocks[2][i] = share;
      if (share == 0 && classes > BESIDE) {
        continue; // many zeros hide the rest
      }
      String percent = say(share < 0.0995 ? "%.1f" : "%.0f", 100 * share);
      XYTextAnnotation text = new XYTextAnnotation(percent, blocks[0][i], blocks[1][i]);
      text.setFont(Fonts.SANS.awt(7.8f));
      text.setPaint(share < 0.6 * most ? Color.WHITE : Palette.INK);
      plot.addAnnotation(text);
    }
    DefaultXYZDataset data = new DefaultXYZDataset();
    data.addSeries("shares", blocks);
    XYBlockRenderer renderer = new XYBlockRenderer();
    renderer.setPaintScale(new ColorScale(0, most));
    SymbolAxis predicted = Axes.named(names, 8.5f);
    predicted.setVerticalTickLabels(true);
    predicted.setLabel("predicted class");
    predicted.setRange(-0.5, classes - 0.5);
    plot.setDataset(data);
    plot.setDomainAxis(predicted);
    plot.setRangeAxis(axis(names));
    plot.setRenderer(renderer);
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinesVisible(false);
    Axes.chart("Confusion", plot).draw(graphics, area);
  }

  private static SymbolAxis axis(String[] names) {
    String[] upwards = names.clone();
    Collections.reverse(Arrays.asList(upwards));
    SymbolAxis axis = Axes.named(upwards, 8.5f);
    axis.setRange(-0.5, names.length - 0.5);
    return axis;
  }
}
