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
  /** The user's images and weights where named, else those of the cache or as published. */
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
   * The images and weights that a sweep was begun with. Files that it was begun with are taken
   * again where the user names no others.
   *
   * @param previous the sweep's results so far, without origins if it has none
   * @throws NormSweepException exit code 2 if the images or weights found now are others
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
    try {
      // Before anything is computed from them: features of other weights take minutes.
      begunWith.ifPresent(origin -> requireSame(folder, origin, found.weights));
      begunOn.ifPresent(origin -> requireSame(folder, origin, found.data));
      return found;
    } catch (NormSweepException e) {
      found.close();
      throw e;
    }
  }

  // A source is a path, an address or a package.
  private static Optional<Path> file(String source) {
    try {
      return Optional.of(Path.of(source)).filter(Files::isRegularFile);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static void requireSame(SweepFolder folder, WeightsOrigin origin, Weights weights) {
    if (!origin.sha256().equals(weights.sha256())) {
      throw NormSweepException.usage(
          folder.root()
              + " was begun with the weights "
              + origin.name()
              + " (another SHA-256 than "
              + weights.name()
              + "); name the same ones with --weights, or begin another folder.");
    }
  }

  private static void requireSame(SweepFolder folder, DataOrigin origin, Cifar10 data) {
    if (!origin.sha256().equals(data.sha256())) {
      throw NormSweepException.usage(
          folder.root()
              + " was begun on other images ("
              + origin.source()
              + ") than "
              + data.source()
              + "; name the same ones with --data, or begin another folder.");
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
