package normsweep.sweep;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;
import normsweep.backbone.Weights;
import normsweep.backbone.WeightsSources;
import normsweep.base.NormSweepException;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.data.Split;
import normsweep.features.FeatureCache;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.train.FeatureSets;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Everything that the trials of a sweep share: images, backbone, frozen trunk, features. */
public final class SweepInputs implements AutoCloseable {
  private final SweepConfig config;
  private final Cifar10 data;
  private final Weights weights;
  private final SweepBackbone backbone;
  private final SweepFeatures features;

  /** Imports the backbone and computes the features that are not in the cache. */
  private SweepInputs(SweepConfig config, Cifar10 data, Weights weights) {
    this.config = config;
    this.data = data;
    this.weights = weights;
    SweepConfig.Data parts = config.data();
    Split split =
        Split.stratified(data, parts.train(), parts.validation(), parts.test(), parts.splitSeed());
    backbone = SweepBackbone.of(weights, config.model().unfreezeFrom(), data, split.train());
    FeatureCache cache = FeatureCache.open(Caches.root().resolve("features"), backbone::trunk);
    features = new SweepFeatures(config, data, split, weights.sha256(), cache);
    features.prepare();
    backbone.calibrate(features.training(0).store());
  }

  /** Fetches what the user does not give from the caches or its publishers, and prepares it. */
  public static SweepInputs open(
      SweepConfig config, Optional<Path> userData, Optional<Path> userWeights) {
    return acquire(config, userData, userWeights, (data, weights) -> {});
  }

  /**
   * Prepares the inputs of a sweep whose config and results are on disk. Files used at its start,
   * if it was started, are used again unless the user names others.
   *
   * @throws NormSweepException exit code 2 if the images or weights found now are different
   */
  public static SweepInputs reopen(
      SweepFolder folder, Optional<Path> userData, Optional<Path> userWeights) {
    SweepResults results = folder.readResults();
    Optional<WeightsOrigin> startWeights = Optional.ofNullable(results.weights());
    Optional<DataOrigin> startData = Optional.ofNullable(results.data());
    return acquire(
        folder.readConfig(),
        userData.or(() -> startData.flatMap(origin -> file(origin.source()))),
        userWeights.or(() -> startWeights.flatMap(origin -> file(origin.source()))),
        (data, weights) -> {
          startWeights.ifPresent(origin -> requireSame(folder, origin, weights));
          startData.ifPresent(origin -> requireSame(folder, origin, data));
        });
  }

  private static SweepInputs acquire(
      SweepConfig config,
      Optional<Path> userData,
      Optional<Path> userWeights,
      BiConsumer<Cifar10, Weights> check) {
    Cifar10 data = Cifar10.open(userData, Caches.root());
    try {
      Weights weights = WeightsSources.acquire(userWeights, Caches.zoo());
      check.accept(data, weights); // before features are computed from them, which takes minutes
      return new SweepInputs(config, data, weights);
    } catch (RuntimeException e) {
      data.close();
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
      String names = origin.name() + " (a different SHA-256 from " + weights.name() + ")";
      throw different(folder, "the weights " + names + "; name the original file with --weights");
    }
  }

  private static void requireSame(SweepFolder folder, DataOrigin origin, Cifar10 data) {
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

  /** Training, validation and test features. */
  public FeatureSets features() {
    return features;
  }

  /** The networks of the trials. */
  public TrialNetworks networks() {
    return new TrialNetworks(config, backbone, weightsOrigin(), dataOrigin());
  }

  /** The whole backbone. */
  public ComputationGraph backbone() {
    return backbone.network();
  }

  /** Largest difference between trunk and ComputationGraph on a few images. */
  public double parity() {
    return backbone.parity();
  }

  /** Where the weights come from. */
  public WeightsOrigin weightsOrigin() {
    return new WeightsOrigin(
        weights.name(),
        weights.source(),
        weights.sha256(),
        weights.pretrainedOn(),
        weights.format(),
        weights.form().text());
  }

  /** Where the images come from. */
  public DataOrigin dataOrigin() {
    SweepConfig.Data parts = config.data();
    return new DataOrigin(
        data.source(), data.sha256(), parts.train(), parts.validation(), parts.test());
  }

  /** A few lines for the terminal about the inputs. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add("images:   CIFAR-10 from " + data.source());
    lines.add("weights:  " + weights.name() + ", pretrained on " + weights.pretrainedOn());
    weightsNote().ifPresent(note -> lines.add("          " + note));
    lines.add(
        String.format(
            Locale.ROOT,
            "trunk:    everything before %s, differs from the ComputationGraph by at most %.1e",
            config.model().unfreezeFrom(),
            parity()));
    OptionalDouble rate = features.imagesPerSecond();
    lines.add(
        rate.isEmpty()
            ? "features: all in the cache"
            : String.format(
                Locale.ROOT, "features: %.0f images/s through the trunk", rate.getAsDouble()));
    return lines;
  }

  /** The consequence of other weights replacing the ImageNet ones, if they did. */
  public Optional<String> weightsNote() {
    return weights.note();
  }

  @Override
  public void close() {
    backbone.close();
    data.close();
  }
}
