package normsweep.report.analysis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import normsweep.base.NormSweepException;
import normsweep.landscape.Landscapes;
import normsweep.landscape.Scope;
import normsweep.landscape.TrialLandscape;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrainingDynamics;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.record.TrialResult;
import normsweep.record.prediction.ImageScores;
import normsweep.record.prediction.Predictions;
import org.apache.commons.io.function.IOFunction;

/**
 * Everything that a sweep folder contains about one trial.
 *
 * @param row its row of the results
 * @param epochs its epochs so far, empty if there are none
 * @param gradients its gradient norms, empty if there are none
 * @param histograms its gradient magnitude histograms, empty if there are none
 * @param dynamics its measured steps, empty if there are none
 * @param landscape its loss surface, empty if none was computed
 * @param predictions what its saved model makes of each image; empty in folders of earlier builds
 * @param missing what could not be read, one phrase each
 */
public record TrialEvidence(
    TrialResult row,
    List<EpochMetrics> epochs,
    Optional<GradientSeries> gradients,
    Optional<GradientHistograms> histograms,
    Optional<Dynamics> dynamics,
    Optional<TrialLandscape> landscape,
    Optional<Predictions> predictions,
    List<String> missing) {

  /**
   * Reads a trial's folder; a file that is missing or damaged is noted, not an error.
   *
   * @param config the trial's
   */
  static TrialEvidence read(SweepFolder sweep, TrialResult row, SweepConfig config) {
    TrialFolder folder = sweep.trial(row.id());
    List<String> missing = new ArrayList<>();
    List<EpochMetrics> epochs =
        csv(folder.metrics(), EpochMetrics.class, rows -> fault(rows, row), missing);
    List<GradientNorm> norms =
        csv(
            folder.gradients(),
            GradientNorm.class,
            rows -> fault(rows, row, config.iterationsPerEpoch()),
            missing);
    Optional<GradientHistograms> histograms =
        read(
            folder.histograms(), file -> Records.readJson(file, GradientHistograms.class), missing);
    // Most sweeps have no landscape: a separate command computes it, so its absence is no damage.
    Path surface = Landscapes.file(sweep, row.id(), Scope.HEAD);
    Optional<TrialLandscape> landscape =
        Files.isRegularFile(surface)
            ? read(surface, file -> Landscapes.read(file, row.id()), missing)
            : Optional.empty();
    return new TrialEvidence(
        row,
        epochs,
        Optional.of(GradientSeries.of(norms).of(config)).filter(GradientSeries::hasTotal),
        histograms.filter(read -> !read.snapshots().isEmpty()),
        dynamics(folder, row, config, missing),
        landscape,
        predictions(folder, row, missing),
        missing);
  }

  // Sweeps of earlier versions have no such files, nor have those that measure nothing. Steps of
  // smaller mini-batches, which earlier builds measured, are left out.
  private static Optional<Dynamics> dynamics(
      TrialFolder folder, TrialResult row, SweepConfig config, List<String> missing) {
    if (!Files.exists(folder.dynamics()) && !Files.exists(folder.updates())) {
      return Optional.empty();
    }
    boolean check = row.completed() && config.tracking().dynamicsEvery() > 0;
    int last = row.epochs() * config.iterationsPerEpoch();
    List<Step> steps =
        csv(
            folder.dynamics(),
            Step.class,
            rows ->
                check ? TrainingDynamics.faultOfSteps(config, last, rows) : Optional.empty(),
            missing);
    List<Update> updates =
        csv(
            folder.updates(),
            Update.class,
            rows ->
                check ? TrainingDynamics.faultOfUpdates(config, last, rows) : Optional.empty(),
            missing);
    Dynamics found =
        new Dynamics(
            steps.stream()
                .filter(step -> TrainingDynamics.comparable(config, step.iteration()))
                .toList(),
            updates.stream()
                .filter(update -> TrainingDynamics.comparable(config, update.iteration()))
                .toList());
    return Optional.of(found).filter(any -> !any.steps().isEmpty() && !any.updates().isEmpty());
  }

  // Earlier builds did not write the file: its absence is no damage.
  private static Optional<Predictions> predictions(
      TrialFolder folder, TrialResult row, List<String> missing) {
    Path file = folder.predictions();
    if (!row.completed() || !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    Optional<Predictions> found = read(file, Predictions::read, missing);
    Optional<Predictions> fitting = found.filter(read -> fits(read.test(), row));
    if (found.isPresent() && fitting.isEmpty()) {
      missing.add(file.getFileName() + " is that of another network");
    }
    return fitting;
  }

  private static boolean fits(ImageScores test, TrialResult row) {
    return row.testAccuracy() != null
        && test.right() == Math.round(row.testAccuracy() * test.size());
  }

  private static <T> List<T> csv(
      Path file, Class<T> type, Function<List<T>, Optional<String>> fault, List<String> missing) {
    Optional<List<T>> rows = read(file, found -> wholeRows(found, type), missing);
    rows.flatMap(fault).map(what -> file.getFileName() + " " + what).ifPresent(missing::add);
    return rows.orElse(List.of());
  }

  private static <T> Optional<T> read(Path file, IOFunction<Path, T> reader, List<String> missing) {
    if (!Files.isRegularFile(file)) {
      missing.add(file.getFileName() + " is missing");
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(file));
    } catch (NormSweepException | IOException | UncheckedIOException e) {
      missing.add(file.getFileName() + " cannot be read");
      return Optional.empty();
    }
  }

  // The file of a trial that is being trained, or was killed, may end in the middle of a row.
  private static <T> List<T> wholeRows(Path file, Class<T> type) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int whole = bytes.length;
    while (whole > 0 && bytes[whole - 1] != '\n') {
      whole--;
    }
    if (whole == bytes.length) {
      return Records.readCsv(file, type);
    }
    Path copy = Files.createTempFile("normsweep", ".csv");
    try {
      Files.write(copy, Arrays.copyOf(bytes, whole));
      return Records.readCsv(copy, type);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  // A table cut off at the end of a row, or with an altered number, is still a valid table; only
  // its expected contents reveal the damage. A trial that is not completed may lack its last rows.
  private static Optional<String> fault(List<EpochMetrics> epochs, TrialResult row) {
    for (int i = 0; i < epochs.size(); i++) {
      EpochMetrics metrics = epochs.get(i);
      if (metrics.epoch() != i + 1
          || !share(metrics.trainAccuracy())
          || !share(metrics.valAccuracy())) {
        return Optional.of("is damaged in row " + (i + 1));
      }
    }
    return row.completed() && epochs.size() != row.epochs()
        ? Optional.of("has " + epochs.size() + " of " + row.epochs() + " epochs")
        : Optional.empty();
  }

  private static boolean share(double value) {
    return value >= 0 && value <= 1;
  }

  private static Optional<String> fault(
      List<GradientNorm> rows, TrialResult row, int iterationsPerEpoch) {
    if (!row.completed()) {
      return Optional.empty();
    }
    Set<String> parameters = new HashSet<>();
    int iteration = 1;
    for (GradientNorm norm : rows) {
      if (norm.iteration() != iteration) {
        return Optional.of("is damaged at iteration " + iteration);
      }
      parameters.add(norm.parameter());
      if (GradientNorm.TOTAL.equals(norm.parameter())) {
        iteration++;
      }
    }
    long expected = (long) row.epochs() * iterationsPerEpoch;
    return (long) rows.size() != expected * parameters.size() || iteration - 1L != expected
        ? Optional.of("has " + (iteration - 1) + " of " + expected + " iterations")
        : Optional.empty();
  }

  /** The trial's head. */
  public HeadKind head() {
    return HeadKind.of(row.trial());
  }

  /** Its learning curve; empty before its first epoch ends. */
  public Optional<LearningCurve> curve() {
    return epochs.isEmpty() ? Optional.empty() : Optional.of(new LearningCurve(epochs));
  }

  /** Noise of the total gradient norm before clipping. */
  public Optional<GradientNoise> noise(int window) {
    return gradients.map(series -> series.noise(window));
  }

  /** How often clipping changed its gradient, per epoch. */
  public List<ClippedShare> clippedByEpoch(int iterationsPerEpoch) {
    return gradients
        .map(series -> ClippedShare.byEpoch(series, iterationsPerEpoch))
        .orElse(List.of());
  }
}
