package normsweep.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import normsweep.backbone.Weights;
import normsweep.base.NormSweepException;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.data.Split;
import normsweep.device.Engine;
import normsweep.features.FeatureCache;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.train.FeatureSets;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Everything that the trials of a sweep share: images, backbone, frozen trunk, features. */
public final class SweepInputs implements AutoCloseable {
  private final SweepConfig config;
  private final SweepSources sources;
  private final Engine engine;
  private final SweepBackbone backbone;
  private final SweepFeatures features;

  /** Imports the backbone and computes the features that are not in the cache. */
  private SweepInputs(SweepConfig config, SweepSources sources, Engine engine) {
    this.config = config;
    this.sources = sources;
    this.engine = engine;
    SweepConfig.Data parts = config.data();
    Cifar10 data = sources.data();
    Split split =
        Split.stratified(data, parts.train(), parts.validation(), parts.test(), parts.splitSeed());
    backbone =
        SweepBackbone.of(
            sources.weights(), config.model().unfreezeFrom(), engine.trunk(), data, split.train());
    FeatureCache cache = FeatureCache.open(Caches.root().resolve("features"), backbone::trunk);
    features =
        new SweepFeatures(
            config, data, split, sources.weights().sha256(), engine.trunk().device(), cache);
    features.prepare();
    backbone.calibrate(features.training(0).store());
  }

  /** Fetches what the user does not give from the caches or its publishers, and prepares it. */
  public static SweepInputs open(
      SweepConfig config, Optional<Path> userData, Optional<Path> userWeights, Engine engine) {
    return of(config, SweepSources.acquire(userData, userWeights), engine);
  }

  /**
   * Prepares the inputs of a sweep whose config and results are on disk. Files used at its start,
   * if it was started, are used again unless the user names others.
   *
   * @throws NormSweepException exit code 2 if the images or weights found now are different
   */
  public static SweepInputs reopen(
      SweepFolder folder, Optional<Path> userData, Optional<Path> userWeights, Engine engine) {
    return of(
        folder.readConfig(), SweepSources.acquireAgain(folder, userData, userWeights), engine);
  }

  private static SweepInputs of(SweepConfig config, SweepSources sources, Engine engine) {
    try {
      return new SweepInputs(config, sources, engine);
    } catch (RuntimeException e) {
      sources.close();
      throw e;
    }
  }

  /** Training, validation and test features. */
  public FeatureSets features() {
    return features;
  }

  /** The networks of the trials. */
  public TrialNetworks networks() {
    return new TrialNetworks(config, backbone, weightsOrigin(), dataOrigin(), engine);
  }

  /** The whole backbone. */
  public ComputationGraph backbone() {
    return backbone.network();
  }

  /** Largest difference between trunk and ComputationGraph on a few images. */
  public double parity() {
    return backbone.parity();
  }

  /** What it is computed on. */
  public Engine engine() {
    return engine;
  }

  /** Where the weights come from. */
  public WeightsOrigin weightsOrigin() {
    return sources.weightsOrigin();
  }

  /** Where the images come from. */
  public DataOrigin dataOrigin() {
    return sources.dataOrigin(config.data());
  }

  /** A few lines for the terminal about the inputs. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add("images:   CIFAR-10 from " + sources.data().source());
    Weights weights = sources.weights();
    lines.add("weights:  " + weights.name() + ", pretrained on " + weights.pretrainedOn());
    weightsNote().ifPresent(note -> lines.add("          " + note));
    lines.add(
        String.format(
            Locale.ROOT,
            "trunk:    everything before %s, differs from the ComputationGraph by at most %.1e",
            config.model().unfreezeFrom(),
            parity()));
    if (engine.tail().device().gpu() || engine.trunk().device().gpu()) {
      lines.add("device:   " + Engine.text(engine.facts()));
    }
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
    return sources.weights().note();
  }

  @Override
  public void close() {
    backbone.close();
    sources.close();
  }
}
