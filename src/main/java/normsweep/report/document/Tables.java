package normsweep.report.document;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static normsweep.report.analysis.Sentences.rounded;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrialResult;
import normsweep.record.TuningChoice;
import normsweep.report.analysis.ClippedShare;
import normsweep.report.analysis.ClippingFactor;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.Dynamics;
import normsweep.report.analysis.LearningCurve.Reach;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.NoiseScale;
import normsweep.report.analysis.PairedDifference;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.figure.TrialGroup;

/** The tables of the report: one row per head and clipping choice, averaged over seeds. */
final class Tables {
  static final String NONE = "–";
  // A page has about twice as many rows.
  private static final int MOST_CONTRASTS = 20;

  private Tables() {}

  /** A table of the report; caption and header name the units. */
  public record Table(String caption, List<String> header, List<List<String>> rows) {}

  private record Column(
      String name, int decimals, boolean signed, Function<TrialEvidence, Optional<Double>> value) {

    Column(String name, int decimals, Function<TrialEvidence, Optional<Double>> value) {
      this(name, decimals, false, value);
    }

    static Column percent(String name, Measure measure) {
      return new Column(name, 1, trial -> measure.of(trial).map(share -> 100 * share));
    }

    static Column plain(String name, int decimals, Measure measure) {
      return new Column(name, decimals, measure::of);
    }

    static Column result(String name, int decimals, Function<TrialResult, Number> value) {
      return new Column(
          name, decimals, trial -> completed(trial).map(value).map(Number::doubleValue));
    }
  }

  // What is shown of a row is shown of completed trials only.
  private static Optional<TrialResult> completed(TrialEvidence trial) {
    return Optional.of(trial.row()).filter(TrialResult::completed);
  }

  /** Accuracy, loss and gap. */
  static Table accuracy(SweepEvidence sweep) {
    return table(
        "Accuracy and loss of the saved models",
        ", each from the epoch with the lowest validation loss; the gap is training accuracy minus"
            + " validation accuracy at that epoch.",
        sweep,
        Column.percent("test accuracy (%)", Measure.TEST_ACCURACY),
        Column.plain("test loss (nats)", 3, Measure.TEST_LOSS),
        Column.percent("val. accuracy (%)", Measure.VALIDATION_ACCURACY),
        Column.plain("val. loss (nats)", 3, Measure.VALIDATION_LOSS),
        Column.percent("gap (points)", Measure.GENERALISATION_GAP),
        Column.result("saved epoch", 0, TrialResult::bestEpoch));
  }

  /** Convergence and stability. */
  static Table convergence(SweepEvidence sweep) {
    int epochDecimals = sweep.seeds().size() > 1 ? 1 : 0;
    return table(
        "Speed and steadiness",
        ": epochs and seconds to a share of the trial's best validation accuracy, area under"
            + " its curve, largest drop between two epochs, standard deviation of the validation"
            + " loss over the last third of the epochs, and training images per second.",
        sweep,
        reach("90 % (epochs)", epochDecimals, 0.90, Reach::epoch),
        reach("95 % (epochs)", epochDecimals, 0.95, Reach::epoch),
        reach("99 % (epochs)", epochDecimals, 0.99, Reach::epoch),
        reach("95 % (s)", 1, 0.95, Reach::seconds),
        Column.percent("area (%)", Measure.AREA_UNDER_CURVE),
        Column.percent("drop (points)", Measure.LARGEST_DROP),
        Column.plain("late loss sd (nats)", 4, Measure.LATE_LOSS_DEVIATION),
        Column.result("images/s", 0, TrialResult::imagesPerSecond));
  }

  private static Column reach(
      String name, int decimals, double share, ToDoubleFunction<Reach> value) {
    return new Column(
        name,
        decimals,
        trial ->
            completed(trial)
                .flatMap(row -> trial.curve())
                .flatMap(curve -> curve.reach(share))
                .map(value::applyAsDouble));
  }

  /** Gradients. */
  static Table gradients(SweepEvidence sweep) {
    return table(
        "Gradients and clipping",
        ": median total norm (nats/unit) before clipping, relative noise in windows of "
            + Measure.NOISE_WINDOW
            + " iterations with full mini-batches, share of clipped steps, what clipping multiplied the gradient by"
            + " (median and coefficient of variation over steps), and how many times as long as"
            + " without clipping the median step was.",
        sweep,
        Column.plain("median norm", 3, Measure.GRADIENT_NORM),
        Column.percent("noise (%)", Measure.GRADIENT_NOISE),
        clipped("clipped (%)", sweep, ClippedShare::total),
        clipped("first epoch (%)", sweep, epochs -> epochs.get(0)),
        clipped("last epoch (%)", sweep, epochs -> epochs.get(epochs.size() - 1)),
        factor("factor", ClippingFactor::median),
        factor("variation", ClippingFactor::variation),
        new Column("step length (×)", 2, sweep::stepLength));
  }

  private static Column clipped(
      String name, SweepEvidence sweep, Function<List<ClippedShare>, ClippedShare> part) {
    return new Column(
        name,
        1,
        trial ->
            completed(trial)
                .filter(row -> row.clip().active())
                .map(row -> trial.clippedByEpoch(sweep.config().iterationsPerEpoch()))
                .filter(epochs -> !epochs.isEmpty())
                .map(epochs -> 100 * part.apply(epochs).share()));
  }

  /** What clipping did to gradients and steps, cell by cell; empty if nothing was clipped. */
  static Optional<Table> clipping(SweepEvidence whole) {
    List<Table> parts = whole.bestByOptimizer().stream().map(Tables::clippingOf).toList();
    List<List<String>> clipped =
        parts.stream()
            .flatMap(part -> part.rows().stream())
            .filter(row -> !row.get(1).equals(NONE))
            .toList();
    return clipped.isEmpty()
        ? Optional.empty()
        : Optional.of(new Table(parts.get(0).caption(), parts.get(0).header(), clipped));
  }

  private static Table clippingOf(SweepEvidence sweep) {
    return table(
        "Clipping",
        ": the factor by which it multiplied the gradient, over iterations (median, quartiles,"
            + " coefficient of variation), and what differs from the same trial without"
            + " clipping: how many times as long the median step was, and the test accuracy.",
        sweep,
        factor("factor", ClippingFactor::median),
        factor("25 %", ClippingFactor::lower),
        factor("75 %", ClippingFactor::upper),
        factor("variation", ClippingFactor::variation),
        new Column("step length (×)", 2, sweep::stepLength),
        new Column(
            "accuracy (points)",
            1,
            true,
            trial ->
                completed(trial)
                    .flatMap(row -> sweep.unclipped(trial))
                    .map(
                        plain -> 100 * (trial.row().testAccuracy() - plain.row().testAccuracy()))));
  }

  private static Column factor(String name, ToDoubleFunction<ClippingFactor> value) {
    return new Column(
        name,
        2,
        trial ->
            completed(trial)
                .filter(row -> row.clip().active())
                .flatMap(row -> trial.gradients())
                .map(series -> value.applyAsDouble(ClippingFactor.of(series))));
  }

  /** Measured steps; empty if there are none. */
  static Optional<Table> dynamics(SweepEvidence sweep) {
    if (sweep.completed().stream().allMatch(trial -> trial.dynamics().isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(
        withNoiseScale(
            sweep,
            table(
                "Training dynamics",
                ": medians over the measured steps, all with full mini-batches, of the cosine between successive gradients, of the"
                    + " length of a step relative to the weights, and, along the gradient at the"
                    + " learning rate, of the range of the loss, the largest change of the gradient and"
                    + " the effective smoothness constant; distance from the start at the end; gradient"
                    + " noise scale in the second half, over the steps of all seeds, with its jackknife"
                    + " standard error, or its lower 95 % bound where the gradient cannot be told from"
                    + " noise.",
                sweep,
                measured("cosine", 2, found -> found.median(Dynamics::cosine)),
                measured(
                    "step / weights (%)", 3, found -> found.relativeUpdate().map(r -> 100 * r)),
                measured("distance", 2, Dynamics::distance),
                measured("loss range (nats)", 3, found -> found.median(Dynamics::lossVariation)),
                measured("gradient change", 2, found -> found.median(Step::gradientChange)),
                measured("smoothness", 0, found -> found.median(Step::smoothness)))));
  }

  // One trial has too few steps for it, so it is no mean over trials.
  private static Table withNoiseScale(SweepEvidence sweep, Table table) {
    List<TrialGroup> cells = TrialGroup.of(sweep);
    List<String> header = new ArrayList<>(table.header());
    header.add("noise scale (images)");
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      List<String> row = new ArrayList<>(table.rows().get(i));
      row.add(NoiseScale.late(cells.get(i).trials()).map(NoiseScale::describe).orElse(NONE));
      rows.add(row);
    }
    return new Table(table.caption(), header, rows);
  }

  private static Column measured(
      String name, int decimals, Function<Dynamics, Optional<Double>> value) {
    return new Column(
        name, decimals, trial -> completed(trial).flatMap(row -> trial.dynamics()).flatMap(value));
  }

  /** What tuning chose for each cell; empty if there was none. */
  static Optional<Table> tuning(SweepEvidence sweep) {
    List<List<String>> rows = new ArrayList<>();
    for (TuningChoice choice : sweep.choices()) {
      boolean chosen = choice.tuned() != null;
      rows.add(
          List.of(
              choice.cell().label(),
              chosen ? choice.tuned().label() : "none: no candidate was completed",
              chosen ? rounded(choice.valLoss(), 3, false) : NONE,
              chosen ? rounded(100 * choice.valAccuracy(), 1, false) : NONE,
              Integer.toString(choice.seeds()),
              choice.completed() + " of " + choice.candidates()));
    }
    return Optional.of(
            new Table(
                "What tuning chose: the candidate with the lowest validation loss, averaged over"
                    + " tuning seeds, which no other table contains. Candidates that are not"
                    + " completed were pruned or failed.",
                List.of(
                    "head, clipping",
                    "chosen",
                    "val. loss (nats)",
                    "val. acc. (%)",
                    "seeds",
                    "completed"),
                rows))
        .filter(table -> !table.rows().isEmpty());
  }

  /** Every contrast in test accuracy; empty if there is none. */
  static Optional<Table> contrasts(Contrasts contrasts) {
    List<Contrast> shown = contrasts.of(Measure.TEST_ACCURACY);
    boolean many = shown.size() > MOST_CONTRASTS;
    List<String> tested =
        List.of("difference", "seeds", "points", "95 % interval (points)", "d", "p", "corrected p");
    // One seed tests nothing.
    List<String> header = contrasts.tested() > 0 ? tested : tested.subList(0, 4);
    List<List<String>> rows =
        shown.stream()
            .filter(contrast -> !many || !contrast.interaction())
            .map(Tables::row)
            .toList();
    String method =
        contrasts.tested() > 0
            ? say(
                "Paired by seed; interval and p by Student's t; corrected p by Holm's method [Holm 1979] over"
                    + " the %d comparisons that this report could conclude from; d is the"
                    + " difference in standard deviations between seeds.",
                contrasts.tested())
            : "One seed each; the intervals are for the sampling of test images only, paired by image"
                + " [Bonett 2012] where predictions are recorded, and otherwise Newcombe's"
                + " [Newcombe 1998].";
    return Optional.of(
            new Table(
                "Differences in test accuracy. "
                    + method
                    + (many ? " Interactions are in contrasts.csv." : ""),
                header,
                rows.stream().map(row -> row.subList(0, header.size())).toList()))
        .filter(table -> !table.rows().isEmpty());
  }

  private static List<String> row(Contrast contrast) {
    PairedDifference effect = contrast.effect();
    Measure measure = contrast.measure();
    return List.of(
        contrast.label(),
        Integer.toString(effect.pairs()),
        measure.formatDifference(effect.difference()).replace(" points", ""),
        contrast
            .interval()
            .map(range -> measure.formatInterval(range).replace(" points", ""))
            .orElse(NONE),
        effect.size().map(size -> rounded(size, 1, false)).orElse(NONE),
        effect.p().map(Tables::p).orElse(NONE),
        effect.p().isPresent() ? p(contrast.corrected()) : NONE);
  }

  private static String p(double p) {
    return Contrast.p(p).replace("= ", "");
  }

  private static Table table(
      String subject, String details, SweepEvidence sweep, Column... columns) {
    String means = sweep.seeds().size() > 1 ? " (means ± standard deviations over seeds)" : "";
    List<String> header = new ArrayList<>(List.of("head, clipping"));
    Stream.of(columns).map(Column::name).forEach(header::add);
    List<List<String>> rows = new ArrayList<>();
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      List<String> row = new ArrayList<>(List.of(cell.label() + standing(cell.trials())));
      Stream.of(columns).map(column -> cell(column, cell.trials())).forEach(row::add);
      rows.add(row);
    }
    return new Table(subject + means + details, header, rows);
  }

  // “(1 of 3 completed)” where trials are missing, nothing otherwise.
  static String standing(List<TrialEvidence> trials) {
    long completed = trials.stream().filter(trial -> trial.row().completed()).count();
    if (completed == trials.size()) {
      return "";
    }
    if (trials.size() == 1) {
      return " (" + trials.get(0).row().status().id() + ")";
    }
    Map<String, Long> counts =
        trials.stream()
            .collect(groupingBy(trial -> trial.row().status().id(), TreeMap::new, counting()));
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " " + count.getKey())
        .collect(joining(", ", " (", ")"));
  }

  private static String cell(Column column, List<TrialEvidence> trials) {
    List<Double> values = trials.stream().map(column.value()).flatMap(Optional::stream).toList();
    return Summary.of(values)
        .map(
            all ->
                rounded(all.mean(), column.decimals(), column.signed())
                    + (all.n() > 1
                        ? "\u00a0±\u00a0" + rounded(all.deviation(), column.decimals(), false)
                        : ""))
        .orElse(NONE);
  }
}
