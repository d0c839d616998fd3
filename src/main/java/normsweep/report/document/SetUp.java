package normsweep.report.document;

import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import normsweep.backbone.BackboneForm;
import normsweep.record.BlockBatchNorm;
import normsweep.record.Clip;
import normsweep.record.SweepConfig;
import normsweep.record.SweepResults;
import normsweep.report.analysis.SweepEvidence;

/** Where a sweep comes from, its limits and what could follow. */
final class SetUp {
  private static final String UNKNOWN = "not yet known";

  private SetUp() {}

  /** Where everything comes from and what it ran on. */
  static Map<String, String> provenance(SweepEvidence sweep) {
    SweepConfig config = sweep.best().config();
    SweepResults.WeightsOrigin weights = sweep.results().weights();
    SweepResults.DataOrigin images = sweep.results().data();
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put(
        "Weights",
        weights == null
            ? UNKNOWN
            : weights.source() + ", SHA-256 " + weights.sha256() + "; " + weights.format());
    if (weights != null) {
      BackboneForm.parse(weights.form())
          .ifPresent(form -> rows.put("Form of the backbone", form.description()));
    }
    rows.put(
        "Images",
        (images == null ? UNKNOWN : images.source() + ", SHA-256 " + images.sha256())
            + "; split seed "
            + config.data().splitSeed());
    double seconds =
        sweep.completed().stream()
            .map(trial -> trial.row().trainSeconds())
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .sum();
    rows.put(
        "Time",
        say("%.0f s of training and validation over all completed trials, in sum", seconds));
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
        sweep.results().environment().entrySet().stream()
            .map(fact -> fact.getKey() + " " + fact.getValue())
            .collect(Collectors.joining(", "));
    rows.put("Versions, machine", machine.isEmpty() ? UNKNOWN : machine);
    return rows;
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
    if (!config.data().own() && config.data().train() < 45_000) {
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
            config.model().unfreezeFrom(),
            Choices.counted(config.data().views(), "augmentation draw")));
    if (config.model().blockBatchNorm() != BlockBatchNorm.FROZEN) {
      limits.add(
          "The trainable block has batch norms of its own in every trial: with layer norm and filter"
              + " response norm, too, the images of a batch influence each other.");
    }
    SweepResults.WeightsOrigin weights = sweep.results().weights();
    limits.add(
        "All trials start from the same weights"
            + (weights == null ? "" : ", pretrained on " + weights.pretrainedOn())
            + ": other pretraining may favour another norm.");
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
    if (!config.data().own() && config.data().train() < 45_000) {
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
}
