package normsweep.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import normsweep.sweep.SweepPlan;

/**
 * What the rest of a sweep takes on a cluster, whatever the number of executors. Features are
 * written to the sweep's folder once, and every executor that joins fetches all of them into its
 * cache; a trial writes a checkpoint after every epoch, and its files when it ends.
 *
 * @param featureHours executor-hours to compute features of which none is in the cache
 * @param trainHours executor-hours to train
 * @param featureBytes size of the features
 * @param folderBytes what is kept in the sweep's folder: features and trials
 * @param writtenBytes what goes to the sweep's folder over the network, earlier checkpoints too
 * @param executorBytes what goes to each executor over the network, and is kept on its disk
 */
record ClusterEstimate(
    double featureHours,
    double trainHours,
    long featureBytes,
    long folderBytes,
    long writtenBytes,
    long executorBytes) {
  private static final Pattern LOCAL = Pattern.compile("local\\[([1-9][0-9]{0,3})\\]");

  /** Of the seconds that features take. */
  private static final int FEATURE_CORES = 2;

  /** Parameters of a trial and the optimizer's state; the last two are among the trial's files. */
  static final long CHECKPOINT_BYTES = 11_900_000;

  /** The program's jar and the libraries that Spark has not. */
  static final long PROGRAM_BYTES = 530_000_000;

  /**
   * The estimate for executors that train one trial at a time.
   *
   * @param cores of such an executor
   */
  static ClusterEstimate of(SweepPlan plan, int cores) {
    double coreSeconds = trainCoreSeconds(plan);
    coreSeconds += plan.tuning().map(ClusterEstimate::trainCoreSeconds).orElse(0.0);
    long trials = plan.trialBytes() + plan.tuning().map(SweepPlan::trialBytes).orElse(0L);
    long epochs = plan.epochs() + plan.tuning().map(SweepPlan::epochs).orElse(0L);
    long kept = plan.featureBytes() + trials;
    return new ClusterEstimate(
        plan.featureSeconds() * FEATURE_CORES / cores / 3600,
        coreSeconds / cores / 3600,
        plan.featureBytes(),
        kept,
        kept + epochs * CHECKPOINT_BYTES,
        plan.featureBytes() + PROGRAM_BYTES);
  }

  private static double trainCoreSeconds(SweepPlan plan) {
    return plan.trainSeconds() * plan.cores();
  }

  /** Cores of an executor, by the settings with which the sweep would run. */
  static int cores(String master) {
    Matcher local = LOCAL.matcher(master);
    int threads = local.matches() ? Integer.parseInt(local.group(1)) : 1;
    return Integer.getInteger(
        "spark.task.cpus", Integer.getInteger("spark.executor.cores", threads));
  }

  /** Three lines. */
  String text(int cores) {
    return String.format(
        Locale.ROOT,
        "cluster: about %.1f executor-hours (%d core%s each): %.1f of training, at most %.1f for"
            + " features%n"
            + "network: about %s to the sweep's folder, and %s to each executor (features and"
            + " program)%n"
            + "storage: about %s in the sweep's folder, %s of it features, and %s on each"
            + " executor%n",
        featureHours + trainHours,
        cores,
        cores == 1 ? "" : "s",
        trainHours,
        featureHours,
        DryRun.size(writtenBytes),
        DryRun.size(executorBytes),
        DryRun.size(folderBytes),
        DryRun.size(featureBytes),
        DryRun.size(executorBytes));
  }
}
