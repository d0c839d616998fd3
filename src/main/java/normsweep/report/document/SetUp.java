package normsweep.report.document;

import static normsweep.report.analysis.Sentences.say;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import normsweep.backbone.BackboneForm;
import normsweep.record.BlockBatchNorm;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.Optimizer;
import normsweep.record.SweepConfig;
import normsweep.record.SweepResults;
import normsweep.record.TrialSettings;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;

/** Describes how a sweep was run: everything needed to repeat it. */
final class SetUp {
  private static final String UNKNOWN = "not yet known";

  private SetUp() {}

  /** The protocol as a paragraph. */
  static String protocol(SweepEvidence sweep) {
    SweepConfig config = sweep.best().config();
    return say(
        "Every trial trains the same network from the same pretrained weights and differs only in"
            + " the norm of its head, gradient clipping and %s. Images of 32×32 are upscaled"
            + " to 224×224; the layers of MobileNetV2 [4] before %s are frozen; their output is"
            + " computed once per image and augmentation draw and shared by all trials. The"
            + " trainable part consists of %s and the layers after it, average pooling, a dense"
            + " layer of %d units, the norm, ReLU (TLU for filter response norm), dropout of %s and"
            + " a dense layer with 10 outputs, initialised as in [3]. It is trained on"
            + " cross-entropy with %s, for %d epochs of %d images in batches of %d.%s The"
            + " parameters of the epoch with the lowest validation loss are kept; the test images"
            + " are evaluated once, with those.",
        varied(sweep.config().varied()),
        config.model().unfreezeFrom(),
        config.model().unfreezeFrom(),
        config.model().hiddenUnits(),
        number(config.model().dropout()),
        optimisation(config.training()),
        config.training().epochs(),
        config.data().train(),
        config.training().batchSize(),
        variations(config) + selection(sweep));
  }

  /** How settings were chosen and which trials were not finished, each in a sentence. */
  private static String selection(SweepEvidence sweep) {
    SweepConfig config = sweep.config();
    StringBuilder text = new StringBuilder();
    if (config.tuned()) {
      text.append(
          say(
              " Of %s, this section names the value of one cell: every cell of the grid tried %d"
                  + " candidates with other seeds (%s), and its trials have the one with the lowest"
                  + " mean validation loss.",
              Sentences.list(
                  config.tune().keys().keySet().stream().map(TrialSettings::words).toList()),
              config.tune().candidates(),
              joined(config.tune().seeds(), String::valueOf)));
    }
    List<Integer> rungs = config.prune().rungs();
    if (!rungs.isEmpty()) {
      text.append(
          say(
              " After epoch%s %s, the share %s of a cell's candidates with the lowest validation"
                  + " losses trained on; the others were pruned and are in no comparison.",
              rungs.size() == 1 ? "" : "s",
              Sentences.list(rungs.stream().map(String::valueOf).toList()),
              number(config.prune().keep())));
    }
    return text.toString();
  }

  private static String optimisation(SweepConfig.Training training) {
    Optimizer optimizer = training.optimizer();
    if (optimizer == Optimizer.ADADELTA) {
      return optimizer.label() + ", which has no learning rate";
    }
    return say(
        "%s%s, a learning rate of %s after a linear warm-up of %s, %s",
        optimizer.label() + (optimizer == Optimizer.ADAM ? " [8]" : ""),
        optimizer.hasMomentum() ? " (momentum " + number(training.momentum()) + ")" : "",
        number(training.learningRate()),
        number(training.warmupEpochs()) + (training.warmupEpochs() == 1 ? " epoch" : " epochs"),
        switch (training.schedule()) {
          case COSINE -> "and cosine decay to zero";
          case LINEAR -> "and linear decay to zero";
          case STEP -> "divided by ten after each third of the remaining steps";
          case CONSTANT -> "then constant";
        });
  }

  /** What departs from the usual protocol, each in a sentence after a space. */
  private static String variations(SweepConfig config) {
    SweepConfig.Training training = config.training();
    List<String> sentences = new ArrayList<>();
    if (config.grid().norm().contains(Norm.NONE)) {
      sentences.add("The norm-free head, a control, has ReLU right behind its dense layer.");
    }
    if (config.model().blockBatchNorm() == BlockBatchNorm.FROZEN) {
      sentences.add(
          "The batch norms of the trainable block stay the fixed scale and shift that they are in"
              + " the backbone, so that only a batch norm in the head mixes the images of a"
              + " batch.");
    }
    if (training.weightDecay() > 0) {
      sentences.add(
          say(
              "Kernels and matrices, but neither biases nor norms, decay by %s, %s.",
              number(training.weightDecay()),
              training.optimizer() == Optimizer.ADAMW
                  ? "decoupled from the gradient"
                  : "as a term added to the clipped gradient"));
    }
    if (training.labelSmoothing() > 0) {
      sentences.add(
          say(
              "Training losses are those of labels of which %s is spread over all classes;"
                  + " validation and test losses are plain cross-entropy.",
              number(training.labelSmoothing())));
    }
    if (training.patience() > 0) {
      sentences.add(
          say(
              "A trial ends early after %s without a lower validation loss; the schedule of"
                  + " its learning rate spans all epochs.",
              counted(training.patience(), "epoch")));
    }
    return sentences.stream().map(sentence -> " " + sentence).collect(Collectors.joining());
  }

  // What this paragraph says of a further axis holds for the setting that is shown.
  private static String varied(Set<String> keys) {
    return keys.isEmpty()
        ? "the seed"
        : "the seed, and in "
            + Sentences.list(keys.stream().map(TrialSettings::words).toList())
            + "; the values below are those of the setting shown";
  }

  /** The set-up table. */
  static Map<String, String> rows(SweepEvidence sweep) {
    SweepConfig config = sweep.best().config();
    SweepConfig.Data data = config.data();
    SweepResults.WeightsOrigin weights = sweep.results().weights();
    SweepResults.DataOrigin images = sweep.results().data();
    Map<String, String> rows = new LinkedHashMap<>();
    if (weights == null) {
      rows.put("Weights", UNKNOWN);
    } else {
      rows.put("Weights", weights.name() + ", pretrained on " + weights.pretrainedOn());
      rows.put("Weights from", weights.source() + ", SHA-256 " + weights.sha256());
      BackboneForm.parse(weights.form())
          .ifPresent(form -> rows.put("Backbone", weights.format() + "; " + form.description()));
    }
    rows.put(
        "Images",
        "CIFAR-10 [9]"
            + (images == null ? "" : " from " + images.source() + ", SHA-256 " + images.sha256()));
    rows.put(
        "Split",
        say(
            "%d training and %d validation images from the official training set, %d images from"
                + " the official test set; stratified by class, split seed %d",
            data.train(), data.validation(), data.test(), data.splitSeed()));
    rows.put(
        "Augmentation",
        say(
            "%s per training image: random crop after %s of padding%s",
            counted(data.views(), "draw"),
            counted(data.padding(), "pixel"),
            data.flip() ? ", random mirroring" : ""));
    rows.put(
        "Grid",
        joined(config.grid().norm(), Norm::label)
            + " × "
            + joined(config.grid().clip(), Clip::label)
            + " × seeds "
            + joined(config.grid().seed(), String::valueOf)
            + further(sweep));
    double seconds =
        sweep.completed().stream()
            .map(trial -> trial.row().trainSeconds())
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .sum();
    int epochs = config.training().epochs();
    rows.put(
        "Budget",
        say(
            "%s%d epochs and %d iterations per trial; %.0f s of training and validation over all"
                + " completed trials",
            config.training().patience() > 0 ? "at most " : "",
            epochs,
            epochs * config.iterationsPerEpoch(),
            seconds));
    rows.put(
        "Recorded",
        say(
            "gradient norm of every parameter at every iteration; histogram of magnitudes every %d"
                + " iterations%s",
            config.tracking().histogramEvery(),
            config.tracking().dynamicsEvery() == 0
                ? ""
                : say(
                    "; steps, gradient noise and the loss along the gradient every %d iterations",
                    config.tracking().dynamicsEvery())));
    String machine =
        joined(
            sweep.results().environment().entrySet(),
            fact -> fact.getKey() + " " + fact.getValue());
    rows.put("Versions, machine", machine.isEmpty() ? UNKNOWN : machine);
    return rows;
  }

  private static String further(SweepEvidence sweep) {
    SweepConfig.Search search = sweep.config().search();
    String axes =
        sweep.config().grid().further().entrySet().stream()
            .map(
                axis ->
                    " × "
                        + TrialSettings.words(axis.getKey())
                        + " "
                        + joined(axis.getValue(), TrialSettings::text))
            .collect(Collectors.joining());
    return search.candidates() == 0
        ? axes
        : say(
            "%s × %d random settings of %s (seed %d)",
            axes,
            search.candidates(),
            joined(search.space().keySet(), TrialSettings::words),
            search.seed());
  }

  private static <T> String joined(Collection<T> values, Function<T, String> label) {
    return values.stream().map(label).collect(Collectors.joining(", "));
  }

  /** The limitations of the sweep, one sentence each. */
  static List<String> limits(SweepEvidence sweep) {
    SweepConfig config = sweep.best().config();
    List<String> limits = new ArrayList<>();
    int seeds = config.grid().seed().size();
    if (seeds < 2) {
      limits.add(
          "One seed: no difference in this report can be distinguished from a lucky"
              + " initialisation.");
    } else if (seeds < 5) {
      limits.add(
          seeds
              + " seeds: the intervals are wide, and small but real differences would go"
              + " undetected.");
    }
    if (config.data().train() < 45_000) {
      limits.add(
          config.data().train()
              + " of CIFAR-10's 50000 training images were used; with more images, the order of"
              + " the heads may change.");
    }
    limits.add(
        config.data().test()
            + " test images: every accuracy has a sampling error that more seeds do not reduce.");
    limits.add(
        sweep.config().tune().keys().containsKey("training.learningRate")
            ? "One data set, one backbone and one set of weights."
            : "One data set, one backbone, one set of weights and one learning rate"
                + (sweep.config().varied().isEmpty() ? "" : " in all comparisons of heads")
                + ", which puts a head that needs another one at a disadvantage.");
    if (config.training().patience() > 0) {
      limits.add(
          "Trials ended after different numbers of epochs, and what is measured over epochs covers"
              + " each trial's own: areas under curves, late losses and gradients of unlike trials"
              + " cover different parts of training.");
    }
    limits.add(
        say(
            "Everything before %s is frozen, and all epochs draw on the same %s of each image.",
            config.model().unfreezeFrom(), counted(config.data().views(), "augmentation draw")));
    limits.add(
        "Training figures include dropout and augmentation, so the generalisation gap is"
            + " comparable between trials but not absolute; wall-clock times depend on what else"
            + " the machine was doing.");
    limits.add(
        "Gradient norms of different heads cover different parameters, so their sizes are only"
            + " roughly comparable.");
    return limits;
  }

  /** Suggestions for further work, one sentence each. */
  static List<String> future(SweepEvidence sweep) {
    SweepConfig config = sweep.best().config();
    List<String> future = new ArrayList<>();
    if (config.grid().seed().size() < 5) {
      future.add("First of all, more seeds.");
    }
    if (config.data().train() < 45_000) {
      future.add("The full training set, with sweeps/full.yaml.");
    }
    if (config.grid().clip().stream().filter(Clip::active).count() < 2) {
      future.add("Several clipping thresholds around the gradient norms found here.");
    }
    Set<String> varied = new HashSet<>(sweep.config().varied());
    varied.addAll(sweep.config().tune().keys().keySet());
    future.add(
        (varied.contains("training.learningRate")
                ? "More"
                : "A learning rate tuned for each head, more")
            + " unfrozen blocks, and filter response norm"
            + " on the 7×7 map, where it has positions to average over.");
    return future;
  }

  private static String counted(int count, String what) {
    return say("%d %s%s", count, what, count == 1 ? "" : "s");
  }

  private static String number(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }
}
