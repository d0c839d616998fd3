package normsweep.report.document;

import static normsweep.report.analysis.Sentences.rounded;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.document.Tables.Table;
import normsweep.report.prediction.AccuracyVariance;
import normsweep.report.prediction.Calibration;
import normsweep.report.prediction.Confusion;
import normsweep.report.prediction.Confusion.ConfusedPair;
import normsweep.report.prediction.McNemar;
import normsweep.report.prediction.Outcomes;
import normsweep.report.prediction.SweepPredictions;
import normsweep.report.prediction.SweepPredictions.NetworkSeeds;
import normsweep.report.prediction.SweepPredictions.PairedTest;

/** Tables of what networks predict for single test images. */
final class PredictionTables {
  private static final int PAIRS = 10;

  /** Classes whose recall is shown. */
  private static final int CLASSES = 30;

  /** Classes that have room beside each other. */
  private static final int COLUMNS = 12;

  private static final String TIED = "\u00a0"; // no line ends here

  private PredictionTables() {}

  /** All tables with rows; none if no trial has recorded its predictions. */
  static List<Table> of(SweepEvidence sweep) {
    return SweepPredictions.of(sweep).stream()
        .flatMap(
            all ->
                Stream.of(
                    balanced(all),
                    calibration(all),
                    paired(all),
                    variance(all),
                    recall(all),
                    pairs(all)))
        .filter(table -> !table.rows().isEmpty())
        .toList();
  }

  private static Table calibration(SweepPredictions all) {
    List<List<String>> rows = new ArrayList<>();
    for (NetworkSeeds cell : all.cells()) {
      Calibration found = Calibration.of(cell.networks());
      Confusion confusion = all.confusion(cell.networks());
      rows.add(
          List.of(
              cell.label(),
              signed(100 * found.overconfidence()),
              range(found.interval()),
              rounded(100 * found.error(), 1, false),
              rounded(100 * found.limit(), 1, false),
              rounded(found.brier(), 3, false),
              all.classes().get(confusion.weakest())
                  + " ("
                  + rounded(100 * confusion.recall(confusion.weakest()), 0, false)
                  + " %)"));
    }
    return new Table(
        say(
            "Calibration on %d test images%s: confidence (the probability of the"
                + " predicted class) minus accuracy with its 95 %% interval over images, expected"
                + " calibration error (ECE) in %d bins, the ECE that perfectly calibrated networks"
                + " exceed in 5 %% of samples, Brier score, and the class with the lowest recall.",
            all.images().length,
            all.networks().size() > all.cells().size() ? ", means over seeds" : "",
            Calibration.BINS),
        List.of(
            "head, clipping",
            "overconfidence (points)",
            "interval (points)",
            "ECE (points)",
            "calibrated (points)",
            "Brier score",
            "lowest recall"),
        rows);
  }

  private static Table paired(SweepPredictions all) {
    List<List<String>> rows = new ArrayList<>();
    for (PairedTest pair : all.paired()) {
      McNemar test = pair.test();
      rows.add(
          List.of(
              pair.contrast(),
              Long.toString(pair.seed()),
              Integer.toString(test.firstOnly()),
              Integer.toString(test.secondOnly()),
              signed(100 * test.difference()),
              range(test.interval(Interval.CONFIDENCE)),
              p(test.midP()),
              p(test.exactP())));
    }
    return new Table(
        "Pairs of networks with the same seed on the same test images: on how many images only the"
            + " first or only the second is right, difference in accuracy with its 95 % interval"
            + " [Bonett 2012], and p values of McNemar's test, which are not corrected for"
            + " the number of rows. They compare these two networks; what holds for other seeds,"
            + " only differences between seeds can show.",
        List.of(
            "first − second",
            "seed",
            "only first",
            "only second",
            "difference (points)",
            "interval (points)",
            "mid\u2011p",
            "exact" + TIED + "p"),
        rows);
  }

  private static Table variance(SweepPredictions all) {
    List<List<String>> rows = new ArrayList<>();
    for (NetworkSeeds cell : all.cells()) {
      List<Outcomes> networks = cell.networks();
      if (networks.size() > 1) {
        AccuracyVariance split = AccuracyVariance.of(networks);
        rows.add(
            List.of(
                cell.label(),
                Integer.toString(split.seeds()),
                deviation(split.observed()),
                deviation(split.imagePart()),
                split.seedPart() > 0 ? deviation(split.seedPart()) : "0",
                p(split.p())));
      }
    }
    return new Table(
        "Test accuracy over seeds: its standard deviation; the part of it to be expected of"
            + " networks whose accuracy on all possible images is equal, because each is right on"
            + " other images of a finite test set; and the rest (squares add up). p (Cochran's Q)"
            + " is the probability of at least this deviation if there were no rest. Where the"
            + " deviation is smaller than the images explain, the rest is 0.",
        List.of(
            "head, clipping",
            "seeds",
            "observed (points)",
            "from test images (points)",
            "from seeds (points)",
            "p"),
        rows);
  }

  private static Table recall(SweepPredictions all) {
    int[] shown = all.confusion(all.networks()).weakest(CLASSES);
    boolean some = shown.length < all.classes().size();
    List<String> header = new ArrayList<>(List.of("head, clipping"));
    Arrays.stream(shown).mapToObj(all.classes()::get).forEach(header::add);
    List<List<String>> rows = new ArrayList<>();
    for (NetworkSeeds cell : all.cells()) {
      Confusion confusion = all.confusion(cell.networks());
      List<String> row = new ArrayList<>(List.of(cell.label()));
      Arrays.stream(shown)
          .mapToObj(label -> rounded(100 * confusion.recall(label), 1, false))
          .forEach(row::add);
      rows.add(row);
    }
    String caption =
        some
            ? say(
                "Recall of the %d of %d classes with the lowest: correctly classified test images (%%).",
                shown.length, all.classes().size())
            : "Recall of each class: correctly classified test images (%).";
    return shown.length > COLUMNS
        ? turned(new Table(caption, header, rows), "class")
        : new Table(caption, header, rows);
  }

  /** A table whose rows have become columns. */
  private static Table turned(Table table, String corner) {
    List<String> header = new ArrayList<>(List.of(corner));
    table.rows().forEach(row -> header.add(row.get(0)));
    List<List<String>> rows = new ArrayList<>();
    for (int column = 1; column < table.header().size(); column++) {
      int own = column;
      List<String> row = new ArrayList<>(List.of(table.header().get(column)));
      table.rows().forEach(old -> row.add(old.get(own)));
      rows.add(row);
    }
    return new Table(table.caption(), header, rows);
  }

  /** Accuracy beside measures for which rare classes count as much; none if classes are equal. */
  private static Table balanced(SweepPredictions all) {
    List<List<String>> rows = new ArrayList<>();
    Confusion pooled = all.confusion(all.networks());
    if (!pooled.even()) {
      for (NetworkSeeds cell : all.cells()) {
        Confusion confusion = all.confusion(cell.networks());
        rows.add(
            List.of(
                cell.label(),
                rounded(100 * confusion.accuracy(), 1, false),
                rounded(100 * confusion.scores().balancedAccuracy(), 1, false),
                rounded(100 * confusion.scores().macroF1(), 1, false)));
      }
    }
    return new Table(
        "Classes have different numbers of test images: accuracy, balanced accuracy (the mean recall"
            + " of all classes) and macro-F1 (the mean over classes of the harmonic mean of precision"
            + " and recall), in %, over the networks of all seeds.",
        List.of("head, clipping", "accuracy", "balanced accuracy", "macro-F1"), rows);
  }

  private static Table pairs(SweepPredictions all) {
    List<Confusion> own = all.cells().stream().map(cell -> all.confusion(cell.networks())).toList();
    List<List<String>> rows = new ArrayList<>();
    for (ConfusedPair pair : all.confusion(all.networks()).pairs().stream().limit(PAIRS).toList()) {
      List<String> row = new ArrayList<>();
      row.add(all.classes().get(pair.label()) + " → " + all.classes().get(pair.predicted()));
      row.add(rounded(100 * pair.share(), 1, false));
      own.stream()
          .map(cell -> rounded(100 * cell.share(pair.label(), pair.predicted()), 1, false))
          .forEach(row::add);
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("class → taken for", "all networks"));
    all.cells().forEach(cell -> header.add(cell.label()));
    return new Table(
        "The most confused pairs of classes: share of the first class's test images that are"
            + " taken for the second (%).",
        header, rows);
  }

  private static String deviation(double variance) {
    return rounded(100 * Math.sqrt(variance), 2, false);
  }

  private static String signed(double points) {
    return rounded(points, 1, true);
  }

  private static String range(Interval points) {
    return signed(100 * points.low()) + TIED + "to" + TIED + signed(100 * points.high());
  }

  private static String p(double value) {
    return value < 0.001 ? "<" + TIED + "0.001" : rounded(value, 3, false);
  }
}
