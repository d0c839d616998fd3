package normsweep.report.document;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.record.TrialResult;
import normsweep.record.TuningChoice;
import normsweep.report.analysis.ClippedShare;
import normsweep.report.analysis.Comparison;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.LearningCurve.Reach;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.figure.TrialGroup;

/** The tables of the report: one row per head and clipping choice, averaged over seeds. */
final class Tables {
  static final String NONE = "–";

  private Tables() {}

  /** A table of the report; caption and header name the units. */
  public record Table(int number, String caption, List<String> header, List<List<String>> rows) {}

  private record Column(
      String name, int decimals, Function<TrialEvidence, Optional<Double>> value) {

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
  static Table accuracy(int number, SweepEvidence sweep) {
    return table(
        number,
        "Accuracy and loss",
        "; the gap is training accuracy minus validation accuracy at the best epoch.",
        sweep,
        Column.percent("test accuracy (%)", Measure.TEST_ACCURACY),
        Column.result("test loss (nats)", 3, TrialResult::testLoss),
        Column.percent("best val. acc. (%)", Measure.BEST_VALIDATION_ACCURACY),
        Column.result("val. loss (nats)", 3, TrialResult::valLoss),
        Column.percent("gap (points)", Measure.GENERALISATION_GAP),
        Column.result("best epoch", 0, TrialResult::bestEpoch));
  }

  /** Convergence and stability. */
  static Table convergence(int number, SweepEvidence sweep) {
    int epochDecimals = sweep.seeds().size() > 1 ? 1 : 0;
    return table(
        number,
        "Speed and steadiness",
        ": epochs and seconds to a share of the trial's best validation accuracy, area under"
            + " its curve, largest drop between two epochs, and standard deviation of the"
            + " validation loss over the last third of the epochs.",
        sweep,
        reach("90 % (epochs)", epochDecimals, 0.90, Reach::epoch),
        reach("95 % (epochs)", epochDecimals, 0.95, Reach::epoch),
        reach("99 % (epochs)", epochDecimals, 0.99, Reach::epoch),
        reach("90 % (s)", 1, 0.90, Reach::seconds),
        reach("95 % (s)", 1, 0.95, Reach::seconds),
        reach("99 % (s)", 1, 0.99, Reach::seconds),
        Column.percent("area (%)", Measure.AREA_UNDER_CURVE),
        Column.percent("drop (points)", Measure.LARGEST_DROP),
        Column.plain("late loss sd (nats)", 4, Measure.LATE_LOSS_DEVIATION));
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
  static Table gradients(int number, SweepEvidence sweep) {
    return table(
        number,
        "Gradients",
        ": median total norm (nats/unit) before clipping, relative noise in windows of "
            + Measure.NOISE_WINDOW
            + " iterations, and share of clipped steps.",
        sweep,
        Column.plain("median norm", 3, Measure.GRADIENT_NORM),
        Column.percent("noise (%)", Measure.GRADIENT_NOISE),
        clipped("clipped (%)", sweep, ClippedShare::total),
        clipped("first epoch (%)", sweep, epochs -> epochs.get(0)),
        clipped("last epoch (%)", sweep, epochs -> epochs.get(epochs.size() - 1)),
        Column.result("images/s", 0, TrialResult::imagesPerSecond));
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

  /** What tuning chose for each cell; empty if there was none. */
  static Optional<Table> tuning(int number, SweepEvidence sweep) {
    List<List<String>> rows = new ArrayList<>();
    for (TuningChoice choice : sweep.choices()) {
      boolean chosen = choice.tuned() != null;
      rows.add(
          List.of(
              choice.cell().label(),
              chosen ? choice.tuned().label() : "none: no candidate was completed",
              chosen ? say("%.3f", choice.valLoss()) : NONE,
              chosen ? say("%.1f", 100 * choice.valAccuracy()) : NONE,
              Integer.toString(choice.seeds()),
              choice.completed() + " of " + choice.candidates()));
    }
    return Optional.of(
            new Table(
                number,
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

  /** Differences in test accuracy between every two heads, and between clipping and no clipping. */
  static Optional<Table> comparisons(int number, SweepEvidence sweep) {
    List<List<String>> rows = new ArrayList<>();
    List<HeadKind> heads = sweep.heads();
    double corrected = Interval.corrected(Math.max(1, heads.size() * (heads.size() - 1) / 2));
    for (int i = 0; i < heads.size(); i++) {
      for (int j = i + 1; j < heads.size(); j++) {
        String name = heads.get(i).label() + " − " + heads.get(j).label();
        sweep
            .compareHeads(Measure.TEST_ACCURACY, heads.get(i), heads.get(j), corrected)
            .ifPresent(found -> rows.add(row(sweep, name, found, corrected)));
      }
    }
    for (HeadKind head : heads) {
      for (Clip clip : sweep.clips()) {
        if (clip.active()) {
          String name = head.label() + ": " + clip.label() + " − none";
          sweep
              .compareClipping(Measure.TEST_ACCURACY, head, clip)
              .ifPresent(found -> rows.add(row(sweep, name, found, Interval.CONFIDENCE)));
        }
      }
    }
    String intervals =
        sweep.seeds().size() > 1
            ? "Intervals: paired Student's t over seeds"
            : "Intervals: Newcombe's, for the sampling of test images only, one seed";
    return Optional.of(
            new Table(
                number,
                "Differences in test accuracy. "
                    + intervals
                    + ", 95 % confidence, Bonferroni-corrected for the number of pairs of heads.",
                List.of("difference", "seeds", "points", "interval (points)", "verdict"),
                rows))
        .filter(table -> !table.rows().isEmpty());
  }

  private static List<String> row(
      SweepEvidence sweep, String name, Comparison comparison, double confidence) {
    Interval interval =
        comparison.interval().orElseGet(() -> comparison.sampling(sweep.testImages(), confidence));
    String verdict =
        switch (comparison.verdict()) {
          case BEYOND_NOISE -> "beyond noise";
          case INSIDE_NOISE -> "inside noise";
          case UNKNOWN -> interval.contains(0) ? "inside sampling noise" : "one seed: unknown";
        };
    return List.of(
        name,
        Integer.toString(comparison.pairs()),
        Measure.TEST_ACCURACY.formatDifference(comparison.difference()).replace(" points", ""),
        Measure.TEST_ACCURACY.formatInterval(interval).replace(" points", ""),
        verdict);
  }

  private static Table table(
      int number, String subject, String details, SweepEvidence sweep, Column... columns) {
    String means = sweep.seeds().size() > 1 ? " (means ± standard deviations over seeds)" : "";
    List<String> header = new ArrayList<>(List.of("head, clipping"));
    Stream.of(columns).map(Column::name).forEach(header::add);
    List<List<String>> rows = new ArrayList<>();
    for (TrialGroup cell : TrialGroup.of(sweep)) {
      List<String> row = new ArrayList<>(List.of(cell.label() + standing(cell.trials())));
      Stream.of(columns).map(column -> cell(column, cell.trials())).forEach(row::add);
      rows.add(row);
    }
    return new Table(number, subject + means + details, header, rows);
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
    String one = "%." + column.decimals() + "f";
    return Summary.of(values)
        .map(all -> say(all.n() > 1 ? one + " ± " + one : one, all.mean(), all.deviation()))
        .map(text -> text.replace('-', '−'))
        .orElse(NONE);
  }
}
