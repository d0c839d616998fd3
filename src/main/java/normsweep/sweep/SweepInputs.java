package normsweep.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.data.Split;
import normsweep.model.FeatureCache;
import normsweep.model.FrozenTrunk;
import normsweep.model.MobileNetV2;
import normsweep.model.Tail;
import normsweep.model.TailFactory;
import normsweep.model.TailSpec;
import normsweep.model.WarmupCosineSchedule;
import normsweep.model.Weights;
import normsweep.model.WeightsSources;
import normsweep.model.fused.FusedTail;
import normsweep.record.SweepConfig;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.train.FeatureSets;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Everything the trials of a sweep share: images, backbone, frozen trunk, features. */
public final class SweepInputs implements AutoCloseable {
  private static final int PARITY_IMAGES = 2;

  private final SweepConfig config;
  private final Cifar10 data;
  private final Weights weights;
  private final ComputationGraph backbone;
  private final TimedTrunk trunk;
  private final double parity;
  private final SweepFeatures features;

  private SweepInputs(
      SweepConfig config,
      Cifar10 data,
      Weights weights,
      ComputationGraph backbone,
      TimedTrunk trunk,
      double parity,
      SweepFeatures features) {
    this.config = config;
    this.data = data;
    this.weights = weights;
    this.backbone = backbone;
    this.trunk = trunk;
    this.parity = parity;
    this.features = features;
  }

  /**
   * Fetches and prepares everything; features that are not in the cache are computed.
   *
   * @param userData the user's CIFAR-10, if named
   * @param userWeights the user's weights, if named
   */
  public static SweepInputs open(
      SweepConfig config, Optional<Path> userData, Optional<Path> userWeights) {
    Cifar10 data = Cifar10.open(userData, Caches.root());
    Split split =
        Split.stratified(
            data,
            config.data().train(),
            config.data().validation(),
            config.data().test(),
            config.data().splitSeed());
    Weights weights = WeightsSources.acquire(userWeights, Caches.zoo());
    ComputationGraph backbone = MobileNetV2.load(weights);
    TimedTrunk trunk =
        new TimedTrunk(
            FrozenTrunk.of(
                backbone,
                config.model().unfreezeFrom(),
                Runtime.getRuntime().availableProcessors()));
    double parity = trunk.requireParity(images(data, split.train(), PARITY_IMAGES), PARITY_IMAGES);
    FeatureCache cache = FeatureCache.open(Caches.root().resolve("features"), () -> trunk);
    SweepFeatures features = new SweepFeatures(config, data, split, weights.sha256(), cache);
    features.prepare();
    return new SweepInputs(config, data, weights, backbone, trunk, parity, features);
  }

  private static byte[] images(Cifar10 data, int[] indices, int count) {
    byte[] images = new byte[count * data.image(0).length];
    for (int i = 0; i < count; i++) {
      byte[] image = data.image(indices[i]);
      System.arraycopy(image, 0, images, i * image.length, image.length);
    }
    return images;
  }

  /** The network of a trial, freshly initialised from the trial's seed. */
  public Tail tail(Trial trial, TailChoice choice) {
    int iterations = config.iterationsPerEpoch() * config.training().epochs();
    int warmup =
        (int)
            Math.min(
                iterations - 1,
                Math.round(config.training().warmupEpochs() * config.iterationsPerEpoch()));
    TailSpec spec =
        new TailSpec(
            trial.norm(),
            trial.placement(),
            config.model().unfreezeFrom(),
            config.model().hiddenUnits(),
            config.model().dropout(),
            trial.seed(),
            new WarmupCosineSchedule(config.training().learningRate(), warmup, iterations));
    return choice == TailChoice.STOCK
        ? TailFactory.stock(backbone, spec)
        : FusedTail.orStock(backbone, spec, featureShape());
  }

  private List<Integer> featureShape() {
    return Arrays.stream(trunk.featureShape()).boxed().toList();
  }

  /** Saves the whole network of a finished trial. */
  void save(Tail tail, Path file, TrialResult result) throws IOException {}

  /** Training, validation and test features. */
  public FeatureSets features() {
    return features;
  }

  /** The whole backbone. */
  public ComputationGraph backbone() {
    return backbone;
  }

  /** Largest difference of trunk and ComputationGraph on a few images. */
  public double parity() {
    return parity;
  }

  /** Where the weights come from. */
  public WeightsOrigin weightsOrigin() {
    return new WeightsOrigin(
        weights.name(), weights.source(), weights.sha256(), weights.pretrainedOn());
  }

  /** Where the images come from. */
  public DataOrigin dataOrigin() {
    return new DataOrigin(
        data.source(),
        data.sha256(),
        config.data().train(),
        config.data().validation(),
        config.data().test());
  }

  /** A few lines on what was found and made, for the terminal. */
  public List<String> describe() {
    return List.of(
        "images:   CIFAR-10 from " + data.source(),
        "weights:  " + weights.name() + ", pretrained on " + weights.pretrainedOn(),
        String.format(
            Locale.ROOT,
            "trunk:    everything before %s, differs from the ComputationGraph by at most %.1e",
            config.model().unfreezeFrom(),
            parity),
        trunk
            .imagesPerSecond()
            .map(rate -> String.format(Locale.ROOT, "features: %.0f images/s", rate))
            .orElse("features: all in the cache"));
  }

  @Override
  public void close() {
    trunk.close();
    data.close();
  }
}
