package normsweep.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import normsweep.backbone.Weights;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.data.Split;
import normsweep.device.Engine;
import normsweep.features.FeatureCache;
import normsweep.record.SweepConfig;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.train.FeatureSets;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Everything that trials with the same features share: images, backbone, frozen trunk, features.
 */
public final class SweepInputs implements AutoCloseable {
  private final SweepConfig config;
  private final SweepSources sources;
  private final Engine engine;
  private final SweepBackbone backbone;
  private final SweepFeatures features;

  private SweepInputs(
      SweepConfig config,
      SweepSources sources,
      SweepBackbone backbone,
      SweepFeatures features,
      Engine engine) {
    this.config = config;
    this.sources = sources;
    this.backbone = backbone;
    this.features = features;
    this.engine = engine;
  }

  /** Fetches what the user does not give from the caches or its publishers, and prepares it. */
  public static SweepInputs open(
      SweepConfig config, Optional<Path> userData, Optional<Path> userWeights, Engine engine) {
    SweepSources sources = SweepSources.acquire(userData, userWeights);
    try {
      return of(config, sources, engine);
    } catch (RuntimeException e) {
      sources.close();
      throw e;
    }
  }

  /** Imports the backbone and computes the features that are not in the cache. */
  static SweepInputs of(SweepConfig config, SweepSources sources, Engine engine) {
    SweepConfig.Data parts = config.data();
    Cifar10 data = sources.data();
    Split split =
        Split.stratified(data, parts.train(), parts.validation(), parts.test(), parts.splitSeed());
    SweepBackbone backbone =
        SweepBackbone.of(
            sources.weights(), config.model().unfreezeFrom(), engine.trunk(), data, split.train());
    try {
      FeatureCache cache = FeatureCache.open(Caches.root().resolve("features"), backbone::trunk);
      SweepFeatures features =
          new SweepFeatures(
              config, data, split, sources.weights().sha256(), engine.trunk().device(), cache);
      features.prepare();
      backbone.calibrate(features.training(0).store());
      return new SweepInputs(config, sources, backbone, features, engine);
    } catch (RuntimeException e) {
      backbone.close();
      throw e;
    }
  }

  /** The same inputs for another config, if its features are the same. */
  Optional<SweepInputs> sharedBy(SweepConfig other) {
    return other.data().equals(config.data())
            && other.model().unfreezeFrom().equals(config.model().unfreezeFrom())
        ? Optional.of(new SweepInputs(other, sources, backbone, features, engine))
        : Optional.empty();
  }

  /** Training, validation and test features. */
  public FeatureSets features() {
    return features;
  }

  /** Which images train, validate and test. */
  Split split() {
    return features.split();
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

  /** Closes everything but the sources. */
  void closeBackbone() {
    backbone.close();
  }

  @Override
  public void close() {
    closeBackbone();
    sources.close();
  }
}
