package normsweep.report.figure;

import static normsweep.report.analysis.Sentences.say;

import java.awt.BasicStroke;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.landscape.section.DirectionPairs;
import normsweep.landscape.section.Interpolation;
import normsweep.landscape.section.Interpolation.Between;
import normsweep.landscape.section.Interpolation.Profile;
import normsweep.landscape.section.TrialSections;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.jfree.chart.axis.ValueAxis;

/** Figures of loss surfaces and of what else is known about the loss around trained heads. */
final class SectionFigures {
  private static final int CELLS = 6;
  private static final int LEAST_POINTS = 4;

  private SectionFigures() {}

  /** All of them, without those that lack data. */
  static Stream<Figure> of(SweepEvidence sweep) {
    Optional<Figure> path = LandscapeFigures.paths(sweep);
    return Stream.concat(
        LandscapeFigures.surfaces(sweep),
        Stream.of(slices(sweep), path, lines(sweep), sharpness(sweep)).flatMap(Optional::stream));
  }

  private static Optional<Figure> slices(SweepEvidence sweep) {
    List<LinePanel> panels = new ArrayList<>();
    panels.addAll(slices(sweep, "training", TrialSections::onTraining));
    panels.addAll(slices(sweep, "validation", TrialSections::onValidation));
    Optional<DirectionPairs> one =
        sweep.completed().stream()
            .flatMap(trial -> trial.sections().stream())
            .map(TrialSections::onTraining)
            .findFirst();
    String caption =
        one.map(
                pairs ->
                    say(
                        "Rise of the loss along single random directions, filter-normalised: means"
                            + " over the %d directions of %d pairs, with bands from the lowest to the"
                            + " highest; %d training images (not augmented) and %d validation images,"
                            + " inference mode. Vertical scales differ between heads.",
                        2 * pairs.pairs().size(),
                        pairs.pairs().size(),
                        pairs.images(),
                        validationImages(sweep)))
            .orElse("");
    return Figure.ofLines(
        "loss-slices", caption, Math.max(1, sweep.heads().size()), 142, panels.stream());
  }

  private static int validationImages(SweepEvidence sweep) {
    return sweep.completed().stream()
        .flatMap(trial -> trial.sections().stream())
        .mapToInt(found -> found.onValidation().images())
        .findFirst()
        .orElse(0);
  }

  private static List<LinePanel> slices(
      SweepEvidence sweep, String images, Function<TrialSections, DirectionPairs> set) {
    List<LinePanel> panels = new ArrayList<>();
    List<TrialGroup> cells = TrialGroup.atMost(sweep, CELLS);
    for (HeadKind head : cells.stream().map(TrialGroup::head).distinct().toList()) {
      List<TrialGroup> own = cells.stream().filter(cell -> cell.head().equals(head)).toList();
      panels.add(
          LinePanel.ofCells(
                  own,
                  head.label(),
                  Axes.linear("distance (filter norms)"),
                  Axes.linear(panels.isEmpty() ? images + " loss, rise (nats)" : null),
                  cell ->
                      Line.means(
                          cell.trials().stream()
                              .filter(trial -> trial.row().completed())
                              .flatMap(trial -> trial.sections().stream())
                              .map(set)
                              .flatMap(SectionFigures::points)))
              .withLegend(TrialGroup.legend(cells)));
    }
    return panels;
  }

  private static Stream<Line.Point> points(DirectionPairs pairs) {
    return pairs.pairs().stream()
        .flatMap(pair -> Stream.of(pair.first(), pair.second()))
        .flatMap(
            slice ->
                IntStream.range(0, slice.length)
                    .mapToObj(i -> new Line.Point(pairs.at()[i], slice[i] - pairs.centre())));
  }

  private static Optional<Figure> lines(SweepEvidence sweep) {
    List<LinePanel> panels = new ArrayList<>();
    for (boolean loss : new boolean[] {true, false}) {
      boolean first = true;
      for (HeadKind head : sweep.heads()) {
        List<Line> lines = new ArrayList<>();
        for (Between kind : Between.values()) {
          String name = kind == Between.CLIP ? "no clipping to clipping" : "seed to seed";
          int number = kind == Between.CLIP ? 0 : 2;
          add(
              lines,
              name + ", training",
              number,
              values(sweep, head, kind, loss, Interpolation::training));
          add(
              lines,
              name + ", validation",
              number + 1,
              values(sweep, head, kind, loss, Interpolation::validation));
        }
        ValueAxis y = Axes.linear(first ? (loss ? "loss (nats)" : "accuracy (%)") : null);
        panels.add(
            new LinePanel(loss ? head.label() : "", Axes.linear("α", -0.03, 1.03), y, lines));
        first = false;
      }
    }
    String caption =
        sweep.lines().stream()
                .findFirst()
                .map(
                    line ->
                        say(
                            "Loss and accuracy on straight lines between saved models of one head: α = 0"
                                + " is one of them, α = 1 the other. %d training images (not augmented)"
                                + " and %d validation images; batch-norm statistics are recomputed from the"
                                + " training images at every α.",
                            line.training().images(), line.validation().images()))
                .orElse("")
            + (sweep.seeds().size() > 1
                ? " Means over lines, with bands from the lowest to the highest."
                : "");
    return Figure.ofLines(
        "loss-lines", caption, Math.max(1, sweep.heads().size()), 122, panels.stream());
  }

  private static void add(List<Line> lines, String name, int number, List<Line.Point> points) {
    if (!points.isEmpty()) {
      lines.add(new Line(name, LineStyle.numbered(number), points));
    }
  }

  private static List<Line.Point> values(
      SweepEvidence sweep,
      HeadKind head,
      Between kind,
      boolean loss,
      Function<Interpolation, Profile> set) {
    return Line.means(
        sweep.lines(head, kind).stream()
            .flatMap(
                line ->
                    IntStream.range(0, line.alpha().length)
                        .mapToObj(
                            i ->
                                new Line.Point(
                                    line.alpha()[i],
                                    loss
                                        ? set.apply(line).loss()[i]
                                        : 100 * set.apply(line).accuracy()[i]))));
  }

  /** Sharpness against gaps and test loss, one point per trial. */
  private static Optional<Figure> sharpness(SweepEvidence sweep) {
    Stream<LinePanel> panels =
        Stream.of(
            scatter(sweep, "gap, selected epoch (nats)", SectionFigures::gap),
            scatter(sweep, "gap, last epoch (nats)", SectionFigures::lastGap),
            scatter(
                sweep, "test loss (nats)", trial -> Optional.ofNullable(trial.row().testLoss())));
    return Figure.ofLines(
        "sharpness-gap",
        "Sharpness of the training loss (largest rise within the radius, mean over pairs of random"
            + " directions) of the saved models against the generalisation gap (validation loss minus"
            + " training loss, both in inference mode without augmentation) and the test loss: one"
            + " point per trial, hollow with clipping. Spearman's ρ describes these trials; it tests nothing, because trials"
            + " of one head are not independent of each other.",
        3,
        190,
        panels);
  }

  private static Optional<Double> gap(TrialEvidence trial) {
    return trial.sections().map(found -> trial.row().valLoss() - found.fit().saved().loss());
  }

  private static Optional<Double> lastGap(TrialEvidence trial) {
    return trial
        .sections()
        .filter(found -> found.fit().last() != null && !trial.epochs().isEmpty())
        .map(
            found ->
                trial.epochs().get(trial.epochs().size() - 1).valLoss()
                    - found.fit().last().loss());
  }

  private static LinePanel scatter(
      SweepEvidence sweep, String label, Function<TrialEvidence, Optional<Double>> value) {
    List<Line> lines = new ArrayList<>();
    List<Line.Point> all = new ArrayList<>();
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      LineStyle style = cell.clipNumber() == 0 ? cell.style() : hollow(cell.style());
      for (TrialEvidence trial : cell.trials()) {
        Optional<Double> y = Optional.of(trial).filter(one -> one.row().completed()).flatMap(value);
        if (trial.sections().isPresent() && y.isPresent()) {
          double x = trial.sections().get().onTraining().meanSharpness();
          Line.Point point = new Line.Point(x, y.get());
          all.add(point);
          lines.add(new Line(cell.label(), style, List.of(point)));
        }
      }
    }
    DoubleSummaryStatistics range = all.stream().mapToDouble(Line.Point::x).summaryStatistics();
    ValueAxis x =
        range.getCount() > 0 && range.getMin() > 0
            ? Axes.logarithmic("sharpness (nats, log scale)", range)
            : Axes.linear("sharpness (nats)");
    return new LinePanel(title(all), x, Axes.linear(label), lines);
  }

  // Single points have no dashes to tell clipping choices apart.
  private static LineStyle hollow(LineStyle style) {
    return new LineStyle(
        style.color(), style.stroke(), new BasicStroke(1.3f).createStrokedShape(style.marker()));
  }

  /** Spearman's rank correlation, where there are enough points. */
  private static String title(List<Line.Point> points) {
    if (points.size() < LEAST_POINTS) {
      return say("n = %d", points.size());
    }
    double rho =
        new SpearmansCorrelation()
            .correlation(
                points.stream().mapToDouble(Line.Point::x).toArray(),
                points.stream().mapToDouble(Line.Point::y).toArray());
    return say("ρ = %.2f, n = %d", rho, points.size()).replace('-', '−');
  }
}
