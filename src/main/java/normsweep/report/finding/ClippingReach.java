package normsweep.report.finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import normsweep.record.Clip;
import normsweep.report.analysis.ClippedShare;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.analysis.TrialEvidence;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** How many steps of a head a clipping choice changed. */
public final class ClippingReach implements Rule {
  private final HeadKind head;
  private final Clip clip;

  /** The reach of {@code clip} in {@code head}. */
  public ClippingReach(HeadKind head, Clip clip) {
    this.head = head;
    this.clip = clip;
  }

  /** Clipped steps per epoch, over all seeds; empty without gradient norms. */
  static List<ClippedShare> byEpoch(SweepEvidence sweep, HeadKind head, Clip clip) {
    SortedMap<Integer, ClippedShare> epochs = new TreeMap<>();
    for (TrialEvidence trial : sweep.trials(head, clip)) {
      if (trial.row().completed()) {
        for (ClippedShare share : trial.clippedByEpoch(sweep.config().iterationsPerEpoch())) {
          epochs.merge(share.epoch(), share, ClippedShare::plus);
        }
      }
    }
    return new ArrayList<>(epochs.values());
  }

  /** Whether a clipping choice was used and never changed a step. */
  static boolean neverFired(SweepEvidence sweep, HeadKind head, Clip clip) {
    ClippedShare all = ClippedShare.total(byEpoch(sweep, head, clip));
    return all.iterations() > 0 && all.clipped() == 0;
  }

  @Override
  public Optional<Finding> apply(SweepEvidence sweep) {
    List<ClippedShare> epochs = byEpoch(sweep, head, clip);
    if (!clip.active() || epochs.isEmpty()) {
      return Optional.empty();
    }
    ClippedShare all = ClippedShare.total(epochs);
    if (all.clipped() == 0) {
      return Optional.of(
          new Finding(
              Topic.CLIPPING,
              Strength.CONCLUSION,
              String.format(
                  Locale.ROOT,
                  "%s never changed a step of %s (0 of %d), so it made no difference.",
                  Sentences.capital(Sentences.clipping(clip)),
                  head.label(),
                  all.iterations()),
              List.of(0.0, (double) all.iterations())));
    }
    ClippedShare first = epochs.get(0);
    ClippedShare last = epochs.get(epochs.size() - 1);
    String course =
        epochs.size() < 2
            ? ""
            : String.format(
                Locale.ROOT,
                ": %s in the first epoch, %s in the last",
                Sentences.percent(first.share()),
                Sentences.percent(last.share()));
    return Optional.of(
        new Finding(
            Topic.CLIPPING,
            Strength.CONCLUSION,
            String.format(
                Locale.ROOT,
                "%s changed %s of the steps of %s (%d of %d)%s.",
                Sentences.capital(Sentences.clipping(clip)),
                Sentences.percent(all.share()),
                head.label(),
                all.clipped(),
                all.iterations(),
                course),
            List.of(all.share(), first.share(), last.share())));
  }
}
