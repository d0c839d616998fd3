package normsweep.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import normsweep.device.Engine;
import normsweep.record.EpochMetrics;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.prediction.ClassScores;
import normsweep.record.prediction.Predictions;
import normsweep.savedmodel.ModelDescription;
import normsweep.savedmodel.ModelZip;
import normsweep.savedmodel.WholeNetwork;
import normsweep.tail.Optimizers;
import normsweep.tail.Tail;
import normsweep.tail.TailFactory;
import normsweep.tail.TailSpec;
import normsweep.tail.fused.FusedTail;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;

/** Creates, saves and loads the networks of a sweep's trials. */
public final class TrialNetworks {
  private final SweepConfig config;
  private final SweepBackbone backbone;
  private final WeightsOrigin weights;
  private final DataOrigin data;
  private final String preprocessing;
  private final Engine engine;

  TrialNetworks(
      SweepConfig config,
      SweepBackbone backbone,
      WeightsOrigin weights,
      DataOrigin data,
      String preprocessing,
      Engine engine) {
    this.config = config;
    this.backbone = backbone;
    this.weights = weights;
    this.data = data;
    this.preprocessing = preprocessing;
    this.engine = engine;
  }

  /** The network of a trial, freshly initialised from the trial's seed. */
  public Tail tail(Trial trial) {
    TailSpec spec = spec(config, trial, data.labels().size());
    return engine.tail().onlyStock().isPresent()
        ? TailFactory.stock(backbone.network(), spec, engine.tail())
        : FusedTail.orStock(
            backbone.network(),
            spec,
            Arrays.stream(backbone.trunk().featureShape()).boxed().toList());
  }

  /** The specification of a trial's network. */
  static TailSpec spec(SweepConfig config, Trial trial, int classes) {
    int perEpoch = config.iterationsPerEpoch();
    SweepConfig.Training training = config.training();
    int iterations = perEpoch * training.epochs();
    long warmup = Math.min(iterations - 1, Math.round(training.warmupEpochs() * perEpoch));
    ISchedule learningRate =
        Optimizers.schedule(training.schedule(), training.learningRate(), (int) warmup, iterations);
    return new TailSpec(
        trial.norm(),
        trial.placement(),
        config.model().unfreezeFrom(),
        config.model().blockBatchNorm(),
        config.model().hiddenUnits(),
        config.model().dropout(),
        classes,
        trial.seed(),
        Optimizers.of(training.optimizer(), learningRate, training.momentum()));
  }

  /**
   * Saves the whole network of a finished trial.
   *
   * @param earlier devices on which it may have been begun, if it was resumed; null if there are
   *     none
   */
  void save(
      Tail tail, TrialFolder files, TrialResult result, List<EpochMetrics> epochs, String earlier)
      throws IOException {
    Map<String, Double> scores = new HashMap<>();
    scores.put("validationAccuracy", result.valAccuracy());
    scores.put("validationLoss", result.valLoss());
    scores.put("testAccuracy", result.testAccuracy());
    scores.put("testLoss", result.testLoss());
    scores.put("bestEpoch", (double) result.bestEpoch());
    if (!data.cifar10()) { // whose classes are equally frequent
      ClassScores test = ClassScores.of(Predictions.read(files.predictions()).test());
      scores.put("testBalancedAccuracy", test.balancedAccuracy());
      scores.put("testMacroF1", test.macroF1());
    }
    Map<String, String> environment = new TreeMap<>(Environment.describe(engine));
    environment.put(Reproduction.LAYERS, tail.describe().replaceFirst(" \\(.*", ""));
    if (earlier != null) {
      environment.put(Environment.EARLIER, earlier);
    }
    ModelDescription description =
        new ModelDescription(
            ModelDescription.SCHEMA,
            result.id(),
            result.norm(),
            result.placement(),
            result.clip().id(),
            result.seed(),
            config.model().unfreezeFrom(),
            config.model().blockBatchNorm(),
            config.model().hiddenUnits(),
            config.model().dropout(),
            weights,
            data,
            SweepYaml.tree(config),
            scores,
            epochs.stream().map(EpochMetrics::timeless).toList(),
            data.labels(),
            preprocessing,
            environment);
    new ModelZip(WholeNetwork.of(backbone.network(), tail), description).write(files.model());
  }

  /** The tail of a saved model of this sweep, with the parameters of the model. */
  public Tail load(TrialResult trial, Path model) {
    ComputationGraph network = ModelZip.read(model).network();
    Tail tail = tail(trial.trial());
    Map<String, INDArray> parameters = new LinkedHashMap<>();
    tail.parameters().forEach(p -> parameters.put(p.name(), network.getParam(p.name())));
    tail.load(parameters);
    return tail;
  }
}
