package normsweep.report.document;

import static java.util.stream.Collectors.joining;
import static normsweep.report.analysis.Sentences.say;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import normsweep.backbone.ImageScaling;
import normsweep.record.BlockBatchNorm;
import normsweep.record.Clip;
import normsweep.record.DataSettings;
import normsweep.record.Norm;
import normsweep.record.Optimizer;
import normsweep.record.SweepConfig;
import normsweep.record.SweepResults;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.TrialSettings;
import normsweep.report.analysis.LearningCurve;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;

/** The choices of a sweep's protocol, each with its reason. */
final class Choices {

  /**
   * A choice.
   *
   * @param subject what was chosen
   * @param value the choice
   * @param why its reason, from the literature or from the sweep's own numbers
   */
  public record Choice(String subject, String value, String why) {}

  private static final int CLASSES = 10;

  private final SweepEvidence whole;
  private final SweepEvidence sweep;
  private final SweepConfig config;
  private final List<Choice> all = new ArrayList<>();

  private Choices(SweepEvidence whole) {
    this.whole = whole;
    sweep = whole.best();
    config = sweep.config();
  }

  /** The choices of a sweep; where it has several settings, those of the setting shown. */
  static List<Choice> of(SweepEvidence whole) {
    Choices choices = new Choices(whole);
    choices.network();
    choices.data();
    choices.grid();
    choices.training();
    choices.selection();
    return choices.all;
  }

  private void add(String subject, String value, String why) {
    all.add(new Choice(subject, value, why));
  }

  private void network() {
    SweepResults.WeightsOrigin weights = whole.results().weights();
    String block = config.model().unfreezeFrom();
    add(
        "Backbone",
        "MobileNetV2 [Sandler 2018]"
            + (weights == null
                ? ""
                : say("; weights %s, pretrained on %s", weights.name(), weights.pretrainedOn())),
        "Small enough for a laptop, and features of many photographs transfer to other images"
            + " [Yosinski 2014].");
    boolean frozen = config.model().blockBatchNorm() == BlockBatchNorm.FROZEN;
    add(
        "Trainable block",
        say("from %s on%s", block, frozen ? "; its batch norms stay fixed scales and shifts" : ""),
        "The last layers are the most specific to the old task; what is before them is frozen, so"
            + " its output is computed once per image and augmentation draw"
            + (frozen
                ? ", and fixed batch norms leave a batch norm in the head as the only one that mixes"
                    + " the images of a batch."
                : "."));
    add(
        "Head",
        say(
            "average pooling, %d dense units, norm, ReLU (TLU for filter response norm), dropout of"
                + " %s, %d logits%s",
            config.model().hiddenUnits(),
            number(config.model().dropout()),
            whole.results().images().labels().size(),
            config.grid().norm().contains(Norm.NONE)
                ? "; the norm-free head, a control, has no norm"
                : ""),
        say(
            "One hidden layer gives the norm a place to act. %d images are few for these"
                + " parameters, hence dropout [Srivastava 2014]. Initialised as in [He 2015].",
            config.data().train()));
  }

  private void data() {
    DataSettings data = config.data();
    add(
        "Images",
        say(
            "%s: %d for training, %d for validation, %d for testing, stratified by class; %s",
            data.own()
                ? described(whole.results().images(), data.balance())
                : "CIFAR-10 [Krizhevsky 2009]",
            data.train(),
            data.validation(),
            data.test(),
            data.own() ? squares(data) : "upscaled from 32×32 to 224×224 pixels"),
        "The backbone was trained at 224×224"
            + (data.own() && data.imageSize() == ImageScaling.INPUT_SIZE
                ? ""
                : "; upscaling adds no detail, but gives its filters objects of the size they know")
            + ". Validation chooses, the test images only measure.");
    add(
        "Augmentation",
        say(
            "%s of each training image, made once: %s%s; epoch e trains on draw e mod %d",
            counted(data.views(), "draw"),
            data.own() && data.resize().equals("crop")
                ? "random crop of 8 to 100 % of the area"
                : "random crop after " + counted(data.padding(), "pixel") + " of padding",
            data.flip() ? ", random mirroring" : "",
            data.views()),
        "Fixed draws let the frozen layers' output be stored. The price: a network sees "
            + (data.views() == 1 ? "one form" : "only " + data.views() + " forms")
            + " of each image, so this regularises less than new draws in every epoch.");
  }

  private static String described(DataOrigin images, boolean balanced) {
    List<String> classes = images.labels();
    int most = Math.min(CLASSES, classes.size());
    return say(
        "%s, own pictures of %d classes (%s%s)%s",
        images.title(),
        classes.size(),
        String.join(", ", classes.subList(0, most)),
        most < classes.size() ? " …" : "",
        balanced ? ", as many of each as the rarest has" : "");
  }

  private static String squares(DataSettings data) {
    String square =
        switch (data.resize()) {
          case "stretch" -> "stretched to a square";
          case "pad" -> "padded to a square";
          default -> "a centred square of 7/8 of the shorter side";
        };
    String upscaled = data.imageSize() == ImageScaling.INPUT_SIZE ? "" : ", upscaled to 224×224";
    return say("%s of %d pixels%s", square, data.imageSize(), upscaled);
  }

  private void grid() {
    add(
        "Norms",
        joined(config.grid().norm(), Norm::label),
        "The question; Section 1 says what each averages over.");
    add(
        "Gradient clipping",
        joined(config.grid().clip(), Clip::label),
        "By global norm it shortens a gradient without turning it." + threshold());
    add(
        config.grid().seed().size() == 1 ? "Seed" : "Seeds",
        joined(config.grid().seed(), String::valueOf),
        "A seed sets initial weights, the order of batches and dropout; all cells share it, so they"
            + " are compared seed by seed.");
    SweepConfig.Search search = whole.config().search();
    String further =
        whole.config().grid().further().entrySet().stream()
            .map(
                axis ->
                    TrialSettings.words(axis.getKey())
                        + " "
                        + joined(axis.getValue(), TrialSettings::text))
            .collect(joining("; "));
    if (search.candidates() > 0) {
      further +=
          say(
              "%s%d random settings of %s (seed %d)",
              further.isEmpty() ? "" : "; ",
              search.candidates(),
              joined(search.space().keySet(), TrialSettings::words),
              search.seed());
    }
    if (!further.isEmpty()) {
      add(
          "Further axes",
          further,
          "Whether an order of heads depends on them. Below are the values of the setting shown.");
    }
  }

  // What the threshold means for the gradients of this sweep.
  private String threshold() {
    DoubleSummaryStatistics norms =
        sweep.completed().stream()
            .filter(trial -> !trial.row().clip().active())
            .flatMap(trial -> Measure.GRADIENT_NORM.of(trial).stream())
            .mapToDouble(Double::doubleValue)
            .summaryStatistics();
    return norms.getCount() == 0
        ? ""
        : say(
            " Without it, the median norm of a trial is %s to %s.",
            Measure.GRADIENT_NORM.format(norms.getMin()),
            Measure.GRADIENT_NORM.format(norms.getMax()));
  }

  private void training() {
    SweepConfig.Training training = config.training();
    Optimizer optimizer = training.optimizer();
    boolean tuned = whole.config().tune().keys().containsKey("training.learningRate");
    boolean rates = optimizer != Optimizer.ADADELTA;
    add(
        "Optimizer",
        optimizer.label()
            + (optimizer == Optimizer.ADAM ? " [Kingma 2015]" : "")
            + (optimizer.hasMomentum() ? " (momentum " + number(training.momentum()) + ")" : "")
            + (rates
                ? say(", learning rate %s%s", number(training.learningRate()), tuned ? " here" : "")
                : ", which has no learning rate"),
        tuned
            ? "Tuned for each cell, so that no head is compared at another head's rate."
            : "The same in all cells, so that they differ in nothing else; a head that needs another"
                + " one is at a disadvantage.");
    if (training.balanced()) {
      add(
          "Class weights",
          "the loss of an image counts N / (K n) times, with n of the N images in its class of K",
          "Classes have different sizes; without weights, rare ones would hardly count.");
    }
    if (rates) {
      add(
          "Schedule",
          say(
              "linear warm-up of %s, %s",
              number(training.warmupEpochs())
                  + (training.warmupEpochs() == 1 ? " epoch" : " epochs"),
              switch (training.schedule()) {
                case COSINE -> "then cosine decay to zero";
                case LINEAR -> "then linear decay to zero";
                case STEP -> "then divided by ten after each third of the remaining steps";
                case CONSTANT -> "then constant";
              }),
          "The first steps rest on few gradients and random weights"
              + switch (training.schedule()) {
                case COSINE -> "; small last steps average out their noise [Loshchilov 2017].";
                case LINEAR, STEP -> "; small last steps average out their noise.";
                case CONSTANT -> ".";
              });
    }
    add(
        "Batch",
        say("%d images, %d steps per epoch", training.batchSize(), config.iterationsPerEpoch()),
        training.batchSize() >= 32
            ? "Batch statistics need tens of images [Wu 2018]; smaller batches leave more steps."
            : "Small batches leave more steps, but batch statistics of fewer than about 32 images are"
                + " noisy [Wu 2018].");
    regularisation(training);
    add(
        "Epochs",
        say(
            "%s%d, that is %d steps",
            training.patience() > 0 ? "at most " : "",
            training.epochs(),
            training.epochs() * config.iterationsPerEpoch()),
        enough());
  }

  private void regularisation(SweepConfig.Training training) {
    if (training.weightDecay() > 0) {
      add(
          "Weight decay",
          say(
              "%s on kernels and matrices, but not on biases and norms, %s",
              number(training.weightDecay()),
              training.optimizer() == Optimizer.ADAMW
                  ? "decoupled from the gradient"
                  : "as a term added to the clipped gradient"),
          "Keeps weights small; the scale of a normalised layer does not depend on them.");
    }
    if (training.labelSmoothing() > 0) {
      add(
          "Label smoothing",
          say(
              "%s of each training label is spread over all classes",
              number(training.labelSmoothing())),
          "Discourages overconfidence. Validation and test losses are plain cross-entropy.");
    }
    if (training.patience() > 0) {
      add(
          "Early stopping",
          say("after %s without a lower validation loss", counted(training.patience(), "epoch")),
          "Saves time; the schedule of the learning rate spans all epochs all the same.");
    }
  }

  // Whether the epochs were enough, according to the validation loss.
  private String enough() {
    List<LearningCurve> curves =
        sweep.completed().stream().map(TrialEvidence::curve).flatMap(Optional::stream).toList();
    long late = curves.stream().filter(one -> one.selected().epoch() == one.last().epoch()).count();
    return curves.isEmpty()
        ? "Meant to be enough for every trial to pass its lowest validation loss."
        : late == 0
            ? "Enough: every trial passed its lowest validation loss before the last epoch."
            : say(
                "Not enough for %d of %d trials, whose lowest validation loss is that of the last"
                    + " epoch.",
                late, curves.size());
  }

  private void selection() {
    add(
        "Saved model",
        "that of the epoch with the lowest validation loss; test images are evaluated once, with it",
        say(
            "The accuracy of %d images moves in steps of %s points; the loss has no steps.",
            config.data().validation(), number(percent(config.data().validation()))));
    SweepConfig sought = whole.config();
    if (sought.tuned()) {
      add(
          "Tuning",
          say(
              "%s: each cell tried %d candidates with other seeds (%s)",
              Sentences.list(
                  sought.tune().keys().keySet().stream().map(TrialSettings::words).toList()),
              sought.tune().candidates(),
              joined(sought.tune().seeds(), String::valueOf)),
          "The one with the lowest mean validation loss is compared, so each head is judged at its"
              + " own best.");
    }
    List<Integer> rungs = sought.prune().rungs();
    if (!rungs.isEmpty()) {
      add(
          "Pruning",
          say(
              "after epoch%s %s, the share %s of a cell's candidates with the lowest validation"
                  + " losses trained on",
              rungs.size() == 1 ? "" : "s",
              Sentences.list(rungs.stream().map(String::valueOf).toList()),
              number(sought.prune().keep())),
          "Spends the time on candidates that may win; the others are in no comparison.");
    }
  }

  private static double percent(int images) {
    return new BigDecimal(100.0 / images).round(new MathContext(2)).doubleValue();
  }

  private static <T> String joined(Collection<T> values, Function<T, String> label) {
    return values.stream().map(label).collect(joining(", "));
  }

  static String counted(int count, String what) {
    return say("%d %s%s", count, what, count == 1 ? "" : "s");
  }

  static String number(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }
}
