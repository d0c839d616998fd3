package normsweep.report.finding;

import static java.util.stream.Collectors.joining;
import static normsweep.report.analysis.Sentences.capital;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.record.BlockBatchNorm;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.report.analysis.ClippingFactor;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.LearningCurve;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.Summary;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;

/**
 * Likely reasons for what a sweep showed. Remarks such as {@code {?table:contrasts}} refer to
 * tables and figures; the document fills them in.
 */
final class Explanations {
  private static final Measure ACCURACY = Measure.TEST_ACCURACY;
  private static final double RISE = 0.02;
  private static final double LONGER = 1.05;

  private final SweepEvidence sweep;
  private final Contrasts contrasts;

  private Explanations(SweepEvidence sweep, Contrasts contrasts) {
    this.sweep = sweep;
    this.contrasts = contrasts;
  }

  /** Those that the sweep has data for. */
  static List<Explanation> of(SweepEvidence sweep, Contrasts contrasts, List<Clip> clips) {
    Explanations all = new Explanations(sweep, contrasts);
    List<Explanation> found = new ArrayList<>();
    all.norms().ifPresent(found::add);
    clips.stream()
        .filter(clip -> clip.mode() == Clip.Mode.GLOBAL_NORM)
        .findFirst()
        .flatMap(all::clipping)
        .ifPresent(found::add);
    all.overfitting().ifPresent(found::add);
    all.gradients().ifPresent(found::add);
    all.sharpness().ifPresent(found::add);
    return found;
  }

  private Optional<Explanation> norms() {
    List<Contrast> pairs =
        contrasts.of(ACCURACY).stream().filter(one -> one.clip().isEmpty()).toList();
    if (pairs.isEmpty()) {
      return Optional.empty();
    }
    List<Contrast> beyond =
        pairs.stream().filter(one -> one.verdict() == Verdict.BEYOND_NOISE).toList();
    String seen =
        beyond.isEmpty()
            ? say(
                "The means of the norms are at most %s apart%s{?table:contrasts}.",
                largest(pairs),
                sweep.seeds().size() > 1 ? ", which is within the noise between seeds" : "")
            : say(
                "Of %d pairs of norms, %d differ%s in test accuracy{?table:contrasts}.",
                pairs.size(), beyond.size(), beyond.size() == 1 ? "s" : "");
    boolean frozen = sweep.config().model().blockBatchNorm() == BlockBatchNorm.FROZEN;
    String mechanism =
        beyond.isEmpty()
            ? (frozen
                    ? "The pooled features that a head receives have similar sizes in all images,"
                    : "The trainable block has batch norms of its own [Sandler 2018], so a head"
                        + " receives features of a similar size in any case,")
                + " and it is only two layers deep: the smoothing of the loss by which batch norm"
                + " helps deep networks [Santurkar 2018] has little to act on."
            : beyond.stream()
                .flatMap(one -> Stream.of(one.head(), one.other().orElseThrow()))
                .distinct()
                .map(Explanations::particular)
                .collect(joining(" "));
    String refutation =
        beyond.isEmpty()
            ? (frozen
                ? "A difference that appears with more seeds or a deeper head."
                : "Norms that do differ once model.blockBatchNorm is frozen or the head is deeper.")
            : "The same order with batch norm in batches of other sizes, and with filter response"
                + " norm on the 7×7 map.";
    return Optional.of(new Explanation("Norm", seen, mechanism, refutation));
  }

  private Optional<Explanation> clipping(Clip clip) {
    List<Contrast> effects =
        sweep.heads().stream()
            .flatMap(head -> contrasts.clipping(ACCURACY, head, clip).stream())
            .toList();
    if (effects.isEmpty()) {
      return Optional.empty();
    }
    List<String> changed =
        effects.stream()
            .filter(one -> one.verdict() == Verdict.BEYOND_NOISE)
            .map(one -> one.head().label())
            .toList();
    double steps = meanStep(clip).orElse(1.0);
    String seen =
        say(
            "Clipping multiplies the median gradient by %s%s{?figure:gradient-steps}. %s",
            factors(clip),
            steps > LONGER
                ? say(", and the median step is %.1f times as long as without clipping", steps)
                : "",
            changed.isEmpty()
                ? sweep.seeds().size() > 1
                    ? "No head's accuracy responds beyond noise."
                    : say("Accuracy responds by at most %s.", largest(effects))
                : say("Accuracy responds with %s.", Sentences.list(changed)));
    if (sweep.config().training().optimizer().hasMomentum()) {
      return Optional.of(
          new Explanation(
              "Clipping",
              seen,
              "The steps of gradient descent are proportional to the gradient, so clipping acts as a"
                  + " lower learning rate on the steps that it changes [Pascanu 2013].",
              "Clipped training that a higher learning rate does not bring back to the unclipped"
                  + " curve."));
    }
    String longer =
        steps > LONGER
            ? " Steps become longer because the large gradients of the first epochs, which stay in"
                + " the running average for about a thousand steps, are cut."
            : "";
    return Optional.of(
        new Explanation(
            "Clipping",
            seen,
            sweep.config().training().optimizer().label()
                + " divides each gradient by a running average of its size, so a factor common to"
                + " all steps cancels [Kingma 2015], and only its changes from step to step act."
                + longer,
            "An effect on accuracy for a head whose clipping factor hardly varies, or the same"
                + " effect with SGD, whose steps do shrink."));
  }

  private static String particular(HeadKind head) {
    return switch (head.norm()) {
      case BATCH_NORM ->
          "Batch norm adds the noise of its batch statistics, which regularises [Ioffe 2015].";
      case LAYER_NORM ->
          "Layer norm removes what the activations of one image have in common [Ba 2016].";
      case FILTER_RESPONSE_NORM ->
          head.placement() == FrnPlacement.DENSE
              ? "On a 1×1 map, filter response norm reduces each unit almost to its sign"
                  + " [Singh 2020], which discards how strongly a feature is present."
              : "On the 7×7 map, filter response norm equalises the channels before pooling"
                  + " [Singh 2020].";
      case NONE -> "The norm-free head keeps the sizes of its activations.";
    };
  }

  private static String largest(List<Contrast> contrasts) {
    double largest =
        contrasts.stream()
            .mapToDouble(one -> Math.abs(one.effect().difference()))
            .max()
            .orElseThrow();
    return ACCURACY.formatDifference(largest).replace("+", "");
  }

  // “0.29 to 0.62”, over heads.
  private String factors(Clip clip) {
    DoubleSummaryStatistics factors =
        sweep.completed().stream()
            .filter(trial -> trial.row().clip().equals(clip))
            .flatMap(trial -> trial.gradients().stream())
            .mapToDouble(series -> ClippingFactor.of(series).median())
            .summaryStatistics();
    String least = say("%.2f", factors.getMin());
    String most = say("%.2f", factors.getMax());
    return least.equals(most) ? least : least + " to " + most;
  }

  private Optional<Double> meanStep(Clip clip) {
    return Summary.of(
            sweep.completed().stream()
                .filter(trial -> trial.row().clip().equals(clip))
                .flatMap(trial -> sweep.stepLength(trial).stream())
                .toList())
        .map(Summary::mean);
  }

  private Optional<Explanation> overfitting() {
    List<LearningCurve> curves =
        sweep.completed().stream().map(TrialEvidence::curve).flatMap(Optional::stream).toList();
    long rising =
        curves.stream()
            .filter(one -> one.last().valLoss() > (1 + RISE) * one.selected().valLoss())
            .count();
    if (rising == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Explanation(
            "Overfitting",
            say(
                "In %d of %d trials, validation loss ends more than %.0f %% above its"
                    + " minimum{?figure:curves}.",
                rising, curves.size(), 100 * RISE),
            "Cross-entropy keeps falling on images that are already classified correctly, by larger"
                + " logits; on other images the same logits make mistakes more expensive"
                + " [Guo 2017].",
            "A temperature fitted to the validation images that does not bring the loss back to its"
                + " minimum, or no later minimum with more augmentation draws."));
  }

  private Optional<Explanation> gradients() {
    HeadKind response = new HeadKind(Norm.FILTER_RESPONSE_NORM, FrnPlacement.DENSE);
    return HeadRanking.of(sweep, contrasts, Measure.GRADIENT_NORM)
        .filter(ranking -> ranking.first().equals(response))
        .map(
            ranking ->
                new Explanation(
                    "Size of gradients",
                    say(
                        "%s has the largest gradients{?table:gradients}.",
                        capital(response.label())),
                    "On a 1×1 map its slope falls from 1/√ε at zero to almost nothing where x² is"
                        + " much larger than ε, so that few units carry the gradient.",
                    "Gradients as large with the norm on the 7×7 map, or none on ε."));
  }

  private Optional<Explanation> sharpness() {
    return HeadRanking.of(sweep, contrasts, Measure.SHARPNESS)
        .map(
            ranking -> {
              Contrast sharpest =
                  ranking.others().values().stream()
                      .max(Comparator.comparingDouble(one -> one.effect().second()))
                      .orElseThrow();
              return new Explanation(
                  "Flatness",
                  say(
                      "Mean sharpness ranges from %s (%s) to %s (%s){?table:landscapes}.",
                      Measure.SHARPNESS.format(ranking.mean()),
                      ranking.first().label(),
                      Measure.SHARPNESS.format(sharpest.effect().second()),
                      sharpest.other().orElseThrow().label()),
                  "Flat minima have been associated with better generalisation [Keskar 2017, Li"
                      + " 2018], but curvature also depends on how a network is parametrised"
                      + " [Dinh 2017], and norms change just that.",
                  "An order of heads by flatness that agrees with that by test loss over many"
                      + " trials and settings.");
            });
  }
}
