package normsweep.sweep;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import normsweep.backbone.Weights;
import normsweep.backbone.WeightsSources;
import normsweep.base.NormSweepException;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;

/**
 * The images and weights of a sweep, and where they come from.
 *
 * @param data the images
 * @param weights the backbone's weights
 */
record SweepSources(Cifar10 data, Weights weights) implements AutoCloseable {
  /** The user's images and weights if given, otherwise those cached or published. */
  static SweepSources acquire(Optional<Path> userData, Optional<Path> userWeights) {
    Cifar10 data = Cifar10.open(userData, Caches.root());
    try {
      return new SweepSources(data, WeightsSources.acquire(userWeights, Caches.zoo()));
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  /**
   * The images and weights that a sweep was started with. Files used at the start are used again
   * unless the user names others.
   *
   * @param previous the sweep's results so far, without origins if there are none
   * @throws NormSweepException exit code 2 if the images or weights found now are different
   */
  static SweepSources acquireAgain(
      SweepFolder folder,
      SweepResults previous,
      Optional<Path> userData,
      Optional<Path> userWeights) {
    Optional<WeightsOrigin> begunWith = Optional.ofNullable(previous.weights());
    Optional<DataOrigin> begunOn = Optional.ofNullable(previous.data());
    SweepSources found =
        acquire(
            userData.or(() -> begunOn.flatMap(origin -> file(origin.source()))),
            userWeights.or(() -> begunWith.flatMap(origin -> file(origin.source()))));
    // Checked before anything is computed from them: computing features takes minutes.
    String other = "";
    if (begunWith.filter(origin -> !origin.sha256().equals(found.weights.sha256())).isPresent()) {
      String names = begunWith.get().name() + " (a different SHA-256 from " + found.weights.name();
      other = "the weights " + names + "); name the original file with --weights";
    } else if (begunOn.filter(origin -> !origin.sha256().equals(found.data.sha256())).isPresent()) {
      String names = "(" + begunOn.get().source() + ") from " + found.data.source();
      other = "different images " + names + "; name the original images with --data";
    }
    if (!other.isEmpty()) {
      found.close();
      throw NormSweepException.usage(
          folder.root() + " was started with " + other + ", or use another folder.");
    }
    return found;
  }

  // A source is a path, an address or a package.
  private static Optional<Path> file(String source) {
    try {
      return Optional.of(Path.of(source)).filter(Files::isRegularFile);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  WeightsOrigin weightsOrigin() {
    return new WeightsOrigin(
        weights.name(), weights.source(), weights.sha256(), weights.pretrainedOn());
  }

  DataOrigin dataOrigin(SweepConfig.Data config) {
    return new DataOrigin(
        data.source(), data.sha256(), config.train(), config.validation(), config.test());
  }

  @Override
  public void close() {
    data.close();
  }
}
