package normsweep.report.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import normsweep.record.Clip;
import normsweep.report.analysis.ClippedShare;
import normsweep.report.analysis.Comparison;
import normsweep.report.analysis.Comparison.Verdict;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.finding.Rule;

/** The tables of the report: one row per head and clipping choice, averaged over seeds. */
final class Tables {
  private static final String NONE = "–";

  private Tables() {}

  private record Column(
      String name, Function<TrialEvidence, Optional<Double>> value, int decimals) {
    static Column percent(String name, Measure measure) {
      return new Column(name, trial -> measure.of(trial).map(share -> 100 * share), 1);
    }

    static Column plain(String name, Measure measure, int decimals) {
      return new Column(name, measure::of, decimals);
    }
  }

  /** Accuracy, loss and gap. */
  static Table accuracy(int number, SweepEvidence sweep) {
    return table(
        number,
        "Accuracy and loss"
            + means(sweep)
            + "; the gap is training accuracy minus validation accuracy at the best epoch.",
        sweep,
        List.of(
            Column.percent("test accuracy (%)", Measure.TEST_ACCURACY),
            new Column("test loss (nats)", trial -> completed(trial, trial.row().testLoss()), 3),
            Column.percent("best val. acc. (%)", Measure.BEST_VALIDATION_ACCURACY),
            new Column("val. loss (nats)", trial -> completed(trial, trial.row().valLoss()), 3),
            Column.percent("gap (points)", Measure.GENERALISATION_GAP),
            new Column(
                "best epoch",
                trial -> completed(trial, trial.row().bestEpoch()).map(Number::doubleValue),
                0)));
  }

  /** Convergence and stability. */
  static Table convergence(int number, SweepEvidence sweep) {
    return table(
        number,
        "Speed and steadiness"
            + means(sweep)
            + ": epochs and seconds to a share of the trial's best validation accuracy, area under"
            + " its curve, largest drop between two epochs, and standard deviation of the"
            + " validation loss over the last third of the epochs.",
        sweep,
        List.of(
            reach(sweep, "90 % (epochs)", 0.90, false),
            reach(sweep, "95 % (epochs)", 0.95, false),
            reach(sweep, "99 % (epochs)", 0.99, false),
            reach(sweep, "90 % (s)", 0.90, true),
            reach(sweep, "95 % (s)", 0.95, true),
            reach(sweep, "99 % (s)", 0.99, true),
            Column.percent("area (%)", Measure.AREA_UNDER_CURVE),
            Column.percent("drop (points)", Measure.LARGEST_DROP),
            Column.plain("late loss sd (nats)", Measure.LATE_LOSS_DEVIATION, 4)));
  }

  private static Column reach(SweepEvidence sweep, String name, double share, boolean seconds) {
    return new Column(
        name,
        trial ->
            trial.row().completed()
                ? trial
                    .convergence()
                    .map(curve -> curve.reach(share))
                    .map(reach -> seconds ? reach.seconds() : reach.epoch())
                : Optional.empty(),
        seconds || sweep.seeds().size() > 1 ? 1 : 0);
  }

  /** Gradients. */
  static Table gradients(int number, SweepEvidence sweep) {
    return table(
        number,
        "Gradients"
            + means(sweep)
            + ": median total norm (nats/unit) before clipping, relative noise in windows of "
            + Measure.NOISE_WINDOW
            + " iterations, and share of clipped steps.",
        sweep,
        List.of(
            Column.plain("median norm", Measure.GRADIENT_NORM, 3),
            Column.percent("noise (%)", Measure.GRADIENT_NOISE),
            new Column("clipped (%)", trial -> clipped(sweep, trial, Part.ALL), 1),
            new Column("first epoch (%)", trial -> clipped(sweep, trial, Part.FIRST), 1),
            new Column("last epoch (%)", trial -> clipped(sweep, trial, Part.LAST), 1),
            new Column("images/s", trial -> completed(trial, trial.row().imagesPerSecond()), 0)));
  }

  private enum Part {
    ALL,
    FIRST,
    LAST
  }

  private static Optional<Double> clipped(SweepEvidence sweep, TrialEvidence trial, Part part) {
    List<ClippedShare> epochs = trial.clippedByEpoch(sweep.config().iterationsPerEpoch());
    if (epochs.isEmpty() || !trial.row().completed() || !trial.row().clip().active()) {
      return Optional.empty();
    }
    ClippedShare share =
        switch (part) {
          case ALL -> ClippedShare.total(epochs);
          case FIRST -> epochs.get(0);
          case LAST -> epochs.get(epochs.size() - 1);
        };
    return Optional.of(100 * share.share());
  }

  /** Loss surfaces; empty if there are none. */
  static Optional<Table> landscapes(int number, SweepEvidence sweep) {
    if (sweep.completed().stream().allMatch(trial -> trial.landscape().isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(
        table(
            number,
            "Loss surfaces"
                + means(sweep)
                + ": largest rise of the loss within the radius, total variation relative to that of the"
                + " convex envelope, share of grid points with a positive definite local Hessian, and"
                + " both ends of the Hessian's spectrum.",
            sweep,
            List.of(
                Column.plain("sharpness (nats)", Measure.SHARPNESS, 3),
                Column.plain("roughness", Measure.ROUGHNESS, 3),
                Column.percent("convex (%)", Measure.CONVEX_SHARE),
                Column.plain("largest λ", Measure.TOP_EIGENVALUE, 3),
                new Column(
                    "smallest λ",
                    trial -> trial.landscape().map(found -> found.spectrum().smallest()),
                    4))));
  }

  /** Differences in test accuracy between every two heads, and between clipping and no clipping. */
  static Optional<Table> comparisons(int number, SweepEvidence sweep) {
    List<List<String>> rows = new ArrayList<>();
    List<HeadKind> heads = sweep.heads();
    int pairs = Math.max(1, heads.size() * (heads.size() - 1) / 2);
    double corrected = 1 - (1 - Rule.CONFIDENCE) / pairs;
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
              .compareClips(Measure.TEST_ACCURACY, head, clip, Clip.NONE, Rule.CONFIDENCE)
              .ifPresent(found -> rows.add(row(sweep, name, found, Rule.CONFIDENCE)));
        }
      }
    }
    boolean seeds = sweep.seeds().size() > 1;
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Table(
                number,
                "Differences in test accuracy. "
                    + (seeds
                        ? "Intervals: paired Student's t over seeds"
                        : "Intervals: Newcombe's, for the sampling of test images only, one seed")
                    + ", 95 % confidence, Bonferroni-corrected for the number of pairs of heads.",
                List.of("difference", "seeds", "points", "interval (points)", "verdict"),
                rows));
  }

  private static List<String> row(
      SweepEvidence sweep, String name, Comparison comparison, double confidence) {
    int images = sweep.testImages();
    Interval interval =
        comparison
            .interval()
            .orElseGet(
                () ->
                    Interval.newcombe(
                        comparison.first(), images, comparison.second(), images, confidence));
    String verdict;
    if (comparison.verdict() == Verdict.UNKNOWN) {
      verdict = interval.contains(0) ? "inside sampling noise" : "one seed: unknown";
    } else {
      verdict = comparison.verdict() == Verdict.BEYOND_NOISE ? "beyond noise" : "inside noise";
    }
    return List.of(
        name,
        Integer.toString(comparison.pairs()),
        Measure.TEST_ACCURACY.formatDifference(comparison.difference()).replace(" points", ""),
        Measure.TEST_ACCURACY.formatInterval(interval).replace(" points", ""),
        verdict);
  }

  private static String means(SweepEvidence sweep) {
    return sweep.seeds().size() > 1 ? " (means ± standard deviations over seeds)" : "";
  }

  private static <T> Optional<T> completed(TrialEvidence trial, T value) {
    return trial.row().completed() ? Optional.ofNullable(value) : Optional.empty();
  }

  private static Table table(
      int number, String caption, SweepEvidence sweep, List<Column> columns) {
    List<String> header = new ArrayList<>();
    header.add("head, clipping");
    columns.forEach(column -> header.add(column.name()));
    List<List<String>> rows = new ArrayList<>();
    for (HeadKind head : sweep.heads()) {
      for (Clip clip : sweep.clips()) {
        List<TrialEvidence> trials = sweep.trials(head, clip);
        if (!trials.isEmpty()) {
          List<String> row = new ArrayList<>();
          row.add(head.label() + ", " + clip.label() + standing(trials));
          columns.forEach(column -> row.add(cell(column, trials)));
          rows.add(row);
        }
      }
    }
    return new Table(number, caption, header, rows);
  }

  // “(1 of 3 completed)” where trials are missing, nothing otherwise.
  private static String standing(List<TrialEvidence> trials) {
    long completed = trials.stream().filter(trial -> trial.row().completed()).count();
    if (completed == trials.size()) {
      return "";
    }
    if (trials.size() == 1) {
      return " (" + trials.get(0).row().status().id() + ")";
    }
    Map<String, Integer> counts = new TreeMap<>();
    trials.forEach(trial -> counts.merge(trial.row().status().id(), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach((status, count) -> parts.add(count + " " + status));
    return " (" + String.join(", ", parts) + ")";
  }

  private static String cell(Column column, List<TrialEvidence> trials) {
    List<Double> values = trials.stream().map(column.value()).flatMap(Optional::stream).toList();
    String format = "%." + column.decimals() + "f";
    return Summary.of(values)
        .map(
            all ->
                number(format, all.mean())
                    + (all.n() > 1 ? " ± " + number(format, all.deviation()) : ""))
        .orElse(NONE);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value).replace('-', '−');
  }
}
