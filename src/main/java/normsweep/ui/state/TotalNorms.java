package normsweep.ui.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.report.analysis.GradientSeries;

/**
 * Norms of the complete gradient. The file of a long trial has a hundred thousand rows and grows
 * while the trial runs: only what is new is parsed.
 *
 * @param series the norms
 * @param last the last line that was parsed
 * @param end where in the file that line ends
 */
record TotalNorms(GradientSeries series, String last, long end) {
  static final TotalNorms NONE =
      new TotalNorms(series(new int[0], new double[0], new double[0]), "", 0);

  private static final byte[] TOTAL = GradientNorm.TOTAL.getBytes(UTF_8);

  /** Parses what a file has beyond what has been parsed of it before. */
  static TotalNorms read(Path file, TotalNorms before) {
    try (FileChannel channel = FileChannel.open(file)) {
      return before.goesOnIn(channel) ? before.plus(channel) : NONE.plus(channel);
    } catch (IOException | IllegalArgumentException e) {
      throw Records.damaged(file, "malformed rows", e);
    }
  }

  // A trial that resumes or starts again cuts its file.
  private boolean goesOnIn(FileChannel channel) throws IOException {
    byte[] known = (last + "\n").getBytes(UTF_8);
    return end >= known.length
        && channel.size() >= end
        && Arrays.equals(known, WholeLines.bytes(channel, end - known.length, end));
  }

  private TotalNorms plus(FileChannel channel) throws IOException {
    WholeLines lines = WholeLines.from(channel, end);
    if (lines.size() == 0) {
      return this;
    }
    int known = series.size();
    int[] iterations = Arrays.copyOf(series.iterations(), known + lines.size());
    double[] norms = Arrays.copyOf(series.before(GradientNorm.TOTAL), known + lines.size());
    double[] clipped = Arrays.copyOf(series.after(GradientNorm.TOTAL), known + lines.size());
    int size = known;
    for (int line = 0; line < lines.size(); line++) {
      if (lines.hasSecond(line, TOTAL)) {
        String[] fields = lines.get(line).split(",", -1);
        if (fields.length != 4) {
          throw new IllegalArgumentException(lines.get(line));
        }
        iterations[size] = Integer.parseInt(fields[0]);
        norms[size] = Double.parseDouble(fields[2]);
        clipped[size] = Double.parseDouble(fields[3]);
        size++;
      }
    }
    return new TotalNorms(
        series(
            Arrays.copyOf(iterations, size),
            Arrays.copyOf(norms, size),
            Arrays.copyOf(clipped, size)),
        lines.get(lines.size() - 1),
        end + lines.length());
  }

  private static GradientSeries series(int[] iterations, double[] before, double[] after) {
    return new GradientSeries(
        iterations, Map.of(GradientNorm.TOTAL, before), Map.of(GradientNorm.TOTAL, after));
  }
}
