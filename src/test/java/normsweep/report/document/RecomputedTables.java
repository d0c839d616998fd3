package normsweep.report.document;

import static normsweep.report.document.ByHand.cell;
import static normsweep.report.document.ByHand.deviation;
import static normsweep.report.document.ByHand.mean;
import static normsweep.report.document.ByHand.median;
import static normsweep.report.document.ByHand.quantile;
import static normsweep.report.document.ByHand.withError;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import normsweep.report.document.RecordedSweep.Cell;
import normsweep.report.document.RecordedSweep.RecordedTrial;
import org.apache.commons.math3.distribution.TDistribution;

/** The tables of means over seeds, from the files alone. */
record RecomputedTables(RecordedSweep sweep) {

  /** A column: the number of decimals, and the value of a trial, NaN if it has none. */
  private record Column(int decimals, boolean signed, ToDoubleFunction<RecordedTrial> value) {
    Column(int decimals, ToDoubleFunction<RecordedTrial> value) {
      this(decimals, false, value);
    }

    String of(List<RecordedTrial> trials) {
      return cell(
          decimals,
          signed,
          trials.stream().mapToDouble(value).filter(x -> !Double.isNaN(x)).boxed().toList());
    }
  }

  private List<List<String>> rows(Column... columns) {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : sweep.cells()) {
      List<String> row = new ArrayList<>(List.of(cell.label() + standing(cell)));
      Arrays.stream(columns).forEach(column -> row.add(column.of(cell.trials())));
      rows.add(row);
    }
    return rows;
  }

  // At most one trial of a cell has failed, and only where there are several seeds.
  String standing(Cell cell) {
    int missing = sweep.seeds().size() - cell.trials().size();
    return missing == 0 ? "" : " (" + cell.trials().size() + " completed, " + missing + " failed)";
  }

  /** Accuracy and loss of the saved models. */
  List<List<String>> accuracy() {
    return rows(
        new Column(1, trial -> 100 * trial.result("testAccuracy")),
        new Column(3, trial -> trial.result("testLoss")),
        new Column(1, trial -> 100 * trial.result("valAccuracy")),
        new Column(3, trial -> trial.result("valLoss")),
        new Column(1, trial -> 100 * TrialNumbers.gap(trial)),
        new Column(0, trial -> trial.result("bestEpoch")));
  }

  /** Speed and steadiness. */
  List<List<String>> convergence() {
    int decimals = sweep.seeds().size() > 1 ? 1 : 0;
    return rows(
        new Column(decimals, trial -> TrialNumbers.epochsTo(trial, 0.90)),
        new Column(decimals, trial -> TrialNumbers.epochsTo(trial, 0.95)),
        new Column(decimals, trial -> TrialNumbers.epochsTo(trial, 0.99)),
        new Column(
            1,
            trial ->
                Arrays.stream(trial.epochs("seconds"))
                    .limit((long) TrialNumbers.epochsTo(trial, 0.95))
                    .sum()),
        new Column(1, trial -> 100 * TrialNumbers.area(trial)),
        new Column(1, trial -> 100 * TrialNumbers.drop(trial)),
        new Column(4, TrialNumbers::lateLossDeviation),
        new Column(0, trial -> trial.result("imagesPerSecond")));
  }

  /** Gradients and clipping. */
  List<List<String>> gradients() {
    int perEpoch = sweep.iterationsPerEpoch();
    return rows(
        new Column(3, trial -> median(trial.gradients().column("normBefore"))),
        new Column(1, trial -> 100 * TrialNumbers.gradientNoise(trial)),
        new Column(1, trial -> TrialNumbers.clipped(trial, 1, Integer.MAX_VALUE)),
        new Column(1, trial -> TrialNumbers.clipped(trial, 1, perEpoch)),
        new Column(
            1,
            trial -> {
              int last = perEpoch * (int) trial.result("epochs");
              return TrialNumbers.clipped(trial, last - perEpoch + 1, last);
            }),
        factor(ByHand::median),
        factor(factors -> deviation(factors) / mean(factors)),
        new Column(2, this::stepLength));
  }

  private static Column factor(ToDoubleFunction<double[]> summary) {
    return new Column(
        2,
        trial ->
            trial.clip().equals("none")
                ? Double.NaN
                : summary.applyAsDouble(TrialNumbers.factors(trial.gradients())));
  }

  private RecordedTrial unclipped(RecordedTrial trial) {
    return sweep.cell(trial.norm(), "none").stream()
        .filter(one -> one.seed() == trial.seed())
        .findFirst()
        .orElseThrow();
  }

  /** How many times as long as without clipping the median step of a trial was. */
  double stepLength(RecordedTrial trial) {
    double[] own = trial.updates().column("updateNorm");
    double[] plain = unclipped(trial).updates().column("updateNorm");
    return median(IntStream.range(0, own.length).mapToDouble(i -> own[i] / plain[i]).toArray());
  }

  /** Clipping, in cells with it. */
  List<List<String>> clipping() {
    return rows(
            factor(ByHand::median),
            factor(factors -> quantile(0.25, factors)),
            factor(factors -> quantile(0.75, factors)),
            factor(factors -> deviation(factors) / mean(factors)),
            new Column(2, this::stepLength),
            new Column(
                1,
                true,
                trial ->
                    100 * (trial.result("testAccuracy") - unclipped(trial).result("testAccuracy"))))
        .stream()
        .filter(row -> row.get(0).contains(", clip 1.0"))
        .toList();
  }

  /** Measured steps. */
  List<List<String>> dynamics() {
    List<List<String>> rows =
        rows(
            measured(2, trial -> trial.steps().column("cosine")),
            measured(
                3,
                trial ->
                    each(
                        trial.updates().column("updateNorm"),
                        trial.updates().column("weightNorm"),
                        (update, weights) -> 100 * update / weights)),
            new Column(
                2,
                trial -> {
                  double[] distances = trial.updates().column("distance");
                  return distances[distances.length - 1];
                }),
            measured(
                3,
                trial ->
                    each(
                        trial.steps().column("lossMost"),
                        trial.steps().column("lossLeast"),
                        (most, least) -> most - least)),
            measured(2, trial -> trial.steps().column("gradientChange")),
            measured(0, trial -> trial.steps().column("smoothness")));
    int at = 0;
    for (Cell cell : sweep.cells()) {
      rows.get(at++).add(noiseScale(cell.trials()));
    }
    return rows;
  }

  private static Column measured(int decimals, Function<RecordedTrial, double[]> values) {
    return new Column(decimals, trial -> median(values.apply(trial)));
  }

  private interface Of2 {
    double of(double first, double second);
  }

  private static double[] each(double[] first, double[] second, Of2 formula) {
    return IntStream.range(0, first.length)
        .mapToDouble(i -> formula.of(first[i], second[i]))
        .toArray();
  }

  private static String noiseScale(List<RecordedTrial> trials) {
    double[] variances = late(trials, "variance");
    double[] squares = late(trials, "squaredGradient");
    int n = squares.length;
    double half =
        new TDistribution(null, n - 1).inverseCumulativeProbability(0.975)
            * deviation(squares)
            / Math.sqrt(n);
    if (mean(squares) - half <= 0) {
      double bound = mean(variances) / (mean(squares) + half);
      return "> " + new BigDecimal(bound).round(new MathContext(2)).toPlainString();
    }
    double[] without = new double[n];
    for (int i = 0; i < n; i++) {
      without[i] = mean(but(variances, i)) / mean(but(squares, i));
    }
    double center = mean(without);
    double squared = Arrays.stream(without).map(x -> (x - center) * (x - center)).sum();
    double error = Math.sqrt((n - 1.0) / n * squared);
    return withError(mean(variances) / mean(squares), error);
  }

  private static double[] late(List<RecordedTrial> trials, String column) {
    return trials.stream()
        .map(trial -> trial.steps().column(column))
        .flatMapToDouble(values -> Arrays.stream(values).skip(values.length / 2))
        .toArray();
  }

  private static double[] but(double[] values, int left) {
    return IntStream.range(0, values.length)
        .filter(i -> i != left)
        .mapToDouble(i -> values[i])
        .toArray();
  }
}
