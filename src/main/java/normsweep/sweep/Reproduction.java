package normsweep.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import normsweep.base.NormSweepException;
import normsweep.base.Processors;
import normsweep.device.Engine;
import normsweep.record.Clip;
import normsweep.record.EpochMetrics;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.savedmodel.ModelDescription;
import normsweep.savedmodel.ModelZip;
import normsweep.tail.Optimizers;
import normsweep.tail.TailSpec;

/** The trial of a saved model, trained again from the provenance inside its zip. */
public final class Reproduction {
  /** The provenance's name for how the tail was computed. */
  static final String LAYERS = "layers";

  private static final String TRUNK_DEVICE = "trunkDevice";

  /** What decides about bits comes first; everything else follows by name. */
  private static final List<String> FIRST =
      List.of(
          "normsweep",
          Environment.BUILD,
          "deeplearning4j",
          "backend",
          "trunk",
          TRUNK_DEVICE,
          Environment.EARLIER,
          "cpu",
          "cores",
          LAYERS);

  private static final String CORES = "cores";

  private final ModelZip saved;
  private final SweepConfig config;
  private final Trial trial;
  private final Optional<Path> data;
  private final Optional<Path> weights;
  private final Engine engine;

  private Reproduction(
      ModelZip saved,
      SweepConfig config,
      Trial trial,
      Optional<Path> data,
      Optional<Path> weights,
      Engine engine) {
    this.saved = saved;
    this.config = config;
    this.trial = trial;
    this.data = data;
    this.weights = weights;
    this.engine = engine;
  }

  /**
   * Reads a saved model.
   *
   * @param data the user's CIFAR-10, if given
   * @param weights the user's weights file, if given; otherwise the file that the model names, if
   *     it is still there
   * @param engine what to compute on
   * @throws NormSweepException exit code 3 if it is not a model, or if it holds too little to train
   *     its trial again
   */
  public static Reproduction of(
      Path zip, Optional<Path> data, Optional<Path> weights, Engine engine) {
    ModelZip saved = ModelZip.read(zip);
    ModelDescription model = saved.description();
    if (!whole(model.config())
        || model.trial() == null
        || model.clip() == null
        || model.weights() == null
        || model.weights().sha256() == null
        || model.data() == null
        || model.data().sha256() == null) {
      throw unusable(zip, "holds too little of its sweep's config, weights and images");
    }
    String text = model.config().toString();
    Trial trial = trial(zip, model);
    List<String> only =
        List.of(
            "grid.norm=" + trial.norm().id(),
            "grid.placement=" + trial.placement().id(),
            "grid.clip=" + trial.clip().id(),
            "grid.seed=" + trial.seed());
    SweepConfig config = SweepYaml.parse("The config in " + zip, "reproduced", text, only);
    return new Reproduction(
        saved,
        config,
        trial,
        data.or(() -> source(model.data().source())),
        weights.or(() -> source(model.weights().source())),
        engine);
  }

  // Keys that it lacks before its last one were not known when it was written.
  private static boolean whole(JsonNode config) {
    return config != null && config.path("landscape").hasNonNull("seed");
  }

  private static Trial trial(Path zip, ModelDescription model) {
    try {
      Clip clip = Clip.of(model.clip());
      Trial trial = new Trial(model.norm(), model.placement(), clip, model.seed());
      // What further axes set is in the config.
      if ((model.trial() + ".").startsWith(trial.id() + ".")) {
        return trial;
      }
    } catch (IllegalArgumentException e) {
      throw unusable(zip, "names a clipping that does not exist");
    }
    throw unusable(zip, "names a trial that is not the one it describes");
  }

  private static NormSweepException unusable(Path zip, String what) {
    return NormSweepException.unavailable(
        zip + " " + what + ", so its trial cannot be trained again; name another model.zip.");
  }

  private static Optional<Path> source(String source) {
    return Optional.ofNullable(source).flatMap(SweepSources::file);
  }

  /** The config that the trial is trained with, its only one. */
  public SweepConfig config() {
    return config;
  }

  /** What the zip says about its model. */
  public ModelDescription saved() {
    return saved.description();
  }

  /**
   * What differs here and now from the circumstances in which the model was trained, and between
   * its config and its own records; empty if bits can be expected to be equal. Fetches images and
   * weights, but computes nothing from them.
   *
   * @throws NormSweepException exit code 3 if images or weights are unavailable
   */
  public List<Deviation> deviations() {
    try (SweepSources found = SweepSources.acquire(config.data(), data, weights)) {
      return deviations(
          Environment.describe(engine), found.weights().sha256(), found.data().sha256());
    }
  }

  private List<Deviation> deviations(
      Map<String, String> environment, String weightsSha256, String dataSha256) {
    ModelDescription model = saved.description();
    List<Deviation> found = new ArrayList<>();
    List<String> names = new ArrayList<>(FIRST);
    new TreeSet<>(environment.keySet())
        .stream().filter(name -> !FIRST.contains(name)).forEach(names::add);
    Map<String, String> stated = new HashMap<>(model.versions());
    stated.putIfAbsent(Environment.BUILD, "unknown"); // an earlier version saved it
    if (!stated.containsKey("trunk")) {
      stated.put(TRUNK_DEVICE, "the CPU"); // so did every trunk before there was a choice
    }
    Map<String, String> here = new HashMap<>(environment);
    here.putIfAbsent(Environment.EARLIER, "none");
    for (String name : names) {
      Deviation.between(name, stated.get(name), here.get(name), remedy(name)).ifPresent(found::add);
    }
    TailSpec spec = TrialNetworks.spec(config, trial, model.classes().size());
    List.of(
            Deviation.between(
                "weights (SHA-256)",
                model.weights().sha256(),
                weightsSha256,
                "; name the original file with --weights"),
            Deviation.between(
                "images (SHA-256)",
                model.data().sha256(),
                dataSha256,
                "; name the original images with --data"),
            Deviation.between("model.unfreezeFrom", model.unfreezeFrom(), spec.unfreezeFrom(), ""),
            Deviation.between("model.hiddenUnits", model.hiddenUnits(), spec.hiddenUnits(), ""),
            Deviation.between("model.dropout", model.dropout(), spec.dropout(), ""))
        .forEach(deviation -> deviation.ifPresent(found::add));
    model.epochs().stream()
        .flatMap(epoch -> learningRate(epoch, spec).stream())
        .findFirst()
        .ifPresent(found::add);
    return found;
  }

  /** The recorded learning rate of an epoch compared with that of the config's schedule. */
  private Optional<Deviation> learningRate(EpochMetrics epoch, TailSpec spec) {
    int last = epoch.epoch() * config.iterationsPerEpoch() - 1;
    return Deviation.between(
        ReproductionOutcome.LEARNING_RATE + epoch.epoch(),
        epoch.learningRate(),
        Optimizers.learningRate(spec.optimizer(), last, epoch.epoch() - 1),
        "");
  }

  private String remedy(String name) {
    String cores = saved.description().versions().getOrDefault(CORES, "");
    boolean fewer = name.equals(CORES) && cores.matches("[1-9][0-9]{0,3}");
    return fewer && Integer.parseInt(cores) < Processors.count()
        ? "; OMP_NUM_THREADS=" + cores + " limits this program to as many"
        : "";
  }

  /**
   * Trains the trial in an empty folder and compares it with the saved one.
   *
   * @throws NormSweepException exit code 1 if the trial fails
   */
  public ReproductionOutcome train(SweepFolder folder, SweepRunner.Observer observer) {
    boolean stock = saved.description().versions().getOrDefault(LAYERS, "").startsWith("stock");
    SweepRunner.Options options =
        new SweepRunner.Options(data, weights, false, true, stock ? engine.stock() : engine, false);
    TrialResult result = SweepRunner.run(config, folder, options, observer).trials().get(0);
    if (!result.completed()) {
      throw NormSweepException.failed(
          "The trial " + trial.id() + " does not train here: " + result.reason());
    }
    ModelZip again = ModelZip.read(folder.trial(trial.id()).model());
    ModelDescription now = again.description();
    List<Deviation> circumstances =
        deviations(now.versions(), now.weights().sha256(), now.data().sha256());
    return ReproductionOutcome.of(saved, again, circumstances);
  }
}
