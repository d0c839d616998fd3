package normsweep.sweep;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import normsweep.base.NormSweepException;
import normsweep.device.Engine;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.record.Trial;

/**
 * The inputs of every trial of a sweep. Trials whose settings lead to the same features share a
 * backbone and a feature cache; one such set is in memory at a time, because the grid's order
 * rarely changes from one to another.
 */
public final class TrialInputs implements AutoCloseable {
  private final SweepConfig config;
  private final SweepSources sources;
  private final Engine engine;
  private Optional<SweepInputs> current = Optional.empty();

  private TrialInputs(SweepConfig config, SweepSources sources, Engine engine) {
    this.config = config;
    this.sources = sources;
    this.engine = engine;
  }

  /**
   * The inputs of a sweep whose config and results are on disk. Files used at its start, if it was
   * started, are used again unless the user names others.
   *
   * @throws NormSweepException exit code 2 if the images or weights found now are different
   */
  public static TrialInputs reopen(
      SweepFolder folder, Optional<Path> userData, Optional<Path> userWeights, Engine engine) {
    SweepConfig config = folder.readConfig();
    return new TrialInputs(
        config, SweepSources.acquireAgain(folder, config.data(), userData, userWeights), engine);
  }

  /** Computes the features of all these trials that are not in the cache. */
  void prepare(List<Trial> trials) {
    trials.forEach(this::of);
  }

  /** The inputs of a trial; those of trials with other features are closed. */
  public SweepInputs of(Trial trial) {
    SweepConfig own = config.of(trial);
    Optional<SweepInputs> shared = current.flatMap(inputs -> inputs.sharedBy(own));
    if (shared.isEmpty()) {
      closeCurrent();
      shared = Optional.of(SweepInputs.of(own, sources, engine));
    }
    current = shared;
    return shared.get();
  }

  /** What the features of a trial depend on, as a digest. */
  public String featuresKey(Trial trial) {
    return SweepFeatures.key(
        config.of(trial),
        sources.weights().sha256(),
        sources.data().sha256(),
        engine.trunk().device());
  }

  /** Where the weights come from. */
  public WeightsOrigin weightsOrigin() {
    return sources.weightsOrigin();
  }

  /** Where the images come from, and how many a trial uses. */
  DataOrigin dataOrigin(Trial trial) {
    return sources.data().origin(config.of(trial).data());
  }

  /** The consequence of other weights replacing the ImageNet ones, if they did. */
  public Optional<String> weightsNote() {
    return sources.weights().note();
  }

  private void closeCurrent() {
    current.ifPresent(SweepInputs::closeBackbone);
    current = Optional.empty();
  }

  @Override
  public void close() {
    closeCurrent();
    sources.close();
  }
}
