package normsweep.report.document;

import static normsweep.report.analysis.Sentences.rounded;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.landscape.section.DirectionPairs;
import normsweep.landscape.section.DirectionPairs.DirectionPair;
import normsweep.landscape.section.Interpolation;
import normsweep.landscape.section.Interpolation.Between;
import normsweep.landscape.section.TrialSections;
import normsweep.record.EpochMetrics;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.document.Tables.Table;
import normsweep.report.figure.TrialGroup;
import normsweep.train.Evaluation;

/** Tables of the loss along several directions, between trials and on training images. */
final class SectionTables {
  private static final String NONE = "–";
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private SectionTables() {}

  /** All tables with rows. */
  static List<Table> of(SweepEvidence sweep) {
    return Stream.of(directions(sweep), fit(sweep), lines(sweep))
        .filter(table -> !table.rows().isEmpty())
        .toList();
  }

  /** Every measure of a surface, with its interval over pairs of directions. */
  private static Table directions(SweepEvidence sweep) {
    List<List<String>> rows = new ArrayList<>();
    int pairs = 0;
    double radius = 0;
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      List<TrialSections> found = sections(cell);
      for (boolean training : found.isEmpty() ? new boolean[0] : new boolean[] {true, false}) {
        List<DirectionPairs> sets =
            found.stream().map(one -> training ? one.onTraining() : one.onValidation()).toList();
        pairs = sets.get(0).pairs().size();
        radius = sets.get(0).pairs().get(0).measures().radius();
        rows.add(
            List.of(
                cell.label(),
                (training ? "training, " : "validation, ") + sets.get(0).images(),
                range(sets, 3, pair -> pair.measures().sharpness()),
                range(sets, 2, DirectionPair::width),
                range(sets, 3, 1, INFINITE, SectionTables::roughness),
                range(sets, 0, 0, 100, pair -> 100 * pair.measures().positiveDefiniteShare()),
                range(sets, 2, pair -> pair.measures().curvatures()[0]),
                range(sets, 2, pair -> pair.measures().curvatures()[1])));
      }
    }
    return new Table(
        say(
            "Loss surfaces over %d pairs of random directions: means with 95 %% intervals over the"
                + " pairs (Student's t%s). Sharpness is the largest rise within %s filter norms; width"
                + " the extent along a direction in which the loss stays within %s nats of the centre;"
                + " roughness the total variation relative to a surface without side valleys; convex"
                + " the share of grid points with a positive definite local Hessian; curvatures the"
                + " eigenvalues of that Hessian at the centre.",
            pairs,
            sweep.seeds().size() > 1 ? ", each pair averaged over seeds" : "",
            radius,
            DirectionPairs.BASIN),
        List.of(
            "head, clipping",
            "images",
            "sharpness (nats)",
            "width",
            "roughness",
            "convex (%)",
            "curvature",
            "least curvature"),
        rows);
  }

  private static double roughness(DirectionPair pair) {
    return pair.measures().roughness() == null ? Double.NaN : pair.measures().roughness();
  }

  private static String range(
      List<DirectionPairs> sets, int decimals, ToDoubleFunction<DirectionPair> measure) {
    return range(sets, decimals, -INFINITE, INFINITE, measure);
  }

  // An interval of Student's t may reach beyond what the measure can be.
  private static String range(
      List<DirectionPairs> sets,
      int decimals,
      double least,
      double most,
      ToDoubleFunction<DirectionPair> measure) {
    List<Double> byPair =
        IntStream.range(0, sets.get(0).pairs().size())
            .mapToObj(
                i ->
                    sets.stream()
                        .mapToDouble(set -> measure.applyAsDouble(set.pairs().get(i)))
                        .average()
                        .orElseThrow())
            .filter(Double::isFinite)
            .toList();
    return Summary.of(byPair)
        .map(
            all ->
                rounded(all.mean(), decimals, false)
                    + all.interval()
                        .map(
                            found ->
                                between(
                                    Math.max(least, found.low()),
                                    Math.min(most, found.high()),
                                    decimals))
                        .orElse(""))
        .orElse(NONE);
  }

  /** Training images in inference mode, and the gaps. */
  private static Table fit(SweepEvidence sweep) {
    List<List<String>> rows = new ArrayList<>();
    int images = 0;
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      List<TrialSections> found = sections(cell);
      if (!found.isEmpty()) {
        images = found.get(0).fit().images();
        rows.add(
            List.of(
                cell.label(),
                mean(cell, 1, trial -> saved(trial).map(fit -> 100 * fit.accuracy())),
                mean(
                    cell,
                    1,
                    trial ->
                        saved(trial)
                            .map(fit -> 100 * (fit.accuracy() - trial.row().valAccuracy()))),
                mean(cell, 3, trial -> saved(trial).map(fit -> trial.row().valLoss() - fit.loss())),
                mean(cell, 1, trial -> last(trial).map(fit -> 100 * fit.accuracy())),
                mean(
                    cell,
                    1,
                    trial ->
                        last(trial).map(fit -> 100 * (fit.accuracy() - end(trial).valAccuracy()))),
                mean(cell, 3, trial -> last(trial).map(fit -> end(trial).valLoss() - fit.loss())),
                mean(cell, 3, trial -> Optional.ofNullable(trial.row().testLoss()))));
      }
    }
    return new Table(
        say(
            "Fit and generalisation%s: accuracy on %d training images in inference mode (no dropout,"
                + " running statistics) and without augmentation; the gap is this accuracy minus"
                + " validation accuracy (points), or validation loss minus training loss (nats), at the"
                + " selected epoch and at the last.",
            sweep.seeds().size() > 1 ? " (means over seeds)" : "", images),
        List.of(
            "head, clipping",
            "training accuracy (%)",
            "gap (points)",
            "gap (nats)",
            "last epoch (%)",
            "gap (points)",
            "gap (nats)",
            "test loss (nats)"),
        rows);
  }

  private static Optional<Evaluation> saved(TrialEvidence trial) {
    return trial.sections().map(found -> found.fit().saved());
  }

  private static Optional<Evaluation> last(TrialEvidence trial) {
    return trial
        .sections()
        .filter(found -> !trial.epochs().isEmpty())
        .flatMap(found -> Optional.ofNullable(found.fit().last()));
  }

  private static EpochMetrics end(TrialEvidence trial) {
    return trial.epochs().get(trial.epochs().size() - 1);
  }

  private static String mean(
      TrialGroup cell, int decimals, Function<TrialEvidence, Optional<Double>> value) {
    return Summary.of(
            cell.trials().stream()
                .filter(trial -> trial.row().completed())
                .map(value)
                .flatMap(Optional::stream)
                .toList())
        .map(all -> rounded(all.mean(), decimals, false))
        .orElse(NONE);
  }

  /** Barriers between trials. */
  private static Table lines(SweepEvidence sweep) {
    List<List<String>> rows = new ArrayList<>();
    for (HeadKind head : sweep.heads()) {
      for (Between kind : Between.values()) {
        List<Interpolation> found = sweep.lines(head, kind);
        if (!found.isEmpty()) {
          rows.add(
              List.of(
                  head.label(),
                  kind == Between.CLIP
                      ? "no clipping and clipping, one seed"
                      : "two seeds, one clipping choice",
                  Integer.toString(found.size()),
                  spread(found, 3, Interpolation::barrier),
                  spread(found, 3, Interpolation::validationBarrier),
                  spread(found, 1, line -> 100 * line.accuracyDip())));
        }
      }
    }
    return new Table(
        "Loss barriers between saved models of one head: the largest height of the loss above the"
            + " straight line between its ends, and the largest fall of the validation accuracy below"
            + " it; means, and ranges over several lines. A barrier of 0 means that the line between"
            + " two models stays in one basin.",
        List.of(
            "head",
            "between",
            "lines",
            "barrier, training (nats)",
            "barrier, validation (nats)",
            "accuracy fall (points)"),
        rows);
  }

  private static String spread(
      List<Interpolation> lines, int decimals, ToDoubleFunction<Interpolation> value) {
    Summary all = Summary.of(lines.stream().map(value::applyAsDouble).toList()).orElseThrow();
    String mean = rounded(all.mean(), decimals, false);
    return all.n() == 1 ? mean : mean + between(all.least(), all.most(), decimals);
  }

  private static String between(double low, double high, int decimals) {
    return " ("
        + rounded(low, decimals, false)
        + "\u00a0to\u00a0"
        + rounded(high, decimals, false)
        + ")";
  }

  private static List<TrialSections> sections(TrialGroup cell) {
    return cell.trials().stream()
        .filter(trial -> trial.row().completed())
        .flatMap(trial -> trial.sections().stream())
        .toList();
  }
}
