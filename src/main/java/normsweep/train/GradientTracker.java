package normsweep.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import normsweep.device.ArrayMemory;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.tail.TailParameter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clips the gradient of every step and records it: the norm of every trainable parameter before and
 * after clipping at every iteration, and magnitude histograms before clipping at regular intervals.
 * Rows are made durable at the end of an epoch; for those who watch the trial, they are written
 * every few steps, so that tracking costs the others no disk access.
 */
final class GradientTracker extends BaseTrainingListener {
  private static final Logger log = LoggerFactory.getLogger(GradientTracker.class);

  private static final int SHOW_EVERY = 8;

  private final TrialFolder folder;
  private final List<TailParameter> parameters;
  private final ArrayMemory memory;
  private final GradientClipping clipping;
  private final int histogramEvery;
  private final StringBuilder rows = new StringBuilder();
  private final List<GradientHistograms.Snapshot> snapshots = new ArrayList<>();
  private TrainableGradients views;
  private double totalNorm;
  private long clippedIterations;

  /** Length of {@code gradients.csv} up to the rows that are in memory. */
  private long written;

  GradientTracker(
      TrialFolder folder,
      List<TailParameter> parameters,
      ArrayMemory memory,
      GradientClipping clipping,
      int histogramEvery) {
    this.folder = folder;
    this.parameters = parameters;
    this.memory = memory;
    this.clipping = clipping;
    this.histogramEvery = histogramEvery;
  }

  /** Resumes the files of a trial at a checkpoint; later rows are dropped. */
  void resume(Checkpoint.State state) throws IOException {
    clippedIterations = state.clippedIterations();
    // Checked before anything is truncated, so that a refusal leaves both files unchanged.
    GradientHistograms histograms = Records.readJson(folder.histograms(), GradientHistograms.class);
    try (FileChannel channel = FileChannel.open(folder.gradients(), StandardOpenOption.WRITE)) {
      channel.truncate(state.gradientsBytes());
    }
    written = state.gradientsBytes();
    histograms.snapshots().stream()
        .filter(snapshot -> snapshot.iteration() <= state.iteration())
        .forEach(snapshots::add);
  }

  /** Whether the files that a checkpoint relies on exist; a missing one is logged. */
  boolean canResume(Checkpoint.State state) throws IOException {
    Path gradients = folder.gradients();
    long least = state.gradientsBytes();
    if (!Files.isRegularFile(gradients) || Files.size(gradients) < least) {
      log.warn(
          "{} is shorter than its checkpoint says ({} bytes): the trial starts again",
          gradients,
          least);
      return false;
    }
    if (!Files.isRegularFile(folder.histograms())) {
      log.warn("{} is missing: the trial starts again", folder.histograms());
      return false;
    }
    return true;
  }

  /** Starts the files of a new trial. */
  void start() throws IOException {
    Records.writeCsv(folder.gradients(), GradientNorm.class, List.of());
    written = Files.size(folder.gradients());
  }

  /** Called between the backward pass and the updater, where the gradient is the batch's sum. */
  @Override
  public void onGradientCalculation(Model model) {
    ComputationGraph graph = (ComputationGraph) model;
    int iteration = graph.getIterationCount() + 1;
    if (views == null) {
      views = TrainableGradients.of(graph.getFlattenedGradients(), parameters, memory);
    }
    TrainableGradients gradients = views.summedOver(Math.toIntExact(graph.getInput(0).size(0)));
    if ((iteration - 1) % histogramEvery == 0) {
      snapshots.add(MagnitudeHistogram.snapshot(gradients, iteration, graph.getEpochCount() + 1));
    }
    double[] before = gradients.norms();
    double[] after = clipping.clip(gradients, before);
    totalNorm = TrainableGradients.total(before);
    for (int i = 0; i < before.length; i++) {
      row(iteration, gradients.parameters().get(i).name(), before[i], after[i]);
    }
    row(iteration, GradientNorm.TOTAL, totalNorm, TrainableGradients.total(after));
    if (!Arrays.equals(before, after)) {
      clippedIterations++;
    }
    if (iteration % SHOW_EVERY == 0) {
      show();
    }
  }

  /** Lets others read the rows. */
  private void show() {
    try {
      write(false);
    } catch (IOException e) {
      log.debug("the end of the epoch writes {}, or says why it cannot", folder.gradients(), e);
    }
  }

  private void row(int iteration, String parameter, double before, double after) {
    rows.append(iteration).append(',').append(parameter).append(',');
    rows.append((float) before).append(',').append((float) after).append('\n');
  }

  /** The last step's norm of all trainable gradients together, before clipping. */
  double totalNorm() {
    return totalNorm;
  }

  /** Steps so far in which clipping changed the gradient. */
  long clippedIterations() {
    return clippedIterations;
  }

  /**
   * Writes the epoch's records and makes them durable.
   *
   * @return the length of {@code gradients.csv} in bytes
   */
  long flush() throws IOException {
    Records.writeJson(
        folder.histograms(), new GradientHistograms(MagnitudeHistogram.edges(), snapshots));
    write(true);
    return written;
  }

  // A write that failed in the middle is written over by the next one.
  private void write(boolean durable) throws IOException {
    try (FileChannel channel = FileChannel.open(folder.gradients(), StandardOpenOption.WRITE)) {
      ByteBuffer bytes = UTF_8.encode(CharBuffer.wrap(rows));
      channel.position(written);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (durable) {
        channel.force(true);
      }
      written = channel.position();
      rows.setLength(0);
    }
  }
}
