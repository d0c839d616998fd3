package normsweep.sweep;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import normsweep.base.NormSweepException;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;

/**
 * What running a sweep would do, from its config and its folder alone: nothing is downloaded,
 * computed or written.
 *
 * @param rows all trials, with what is known of those that were started
 * @param trainSeconds time to train the trials that are left
 * @param featureSeconds time to compute features of which none is in the cache
 * @param trialBytes disk space of the trials that are left
 * @param featureBytes disk space of features of which none is in the cache
 * @param epochs the epochs that are left to train
 * @param cores that train for so long; features are computed by two
 * @param basis what the estimates rest on
 * @param tuning the trials that tune the sweep, which count in the estimates of features alone
 */
public record SweepPlan(
    List<TrialResult> rows,
    double trainSeconds,
    double featureSeconds,
    long trialBytes,
    long featureBytes,
    long epochs,
    int cores,
    String basis,
    Optional<SweepPlan> tuning) {
  /** Training images per second with their validation, on two AVX2 cores. */
  private static final double FUSED_RATE = 1100;

  private static final double STOCK_RATE = 130;

  private static final int CORES = 2;

  /** What a trial takes beside its epochs: creating, evaluating and saving its network. */
  private static final double TRIAL_SECONDS = 2;

  /** Images per second through the frozen trunk, on two AVX2 cores. */
  private static final double TRUNK_RATE = 200;

  /** Features of an image at the usual cut: a map of 7×7×320 in half precision. */
  private static final long FEATURE_BYTES = 7 * 7 * 320 * 2;

  /** model.zip, two checkpoints and statistics of a trial with the usual head. */
  private static final long TRIAL_BYTES = 33_000_000;

  /** The parameters of the usual head, kept for every epoch. */
  private static final long EPOCH_BYTES = 1_400_000;

  /** Gradient norms of one step, of the nine parameters of the usual tail. */
  private static final long STEP_BYTES = 400;

  /**
   * The plan of a sweep in its folder.
   *
   * @throws NormSweepException exit code 2 under the conditions under which running it is refused
   */
  public static SweepPlan of(SweepConfig config, SweepFolder folder, SweepRunner.Options options) {
    Map<String, Long> features = new HashMap<>();
    Optional<SweepPlan> tuning =
        config.tuned()
            ? Optional.of(
                of(config.tuning(), folder.tuning(), options, features, Optional.empty(), 0))
            : Optional.empty();
    return of(config, folder, options, features, tuning, TRIAL_BYTES);
  }

  private static SweepPlan of(
      SweepConfig config,
      SweepFolder folder,
      SweepRunner.Options options,
      Map<String, Long> features,
      Optional<SweepPlan> tuning,
      long trialBytes) {
    FolderClaim claim = new FolderClaim(config, folder, options.engine());
    List<Trial> trials = options.fresh() ? TrialGrid.of(config) : claim.trials();
    MemoryBudget.require(config, trials, options.engine().tail(), TrialPool.TrialMemory.here());
    SweepResults earlier = options.fresh() ? null : claim.rows(trials);
    List<TrialResult> rows =
        earlier == null
            ? trials.stream().map(TrialResult::pending).toList()
            : found(earlier, folder, options);
    List<TrialResult> done = rows.stream().filter(TrialResult::completed).toList();
    double ownRate =
        done.stream()
                .mapToDouble(row -> (double) row.epochs() * config.of(row.trial()).data().train())
                .sum()
            / done.stream().mapToDouble(TrialResult::trainSeconds).sum();
    double seconds = 0;
    double bytes = 0;
    long epochsLeft = 0;
    Map<String, Integer> expected = new Halving(config).expectedEpochs(config, trials);
    for (TrialResult row : rows) {
      if (row.ended()) {
        continue;
      }
      SweepConfig own = config.of(row.trial());
      int epochs = Math.max(0, expected.get(row.id()) - row.epochs());
      epochsLeft += epochs;
      double constant =
          MemoryBudget.isFused(own, row.trial(), options.engine().tail()) ? FUSED_RATE : STOCK_RATE;
      seconds +=
          TRIAL_SECONDS
              + (double) epochs * own.data().train() / (done.isEmpty() ? constant : ownRate);
      bytes +=
          trialBytes
              + (double) EPOCH_BYTES * epochs
              + (double) STEP_BYTES * epochs * own.iterationsPerEpoch();
      features.putAll(SweepFeatures.parts(own));
    }
    long images = features.values().stream().mapToLong(Long::longValue).sum();
    String basis =
        done.isEmpty()
            ? String.format(
                Locale.ROOT,
                "constants of a 2-core AVX2 machine (%.0f training images/s, %.0f with stock"
                    + " layers, %.0f images/s through the trunk)",
                FUSED_RATE,
                STOCK_RATE,
                TRUNK_RATE)
            : String.format(
                Locale.ROOT,
                "the %d completed trials in this folder (%.0f training images/s)",
                done.size(),
                ownRate);
    return new SweepPlan(
        rows,
        seconds,
        images / TRUNK_RATE,
        (long) bytes,
        images * FEATURE_BYTES,
        epochsLeft,
        done.isEmpty() ? CORES : cores(earlier),
        basis,
        tuning);
  }

  private static int cores(SweepResults results) {
    String cores = results.environment().getOrDefault("cores", "");
    return cores.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(cores) : CORES;
  }

  private static List<TrialResult> found(
      SweepResults results, SweepFolder folder, SweepRunner.Options options) {
    if (options.engine().known() && !results.trials().stream().allMatch(TrialResult::ended)) {
      Environment.resumed(folder, results, options.engine(), options.switchDevice());
    }
    return results.now(SweepLock.isHeld(folder)).trials();
  }
}
