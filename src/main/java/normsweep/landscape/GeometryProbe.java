package normsweep.landscape;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import normsweep.base.Key;
import normsweep.base.Progress;
import normsweep.landscape.HeadCurvature.Effort;
import normsweep.landscape.head.Sample;
import normsweep.landscape.head.SpannedHead;
import normsweep.landscape.head.TailHead;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes a trial's {@link TrialGeometry}. */
final class GeometryProbe {
  /** Images of each set at most; with fewer than the head has inputs, it has fewer coordinates. */
  static final int MOST_IMAGES = 500;

  private static final int KEY_VERSION = 1;
  private static final double[] MILESTONES = {0, 0.25, 0.5, 1};

  private final TrialResult trial;
  private final LandscapeSettings settings;
  private final TailHead training;
  private final SpannedHead validation;
  private final SpannedHead trainingSpan;
  private final HeadTrajectory trajectory;
  private final int batchSize;

  /**
   * Everything about one trial.
   *
   * @param validation validation images
   * @param training training images
   * @param batchSize images per training step
   */
  GeometryProbe(
      TrialResult trial,
      TrialFolder folder,
      LandscapeSettings settings,
      Tail tail,
      Sample validation,
      Sample training,
      int batchSize) {
    this.trial = trial;
    this.settings = settings;
    INDArray seen = validation.view(tail.graph()).pooled();
    this.validation = SpannedHead.of(tail, seen, validation.labels());
    INDArray seenInTraining = training.view(tail.graph()).pooled();
    this.training = TailHead.of(tail, seenInTraining, training.labels());
    this.trainingSpan = SpannedHead.of(tail, seenInTraining, training.labels());
    this.trajectory = new HeadTrajectory(folder, tail, this.training);
    this.batchSize = batchSize;
  }

  /** The key of a trial's geometry, given that of its surface. */
  static String key(String surfaceKey) {
    return Key.of("geometry", KEY_VERSION).with("surface", surfaceKey).sha256();
  }

  /** The contribution of one trial to the progress. */
  static int steps(TrialResult trial) {
    return 2 + epochs(trial).length;
  }

  /** Computes everything; {@code progress} counts {@link #steps}. */
  TrialGeometry compute(String key, Progress progress) throws IOException {
    progress.note(trial.id() + ", curvature");
    List<Curvature> curvature = new ArrayList<>();
    curvature.add(savedModel());
    progress.step(1);
    curvature.add(onTraining(trial.bestEpoch(), true, training.centre()));
    progress.step(1);
    for (int epoch : epochs(trial)) {
      Optional<double[]> point = trajectory.at(epoch);
      point.ifPresent(at -> curvature.add(onTraining(epoch, false, at)));
      progress.step(1);
    }
    return new TrialGeometry(TrialGeometry.SCHEMA, trial.id(), key, curvature);
  }

  private static int[] epochs(TrialResult trial) {
    return IntStream.range(0, MILESTONES.length)
        .map(i -> (int) Math.ceil(MILESTONES[i] * trial.epochs()))
        .distinct()
        .toArray();
  }

  private Curvature savedModel() {
    HeadCurvature hessian =
        new HeadCurvature(validation, Effort.WHOLE, settings.eigenvalues(), settings.seed());
    double[] point = training.centre();
    return new Curvature(
        trial.bestEpoch(),
        true,
        ImageSet.VALIDATION,
        validation.loss().mean(validation.coordinates(point)),
        hessian.all(point),
        hessian.weights(point),
        null);
  }

  private Curvature onTraining(int epoch, boolean saved, double[] point) {
    HeadCurvature hessian = new HeadCurvature(trainingSpan, Effort.BRIEF, 1, settings.seed());
    return new Curvature(
        epoch,
        saved,
        ImageSet.TRAINING,
        training.loss().mean(point),
        hessian.all(point),
        hessian.weights(point),
        hessian.adamSharpness(training.loss(), point, batchSize));
  }
}
