package normsweep.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.data.Split;
import normsweep.model.BatchNormCalibration;
import normsweep.model.FeatureCache;
import normsweep.model.FeatureStore;
import normsweep.model.FrozenTrunk;
import normsweep.model.MobileNetV2;
import normsweep.model.ModelDescription;
import normsweep.model.ModelZip;
import normsweep.model.Tail;
import normsweep.model.TailFactory;
import normsweep.model.TailSpec;
import normsweep.model.WarmupCosineSchedule;
import normsweep.model.Weights;
import normsweep.model.WeightsSources;
import normsweep.model.WholeNetwork;
import normsweep.model.fused.FusedTail;
import normsweep.record.NormSweepException;
import normsweep.record.Processors;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.train.FeatureSets;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything the trials of a sweep share: images, backbone, frozen trunk, features. */
public final class SweepInputs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SweepInputs.class);
  private static final int PARITY_IMAGES = 2;
  private static final int CALIBRATION_IMAGES = 1000;
  private static final int CALIBRATION_BATCH = 100;

  private final SweepConfig config;
  private final Cifar10 data;
  private final Weights weights;
  private final ComputationGraph backbone;
  private final FrozenTrunk trunk;
  private final double parity;
  private final SweepFeatures features;

  private SweepInputs(
      SweepConfig config,
      Cifar10 data,
      Weights weights,
      ComputationGraph backbone,
      FrozenTrunk trunk,
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
    return open(
        config,
        Cifar10.open(userData, Caches.root()),
        WeightsSources.acquire(userWeights, Caches.zoo()));
  }

  private static SweepInputs open(SweepConfig config, Cifar10 data, Weights weights) {
    Split split =
        Split.stratified(
            data,
            config.data().train(),
            config.data().validation(),
            config.data().test(),
            config.data().splitSeed());
    log.info("Importing {} and checking its frozen trunk", weights.name());
    ComputationGraph backbone = new MobileNetV2(weights).initPretrained(PretrainedType.IMAGENET);
    FrozenTrunk trunk = FrozenTrunk.of(backbone, config.model().unfreezeFrom(), Processors.count());
    double parity = trunk.requireParity(images(data, split.train(), PARITY_IMAGES), PARITY_IMAGES);
    FeatureCache cache = FeatureCache.open(Caches.root().resolve("features"), () -> trunk);
    SweepFeatures features = new SweepFeatures(config, data, split, weights.sha256(), cache);
    features.prepare();
    calibrate(backbone, config, trunk.featureShape(), features.training(0).store());
    return new SweepInputs(config, data, weights, backbone, trunk, parity, features);
  }

  /**
   * Prepares what an existing sweep was run on.
   *
   * @throws NormSweepException exit code 2 if the images or weights found now are others
   */
  public static SweepInputs reopen(
      SweepFolder folder, Optional<Path> userData, Optional<Path> userWeights) {
    return reopen(folder, folder.readConfig(), folder.readResults(), userData, userWeights);
  }

  /**
   * Prepares a sweep that may have been begun before. Files that it was begun with are taken again
   * where the user names no others.
   *
   * @param previous the sweep's results so far, without origins if it has none
   * @throws NormSweepException exit code 2 if the images or weights found now are others
   */
  static SweepInputs reopen(
      SweepFolder folder,
      SweepConfig config,
      SweepResults previous,
      Optional<Path> userData,
      Optional<Path> userWeights) {
    Optional<WeightsOrigin> begunWith = Optional.ofNullable(previous.weights());
    Optional<DataOrigin> begunOn = Optional.ofNullable(previous.data());
    Cifar10 data =
        Cifar10.open(
            userData.or(() -> begunOn.flatMap(origin -> file(origin.source()))), Caches.root());
    try {
      Weights weights =
          WeightsSources.acquire(
              userWeights.or(() -> begunWith.flatMap(origin -> file(origin.source()))),
              Caches.zoo());
      // Before anything is computed from them: features of other weights take minutes.
      begunWith.ifPresent(origin -> requireSame(folder, origin, weights));
      begunOn.ifPresent(origin -> requireSame(folder, origin, data));
      return open(config, data, weights);
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

  /** Gives folded batch norms that will train the statistics of training images. */
  private static void calibrate(
      ComputationGraph backbone, SweepConfig config, int[] shape, FeatureStore store) {
    int images = Math.min(CALIBRATION_IMAGES, store.size());
    List<INDArray> batches = new ArrayList<>();
    for (int from = 0; from < images; from += CALIBRATION_BATCH) {
      int[] indices = IntStream.range(from, Math.min(from + CALIBRATION_BATCH, images)).toArray();
      float[] values = new float[indices.length * store.valuesPerImage()];
      store.readFloat(indices, values);
      batches.add(
          Nd4j.createFromArray(values).reshape(indices.length, shape[0], shape[1], shape[2]));
    }
    BatchNormCalibration.calibrate(backbone, config.model().unfreezeFrom(), batches);
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
    TailSpec spec = spec(config, trial);
    return choice == TailChoice.STOCK
        ? TailFactory.stock(backbone, spec)
        : FusedTail.orStock(backbone, spec, featureShape());
  }

  /** What the network of a trial is made of. */
  static TailSpec spec(SweepConfig config, Trial trial) {
    int iterations = config.iterationsPerEpoch() * config.training().epochs();
    int warmup =
        (int)
            Math.min(
                iterations - 1,
                Math.round(config.training().warmupEpochs() * config.iterationsPerEpoch()));
    return new TailSpec(
        trial.norm(),
        trial.placement(),
        config.model().unfreezeFrom(),
        config.model().hiddenUnits(),
        config.model().dropout(),
        trial.seed(),
        new WarmupCosineSchedule(config.training().learningRate(), warmup, iterations));
  }

  private List<Integer> featureShape() {
    return Arrays.stream(trunk.featureShape()).boxed().toList();
  }

  /** Saves the whole network of a finished trial. */
  void save(Tail tail, Path file, TrialResult result) throws IOException {
    Map<String, Double> scores =
        Map.of(
            "validationAccuracy", result.valAccuracy(),
            "validationLoss", result.valLoss(),
            "testAccuracy", result.testAccuracy(),
            "testLoss", result.testLoss(),
            "bestEpoch", (double) result.bestEpoch());
    ModelDescription description =
        new ModelDescription(
            ModelDescription.SCHEMA,
            result.id(),
            result.norm(),
            result.placement(),
            result.clip().id(),
            result.seed(),
            config.model().unfreezeFrom(),
            config.model().hiddenUnits(),
            config.model().dropout(),
            weightsOrigin(),
            dataOrigin(),
            Records.json().valueToTree(config),
            scores,
            Cifar10.CLASS_NAMES,
            "32x32 RGB, bilinear to 224x224 (half-pixel centres), x / 127.5 - 1, NHWC",
            Environment.describe());
    new ModelZip(WholeNetwork.of(backbone, tail), description).write(file);
  }

  /** The tail of a saved model of this sweep, with the parameters the model holds. */
  public Tail load(TrialResult trial, Path model) {
    ComputationGraph network = ModelZip.read(model).network();
    Tail tail = tail(trial.trial(), TailChoice.FASTEST);
    Map<String, INDArray> parameters = new LinkedHashMap<>();
    tail.parameters().forEach(p -> parameters.put(p.name(), network.getParam(p.name())));
    tail.load(parameters);
    return tail;
  }

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
    List<String> lines = new ArrayList<>();
    lines.add("images:   CIFAR-10 from " + data.source());
    lines.add("weights:  " + weights.name() + ", pretrained on " + weights.pretrainedOn());
    weightsNote().ifPresent(note -> lines.add("          " + note));
    lines.add(
        String.format(
            Locale.ROOT,
            "trunk:    everything before %s, differs from the ComputationGraph by at most %.1e",
            config.model().unfreezeFrom(),
            parity));
    lines.add(
        features.imagesPerSecond().isPresent()
            ? String.format(
                Locale.ROOT,
                "features: %.0f images/s through the trunk",
                features.imagesPerSecond().getAsDouble())
            : "features: all in the cache");
    return lines;
  }

  /** What it means that other weights took the place of the ImageNet ones, if they did. */
  public Optional<String> weightsNote() {
    return weights.note();
  }

  @Override
  public void close() {
    trunk.close();
    data.close();
  }
}
