package normsweep.landscape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
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
  private final PlaneGrid grid;
  private final Rows rows;

  /**
   * The file's content.
   *
   * @param key digest of everything that the rows depend on
   * @param loss rows done so far; null for the others
   */
  record Rows(String key, double[][] loss) {
    boolean fits(String expected, int points) {
      return expected.equals(key)
          && loss != null
          && loss.length == points
          && Arrays.stream(loss).allMatch(row -> row == null || row.length == points);
    }
  }

  private PartialSurface(Path file, PlaneGrid grid, Rows rows) {
    this.file = file;
    this.grid = grid;
    this.rows = rows;
  }

  /**
   * Resumes with the rows in {@code file} if they belong to {@code key}, otherwise starts with
   * none.
   */
  static PartialSurface open(Path file, String key, PlaneGrid grid) {
    if (Files.exists(file)) {
      try {
        Rows found = Records.readJson(file, Rows.class);
        if (found.fits(key, grid.points())) {
          return new PartialSurface(file, grid, found);
        }
        log.warn("{} belongs to a different model or settings; its rows are computed again.", file);
      } catch (NormSweepException damaged) {
        log.warn("{} Its rows are computed again.", damaged.getMessage());
      }
    }
    return new PartialSurface(file, grid, new Rows(key, new double[grid.points()][]));
  }

  /** Rows that need not be computed again. */
  long done() {
    return Arrays.stream(rows.loss()).filter(Objects::nonNull).count();
  }

  /**
   * Computes the missing rows and saves them all, in case the work after it is interrupted.
   *
   * @param progress counts every row, including those already present
   */
  LossSurface complete(PlaneLoss plane, Progress progress) throws IOException {
    long saved = System.nanoTime();
    progress.step(done());
    for (int j = 0; j < grid.points(); j++) {
      if (rows.loss()[j] == null) {
        rows.loss()[j] = LossSurface.row(grid, plane, j);
        progress.step(1);
        if (System.nanoTime() - saved > SAVE_EVERY_NANOS) {
          Records.writeJson(file, rows);
          saved = System.nanoTime();
        }
      }
    }
    Records.writeJson(file, rows);
    return new LossSurface(grid, rows.loss());
  }
}
