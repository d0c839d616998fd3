package normsweep.landscape;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.base.Key;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.landscape.head.Sample;
import normsweep.landscape.head.SpannedHead;
import normsweep.landscape.head.TailHead;
import normsweep.landscape.hessian.AdamMoment;
import normsweep.landscape.hessian.Curvature;
import normsweep.landscape.hessian.HeadCurvature;
import normsweep.landscape.hessian.HeadCurvature.Adam;
import normsweep.landscape.hessian.HeadCurvature.Effort;
import normsweep.landscape.hessian.ImageSet;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes a trial's {@link TrialGeometry}. */
final class GeometryProbe {
  /** Validation images at most; with fewer than the head has inputs, it has fewer coordinates. */
  static final int MOST_VALIDATION = 500;

  /** Training images at most. */
  static final int MOST_TRAINING = 250;

  private static final int KEY_VERSION = 1;
  private static final double[] MILESTONES = {0, 0.25, 1};

  private final TrialResult trial;
  private final LandscapeSettings settings;
  private final double graphLoss;
  private final SpannedHead validation;
  private final TailHead training;
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
    Sample.View seen = validation.view(tail.graph());
    this.graphLoss = seen.loss();
    this.validation = SpannedHead.of(tail, seen.pooled(), validation.labels());
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
    return Arrays.stream(MILESTONES)
        .mapToInt(share -> (int) Math.ceil(share * trial.epochs()))
        .filter(epoch -> epoch != trial.bestEpoch())
        .distinct()
        .toArray();
  }

  private Curvature savedModel() {
    HeadCurvature hessian =
        new HeadCurvature(validation, Effort.WHOLE, settings.eigenvalues(), settings.seed());
    double[] point = training.centre();
    double loss = validation.loss().mean(validation.coordinates(point));
    if (!(Math.abs(loss - graphLoss) <= TrialSurfaces.CENTRE_TOLERANCE)) {
      throw NormSweepException.failed(
          String.format(
              Locale.ROOT,
              "the Hessian of %s is of a loss of %.6f, but its own loss on the same images is"
                  + " %.6f: the two evaluations disagree; please report this.",
              trial.id(),
              loss,
              graphLoss));
    }
    return new Curvature(
        trial.bestEpoch(),
        true,
        ImageSet.VALIDATION,
        validation.loss().images(),
        loss,
        hessian.all(point, Optional.empty()),
        hessian.weights(point, Optional.empty()));
  }

  private Curvature onTraining(int epoch, boolean saved, double[] point) {
    Optional<Adam> adam =
        Optional.of(new Adam(training, AdamMoment.of(training.loss(), point, batchSize)));
    HeadCurvature hessian = new HeadCurvature(trainingSpan, Effort.BRIEF, 1, settings.seed());
    return new Curvature(
        epoch,
        saved,
        ImageSet.TRAINING,
        training.loss().images(),
        training.loss().mean(point),
        hessian.all(point, adam),
        hessian.weights(point, adam));
  }
}
