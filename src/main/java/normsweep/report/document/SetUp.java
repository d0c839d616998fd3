package normsweep.report.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.SweepConfig;
import normsweep.record.SweepResults;
import normsweep.report.analysis.SweepEvidence;

/** What a sweep was run with, in words: everything needed to repeat it. */
final class SetUp {
  private static final String UNKNOWN = "not known yet";

  private SetUp() {}

  /**
   * A row of the set-up table.
   *
   * @param key what it is about
   * @param value what it was
   */
  public record Row(String key, String value) {}

  /** The protocol as a paragraph. */
  static String protocol(SweepConfig config) {
    return String.format(
        Locale.ROOT,
        "Every trial trains the same network from the same pretrained weights and differs only in"
            + " the norm of its head, the limit on its gradients and the seed. Images of 32×32"
            + " are upscaled to 224×224; the layers of MobileNetV2 [4] before %s are frozen and"
            + " their output is computed once for each image and augmentation draw and shared by"
            + " all trials. The trainable rest is %s and what follows it, average pooling, a dense"
            + " layer of %d units, the norm, ReLU (filter response norm: TLU), dropout %s and a"
            + " dense layer of 10 classes, initialised as in [3]. It is trained on cross-entropy"
            + " with Adam [8], a learning rate of %s after a linear warm-up of %s and a"
            + " cosine decay to zero, %d epochs of %d images in batches of %d. The parameters of"
            + " the epoch with the lowest validation loss are kept; the test images are looked at"
            + " once, with those.",
        config.model().unfreezeFrom(),
        config.model().unfreezeFrom(),
        config.model().hiddenUnits(),
        number(config.model().dropout()),
        number(config.training().learningRate()),
        warmup(config.training().warmupEpochs()),
        config.training().epochs(),
        config.data().train(),
        config.training().batchSize());
  }

  /** The set-up table. */
  static List<Row> rows(SweepEvidence sweep) {
    SweepConfig config = sweep.config();
    SweepConfig.Data data = config.data();
    SweepResults results = sweep.results();
    List<Row> rows = new ArrayList<>();
    SweepResults.WeightsOrigin weights = results.weights();
    rows.add(
        new Row(
            "Weights",
            weights == null
                ? UNKNOWN
                : weights.name() + ", pretrained on " + weights.pretrainedOn()));
    if (weights != null) {
      rows.add(new Row("… from", weights.source() + ", SHA-256 " + weights.sha256()));
    }
    rows.add(
        new Row(
            "Images",
            "CIFAR-10 [9]"
                + (results.data() == null
                    ? ""
                    : " from "
                        + results.data().source()
                        + ", SHA-256 "
                        + results.data().sha256())));
    rows.add(
        new Row(
            "Split",
            String.format(
                Locale.ROOT,
                "%d training and %d validation images of the official training set, %d of the official test set, stratified by class, split seed %d",
                data.train(),
                data.validation(),
                data.test(),
                data.splitSeed())));
    rows.add(
        new Row(
            "Augmentation",
            String.format(
                Locale.ROOT,
                "%d draws of every training image: crop after %d pixels of padding%s",
                data.views(),
                data.padding(),
                data.flip() ? ", mirrored at random" : "")));
    rows.add(
        new Row(
            "Grid",
            config.grid().norm().stream().map(Norm::label).collect(Collectors.joining(", "))
                + " × "
                + config.grid().clip().stream().map(Clip::label).collect(Collectors.joining(", "))
                + " × seeds "
                + config.grid().seed().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", "))));
    double seconds =
        sweep.completed().stream()
            .filter(trial -> trial.row().trainSeconds() != null)
            .mapToDouble(trial -> trial.row().trainSeconds())
            .sum();
    rows.add(
        new Row(
            "Budget",
            String.format(
                Locale.ROOT,
                "%d epochs, %d iterations a trial; %.0f s of training in all completed trials",
                config.training().epochs(),
                config.training().epochs() * config.iterationsPerEpoch(),
                seconds)));
    rows.add(
        new Row(
            "Recorded",
            String.format(
                Locale.ROOT,
                "gradient norms of every parameter at every iteration, magnitude histograms every %d iterations",
                config.tracking().histogramEvery())));
    String machine =
        results.environment().entrySet().stream()
            .map((Map.Entry<String, String> fact) -> fact.getKey() + " " + fact.getValue())
            .collect(Collectors.joining(", "));
    rows.add(new Row("Versions, machine", machine.isEmpty() ? UNKNOWN : machine));
    return rows;
  }

  /** What the sweep cannot say, a sentence each. */
  static List<String> limits(SweepEvidence sweep) {
    SweepConfig config = sweep.config();
    List<String> limits = new ArrayList<>();
    int seeds = config.grid().seed().size();
    if (seeds < 2) {
      limits.add(
          "One seed: no difference in this report can be told from the luck of an initialisation.");
    } else if (seeds < 5) {
      limits.add(
          seeds
              + " seeds: the intervals are wide, and small differences that exist would not be"
              + " found.");
    }
    if (config.data().train() < 45_000) {
      limits.add(
          config.data().train()
              + " of CIFAR-10's 50000 training images were used; with more of them the order of"
              + " the heads may be another.");
    }
    limits.add(
        config.data().test()
            + " test images: every accuracy has a sampling error that more seeds do not remove.");
    limits.add(
        "One data set, one backbone, one set of pretrained weights, one learning rate for all"
            + " heads: a head that wants another learning rate is at a disadvantage.");
    limits.add(
        "Everything before "
            + config.model().unfreezeFrom()
            + " is frozen, and the epochs share "
            + config.data().views()
            + " augmentation draws of each image.");
    limits.add(
        "Training figures are taken with dropout and augmentation, so that the generalisation gap"
            + " is comparable between trials but no absolute measure; wall times depend on what"
            + " else the machine did.");
    limits.add(
        "Gradient norms of different heads have different parameters in them and compare in size"
            + " only roughly.");
    return limits;
  }

  /** What would be worth doing next, a sentence each. */
  static List<String> future(SweepEvidence sweep) {
    SweepConfig config = sweep.config();
    List<String> future = new ArrayList<>();
    if (config.grid().seed().size() < 5) {
      future.add("More seeds, before anything else.");
    }
    if (config.data().train() < 45_000) {
      future.add("The whole training set, with sweeps/full.yaml.");
    }
    if (config.grid().clip().stream().filter(Clip::active).count() < 2) {
      future.add("Several thresholds around the gradient norms found here.");
    }
    future.add(
        "A learning rate tuned for each head, unfreezing further blocks, and filter response norm"
            + " on the 7×7 map, where it has positions to average over.");
    future.add("A paired test on the single test images, which are the same for all trials.");
    return future;
  }

  private static String warmup(double epochs) {
    return number(epochs) + (epochs == 1 ? " epoch" : " epochs");
  }

  private static String number(double value) {
    return new java.math.BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }
}
