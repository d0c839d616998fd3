package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import org.jfree.data.Range;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFiguresTest {
  @TempDir Path root;

  /** Accuracies 70, 71 and 72 % without clipping; with clipping 1, 2 and 3 points more. */
  private static MadeUpSweep oneHead(Long... seeds) {
    return MadeUpSweep.quick()
        .epochs(2)
        .norms(Norm.LAYER_NORM)
        .seeds(seeds)
        .accuracy(
            trial ->
                0.69 + 0.01 * trial.seed() + (trial.clip().active() ? 0.01 * trial.seed() : 0));
  }

  private SweepEvidence read(MadeUpSweep sweep) {
    return SweepEvidence.read(sweep.write(root));
  }

  private static List<Line> lines(Optional<Figure> figure, int panel) {
    return ((LinePanel) figure.orElseThrow().sheet().panels().get(panel)).lines();
  }

  private static void assertXs(Line line, double... expected) {
    assertEquals(expected.length, line.points().size());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], line.points().get(i).x(), 1e-6);
    }
  }

  @Test
  void seedsAreJoinedBetweenClippingChoices() {
    List<Line> lines = lines(ResultFigures.accuracies(read(oneHead(1L, 2L, 3L))), 0);
    assertEquals(2 * 2 + 3, lines.size());
    // The mean of 70, 71, 72 is 71 ± 4.3027 · 1/√3.
    assertXs(lines.get(0), 71);
    assertXs(lines.get(1), 71 - 2.484138, 71 + 2.484138);
    assertXs(lines.get(2), 73);
    assertXs(lines.get(3), 73 - 2 * 2.484138, 73 + 2 * 2.484138);
    assertXs(lines.get(4), 70, 71);
    assertXs(lines.get(5), 71, 73);
    assertXs(lines.get(6), 72, 75);
    assertEquals(1, lines.get(4).points().get(0).y());
    assertEquals(0, lines.get(4).points().get(1).y());
  }

  @Test
  void twoSeedsHaveNoInterval() {
    SweepEvidence sweep = read(oneHead(1L, 2L));
    assertEquals(2 + 2, lines(ResultFigures.accuracies(sweep), 0).size());
    assertEquals(1 + 2 + 1, lines(ResultFigures.clippingEffect(sweep), 0).size());
  }

  @Test
  void oneSeedHasItsSamplingInterval() {
    SweepEvidence sweep = read(oneHead(1L));
    List<Line> lines = lines(ResultFigures.accuracies(sweep), 0);
    assertEquals(4, lines.size());
    assertXs(lines.get(0), 70);
    // Wilson's interval of 700 in 1,000.
    assertXs(lines.get(1), 67.087614, 72.759316);
    assertEquals(Optional.empty(), ResultFigures.clippingEffect(sweep));
  }

  @Test
  void effectOfClippingIsPairedBySeed() {
    SweepEvidence sweep = read(oneHead(1L, 2L, 3L));
    List<Line> lines = lines(ResultFigures.clippingEffect(sweep), 0);
    assertEquals(2 + 3 + 1, lines.size());
    // The mean of 1, 2, 3 is 2 ± 4.3027 · 1/√3.
    assertXs(lines.get(0), 2);
    assertXs(lines.get(1), 2 - 2.484138, 2 + 2.484138);
    assertXs(lines.get(2), 1);
    assertXs(lines.get(3), 2);
    assertXs(lines.get(4), 3);
    assertXs(lines.get(5), 0, 0);
    Line loss = lines(ResultFigures.clippingEffect(sweep), 1).get(2);
    double expected =
        sweep.bySeed(Measure.TEST_LOSS, sweep.heads().get(0), Clip.globalNorm(1)).get(1L)
            - sweep.bySeed(Measure.TEST_LOSS, sweep.heads().get(0), Clip.NONE).get(1L);
    assertXs(loss, expected);
  }

  @Test
  void unpairedSeedsAreLeftOut() {
    MadeUpSweep sweep = oneHead(1L, 2L, 3L);
    sweep.status("layer-norm.clip-none.seed-2", TrialResult.Status.FAILED);
    SweepEvidence evidence = read(sweep);
    // Two pairs: a mean without an interval, two seeds, the zero line.
    assertEquals(4, lines(ResultFigures.clippingEffect(evidence), 0).size());
    assertXs(lines(ResultFigures.clippingEffect(evidence), 0).get(0), 2);
  }

  @Test
  void everyFigureHasTheSameOrder() {
    SweepEvidence sweep =
        read(
            MadeUpSweep.quick()
                .epochs(2)
                .predictions()
                .norms(Norm.NONE, Norm.FILTER_RESPONSE_NORM, Norm.LAYER_NORM, Norm.BATCH_NORM)
                .clips(Clip.globalNorm(1), Clip.NONE));
    List<String> order =
        List.of(
            "batch norm",
            "layer norm",
            "filter response norm",
            "norm-free head",
            "no clipping",
            "clip 1.0");
    for (Figure figure : SweepFigures.of(sweep)) {
      List<String> legend =
          figure.sheet().panels().stream()
              .flatMap(panel -> panel.legend().stream())
              .map(Line::label)
              .filter(order::contains)
              .distinct()
              .toList();
      assertEquals(order.stream().filter(legend::contains).toList(), legend, figure.name());
    }
    assertEquals(order.subList(0, 4), sweep.heads().stream().map(head -> head.label()).toList());
    assertEquals(List.of(Clip.NONE, Clip.globalNorm(1)), sweep.clips());
  }

  @Test
  void eachHeadHasOneColour() {
    SweepEvidence sweep = read(MadeUpSweep.quick().epochs(2).predictions().seeds(1L, 2L));
    List<List<Object>> pairs = new ArrayList<>();
    for (Figure figure : SweepFigures.of(sweep)) {
      figure.sheet().panels().stream()
          .flatMap(panel -> panel.legend().stream())
          .filter(line -> !line.label().isEmpty())
          .forEach(line -> pairs.add(List.of(line.label(), line.style().color())));
    }
    assertEquals(
        new HashSet<>(pairs).size(), pairs.stream().map(pair -> pair.get(0)).distinct().count());
  }

  @Test
  void ringsMarkTheSavedEpoch() {
    SweepEvidence sweep = read(MadeUpSweep.quick().epochs(6).seeds(1L, 2L, 3L));
    List<Figure> figures = SweepFigures.of(sweep);
    Figure curves =
        figures.stream().filter(figure -> figure.name().equals("curves")).findFirst().orElseThrow();
    LinePanel loss = (LinePanel) curves.sheet().panels().get(1);
    assertEquals(6 + 6, loss.lines().size());
    // The saved epoch of a made-up trial is its last.
    for (int i = 0; i < 6; i++) {
      Line.Point last = loss.lines().get(6 + i).points().get(5);
      assertXs(loss.lines().get(i), 6);
      assertEquals(last.y(), loss.lines().get(i).points().get(0).y());
    }
  }

  @Test
  void axisLeavesOutWhatLiesFarOutside() {
    DoubleStream values =
        DoubleStream.concat(DoubleStream.of(9), DoubleStream.iterate(0, i -> i <= 2, i -> i + 0.1));
    Range range = Axes.linear("", values).getRange();
    assertTrue(range.contains(2) && !range.contains(4), range.toString());
    range = Axes.linear("", DoubleStream.of(0, 1, 2, 3, Double.NaN)).getRange();
    assertTrue(range.contains(0) && range.contains(3) && !range.contains(4), range.toString());
  }
}
