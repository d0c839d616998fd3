package normsweep.sweep;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.backbone.Weights;
import normsweep.backbone.WeightsSources;
import normsweep.base.NormSweepException;
import normsweep.data.Caches;
import normsweep.data.ImageSource;
import normsweep.data.picture.ImageSources;
import normsweep.record.DataSettings;
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
record SweepSources(ImageSource data, Weights weights) implements AutoCloseable {
  /** The user's images and weights if given, otherwise those cached or published. */
  static SweepSources acquire(
      DataSettings settings, Optional<Path> userData, Optional<Path> userWeights) {
    ImageSource data = ImageSources.open(settings, userData);
    try {
      return new SweepSources(data, WeightsSources.acquire(userWeights, Caches.zoo()));
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  /**
   * The images and weights that a sweep was started with, if it was started. Its files are used
   * again unless the user names others.
   *
   * @throws NormSweepException exit code 2 if the images or weights found now are different
   */
  static SweepSources acquireAgain(
      SweepFolder folder,
      DataSettings settings,
      Optional<Path> userData,
      Optional<Path> userWeights) {
    SweepResults results = folder.readResults();
    Optional<WeightsOrigin> startWeights = Optional.ofNullable(results.weights());
    Optional<DataOrigin> startData = Optional.ofNullable(results.data());
    SweepSources found =
        acquire(
            settings,
            userData.or(() -> startData.flatMap(origin -> file(origin.source()))),
            userWeights.or(() -> startWeights.flatMap(origin -> file(origin.source()))));
    try {
      // Checked before features are computed from them, which takes minutes.
      startWeights.ifPresent(origin -> requireSame(folder, origin, found.weights));
      startData.ifPresent(origin -> requireSame(folder, origin, found.data));
      return found;
    } catch (NormSweepException e) {
      found.close();
      throw e;
    }
  }

  // A source is a path, an address or a package.
  static Optional<Path> file(String source) {
    try {
      return Optional.of(Path.of(source)).filter(Files::isRegularFile);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static void requireSame(SweepFolder folder, WeightsOrigin origin, Weights weights) {
    if (!origin.sha256().equals(weights.sha256())) {
      String names = origin.name() + " (a different SHA-256 from " + weights.name() + ")";
      throw different(folder, "the weights " + names + "; name the original file with --weights");
    }
  }

  private static void requireSame(SweepFolder folder, DataOrigin origin, ImageSource data) {
    if (!origin.sha256().equals(data.sha256())) {
      String names = "(" + origin.source() + ") from " + data.source();
      throw different(
          folder, "different images " + names + "; name the original images with --data");
    }
  }

  private static NormSweepException different(SweepFolder folder, String from) {
    return NormSweepException.usage(
        folder.root() + " was started with " + from + ", or use another folder.");
  }

  WeightsOrigin weightsOrigin() {
    return new WeightsOrigin(
        weights.name(),
        weights.source(),
        weights.sha256(),
        weights.pretrainedOn(),
        weights.format(),
        weights.form().text());
  }

  /** A few lines for the terminal. */
  List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add("images:   " + data.name() + " from " + data.source());
    lines.add("weights:  " + weights.name() + ", pretrained on " + weights.pretrainedOn());
    weights.note().ifPresent(note -> lines.add("          " + note));
    return lines;
  }

  @Override
  public void close() {
    data.close();
  }
}
