package normsweep.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import normsweep.data.ImageSource;
import normsweep.data.Pixels;
import normsweep.data.Split;
import normsweep.device.Engine;
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
    SweepSources sources = SweepSources.acquire(config.data(), userData, userWeights);
    try {
      return of(config, sources, engine);
    } catch (RuntimeException e) {
      sources.close();
      throw e;
    }
  }

  /** Imports the backbone and computes the features that are not in the cache. */
  static SweepInputs of(SweepConfig config, SweepSources sources, Engine engine) {
    SweepInputs inputs = unprepared(config, sources, engine);
    try {
      inputs.prepare();
      return inputs;
    } catch (RuntimeException e) {
      inputs.closeBackbone();
      throw e;
    }
  }

  /** Imports the backbone. */
  static SweepInputs unprepared(SweepConfig config, SweepSources sources, Engine engine) {
    ImageSource data = sources.data();
    Split split = data.split(config.data());
    Pixels pixels = data.pixels(config.data());
    SweepBackbone backbone =
        SweepBackbone.of(
            sources.weights(),
            config.model().unfreezeFrom(),
            engine.trunk(),
            pixels,
            split.train());
    SweepFeatures features = SweepFeatures.of(config, sources, engine, backbone);
    return new SweepInputs(config, sources, backbone, features, engine);
  }

  /** Computes the features that are not in the cache; to be called once. */
  void prepare() {
    features.prepare();
    backbone.calibrate(features.training(0).store());
  }

  /** Computes the features of a range into a file. */
  void compute(FeatureRange range, Path file) throws IOException {
    features.compute(range, file);
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
    return new TrialNetworks(
        config, backbone, weightsOrigin(), dataOrigin(), features.pixels().preprocessing(), engine);
  }

  /** The whole backbone. */
  public ComputationGraph backbone() {
    return backbone.network();
  }

  /** Number of images of the data set, used or not. */
  int images() {
    return sources.data().labels().length;
  }

  /** Names of the classes, by label. */
  public List<String> classes() {
    return sources.data().classes();
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
    return sources.data().origin(config.data());
  }

  /** A few lines for the terminal about the inputs. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>(sources.describe());
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
