package normsweep.report.analysis;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import normsweep.base.NormSweepException;
import normsweep.landscape.Landscapes;
import normsweep.landscape.Scope;
import normsweep.landscape.TrialLandscape;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrialResult;

/**
 * Everything that a sweep folder contains about one trial.
 *
 * @param row its row of the results
 * @param epochs its epochs so far, empty if there are none
 * @param gradients its gradient norms, empty if there are none
 * @param histograms its gradient magnitude histograms, empty if there are none
 * @param landscape its loss surface, empty if none was computed
 * @param missing what could not be read, one phrase each
 */
public record TrialEvidence(
    TrialResult row,
    List<EpochMetrics> epochs,
    Optional<GradientSeries> gradients,
    Optional<GradientHistograms> histograms,
    Optional<TrialLandscape> landscape,
    List<String> missing) {

  /** Copies the lists. */
  public TrialEvidence {
    epochs = List.copyOf(epochs);
    missing = List.copyOf(missing);
  }

  /**
   * Reads a trial's folder; a file that is missing or damaged is noted, not an error.
   *
   * @param iterationsPerEpoch steps per epoch according to the sweep's config
   */
  static TrialEvidence read(SweepFolder sweep, TrialResult row, int iterationsPerEpoch) {
    TrialFolder folder = sweep.trial(row.id());
    List<String> missing = new ArrayList<>();
    List<EpochMetrics> epochs =
        csv(folder.metrics(), EpochMetrics.class, rows -> TableCheck.fault(rows, row), missing);
    List<GradientNorm> norms =
        csv(
            folder.gradients(),
            GradientNorm.class,
            rows -> TableCheck.fault(rows, row, iterationsPerEpoch),
            missing);
    Optional<GradientSeries> gradients =
        Optional.of(GradientSeries.of(norms)).filter(GradientSeries::hasTotal);
    Optional<GradientHistograms> histograms =
        readable(folder.histograms(), missing)
            .flatMap(
                file ->
                    orNote(
                        () -> Optional.of(Records.readJson(file, GradientHistograms.class)),
                        file,
                        missing))
            .filter(read -> !read.snapshots().isEmpty());
    // Most sweeps have no landscape: a separate command computes it, so its absence is no damage.
    Optional<TrialLandscape> landscape =
        Optional.of(Landscapes.file(sweep, row.id(), Scope.HEAD))
            .filter(Files::isRegularFile)
            .flatMap(
                file -> orNote(() -> Optional.of(Landscapes.read(file, row.id())), file, missing));
    return new TrialEvidence(row, epochs, gradients, histograms, landscape, missing);
  }

  private static <T> List<T> csv(
      Path file, Class<T> type, Function<List<T>, Optional<String>> fault, List<String> missing) {
    Optional<List<T>> rows =
        readable(file, missing)
            .flatMap(found -> orNote(() -> Optional.of(wholeRows(found, type)), found, missing));
    rows.flatMap(fault).map(what -> file.getFileName() + " " + what).ifPresent(missing::add);
    return rows.orElse(List.of());
  }

  private static Optional<Path> readable(Path file, List<String> missing) {
    if (Files.isRegularFile(file)) {
      return Optional.of(file);
    }
    missing.add(file.getFileName() + " is missing");
    return Optional.empty();
  }

  private static <T> Optional<T> orNote(
      Supplier<Optional<T>> read, Path file, List<String> missing) {
    try {
      return read.get();
    } catch (NormSweepException | UncheckedIOException e) {
      missing.add(file.getFileName() + " cannot be read");
      return Optional.empty();
    }
  }

  // The file of a trial that is being trained, or was killed, may end in the middle of a row.
  private static <T> List<T> wholeRows(Path file, Class<T> type) {
    try {
      long whole = wholeLength(file);
      if (whole == Files.size(file)) {
        return Records.readCsv(file, type);
      }
      Path copy = Files.createTempFile("normsweep", ".csv");
      try {
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        try (RandomAccessFile cut = new RandomAccessFile(copy.toFile(), "rw")) {
          cut.setLength(wholeLength(copy));
        }
        return Records.readCsv(copy, type);
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long wholeLength(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      long length = bytes.length();
      while (length > 0) {
        bytes.seek(length - 1);
        if (bytes.read() == '\n') {
          break;
        }
        length--;
      }
      return length;
    }
  }

  /** The trial's head. */
  public HeadKind head() {
    return HeadKind.of(row.trial());
  }

  /** How fast it converged. */
  public Optional<Convergence> convergence() {
    return Convergence.of(epochs);
  }

  /** How steadily it trained. */
  public Optional<Stability> stability() {
    return Stability.of(epochs);
  }

  /** How well it generalises. */
  public Optional<Generalisation> generalisation() {
    return Generalisation.of(epochs);
  }

  /** Noise of the total gradient norm before clipping. */
  public Optional<GradientNoise> noise(int window) {
    return gradients.map(
        series -> GradientNoise.of(series.iterations(), series.before(GradientNorm.TOTAL), window));
  }

  /** How often clipping changed its gradient, per epoch. */
  public List<ClippedShare> clippedByEpoch(int iterationsPerEpoch) {
    return gradients
        .map(series -> ClippedShare.byEpoch(series, iterationsPerEpoch))
        .orElse(List.of());
  }
}
