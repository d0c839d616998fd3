package normsweep.landscape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.record.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes a surface row by row and saves finished rows in a file, so that an interrupted
 * computation can resume. The file records its key; rows with another key are not used.
 */
final class PartialSurface {
  private static final Logger log = LoggerFactory.getLogger(PartialSurface.class);
  private static final long SAVE_EVERY_NANOS = 2_000_000_000L;

  private final Path file;
  private final Rows rows;

  /**
   * The file's content.
   *
   * @param key digest of everything that the rows depend on
   * @param loss rows done so far; null for the others
   */
  record Rows(String key, double[][] loss) {}

  private PartialSurface(Path file, Rows rows) {
    this.file = file;
    this.rows = rows;
  }

  /**
   * Resumes with the rows in {@code file} if they belong to {@code key}, otherwise starts with
   * none.
   */
  static PartialSurface open(Path file, String key, PlaneGrid grid) {
    double[][] none = new double[grid.points()][];
    if (!Files.exists(file)) {
      return new PartialSurface(file, new Rows(key, none));
    }
    try {
      Rows found = Records.readJson(file, Rows.class);
      boolean fits = key.equals(found.key()) && fits(found.loss(), grid);
      if (!fits) {
        log.warn("{} belongs to a different model or settings; its rows are computed again.", file);
      }
      return new PartialSurface(file, fits ? found : new Rows(key, none));
    } catch (NormSweepException damaged) {
      log.warn("{} Its rows are computed again.", damaged.getMessage());
      return new PartialSurface(file, new Rows(key, none));
    }
  }

  private static boolean fits(double[][] loss, PlaneGrid grid) {
    if (loss == null || loss.length != grid.points()) {
      return false;
    }
    for (double[] row : loss) {
      if (row != null && row.length != grid.points()) {
        return false;
      }
    }
    return true;
  }

  /** Rows that need not be computed again. */
  int done() {
    int done = 0;
    for (double[] row : rows.loss()) {
      done += row == null ? 0 : 1;
    }
    return done;
  }

  /**
   * Computes the missing rows.
   *
   * @param progress counts every row, including those already present
   */
  LossSurface complete(PlaneGrid grid, PlaneLoss plane, Progress progress) throws IOException {
    long saved = System.nanoTime();
    progress.step(done());
    for (int j = 0; j < grid.points(); j++) {
      if (rows.loss()[j] != null) {
        continue;
      }
      rows.loss()[j] = LossSurface.row(grid, plane, j);
      progress.step(1);
      if (System.nanoTime() - saved > SAVE_EVERY_NANOS) {
        Records.writeJson(file, rows);
        saved = System.nanoTime();
      }
    }
    return new LossSurface(grid, rows.loss());
  }

  /** Saves a complete surface while later results are computed. */
  void save() throws IOException {
    Records.writeJson(file, rows);
  }

  /** Deletes the file once its content is stored elsewhere. */
  void remove() throws IOException {
    Files.deleteIfExists(file);
  }
}
