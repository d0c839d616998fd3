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
import normsweep.data.Split;
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
  private final SweepBackbone backbone;
  private final SweepFeatures features;

  private SweepInputs(
      SweepConfig config, SweepSources sources, SweepBackbone backbone, SweepFeatures features) {
    this.config = config;
    this.sources = sources;
    this.backbone = backbone;
    this.features = features;
  }

  /**
   * Fetches and prepares everything; features that are not in the cache are computed.
   *
   * @param userData the user's CIFAR-10, if given
   * @param userWeights the user's weights, if given
   */
  public static SweepInputs open(
      SweepConfig config, Optional<Path> userData, Optional<Path> userWeights) {
    return prepare(config, SweepSources.acquire(userData, userWeights));
  }

  /**
   * Prepares the inputs of a sweep whose config and results, with or without origins, are on disk.
   *
   * @throws NormSweepException exit code 2 if the images or weights found now are others
   */
  public static SweepInputs reopen(
      SweepFolder folder, Optional<Path> userData, Optional<Path> userWeights) {
    SweepConfig config = folder.readConfig();
    return prepare(
        config, SweepSources.acquireAgain(folder, folder.readResults(), userData, userWeights));
  }

  private static SweepInputs prepare(SweepConfig config, SweepSources sources) {
    try {
      SweepConfig.Data parts = config.data();
      Split split =
          Split.stratified(
              sources.data(), parts.train(), parts.validation(), parts.test(), parts.splitSeed());
      SweepBackbone backbone =
          SweepBackbone.of(
              sources.weights(), config.model().unfreezeFrom(), sources.data(), split.train());
      FeatureCache cache = FeatureCache.open(Caches.root().resolve("features"), backbone::trunk);
      SweepFeatures features =
          new SweepFeatures(config, sources.data(), split, sources.weights().sha256(), cache);
      features.prepare();
      backbone.calibrate(features.training(0).store());
      return new SweepInputs(config, sources, backbone, features);
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
    return new TrialNetworks(config, sources, backbone);
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
    return sources.weightsOrigin();
  }

  /** Where the images come from. */
  public DataOrigin dataOrigin() {
    return sources.dataOrigin(config.data());
  }

  /** A few lines for the terminal about the inputs. */
  public List<String> describe() {
    Weights weights = sources.weights();
    List<String> lines = new ArrayList<>();
    lines.add("images:   CIFAR-10 from " + sources.data().source());
    lines.add("weights:  " + weights.name() + ", pretrained on " + weights.pretrainedOn());
    weightsNote().ifPresent(note -> lines.add("          " + note));
    lines.add(
        String.format(
            Locale.ROOT,
            "trunk:    everything before %s, differs from the ComputationGraph by at most %.1e",
            config.model().unfreezeFrom(),
            backbone.parity()));
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
