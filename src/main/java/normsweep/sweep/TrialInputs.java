package normsweep.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import normsweep.backbone.Weights;
import normsweep.base.NormSweepException;
import normsweep.device.Engine;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.record.Trial;
import org.apache.commons.io.function.IOFunction;

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
  private boolean prepared;

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
    SweepInputs inputs = opened(trial);
    if (!prepared) {
      inputs.prepare();
      prepared = true;
    }
    return inputs;
  }

  private SweepInputs opened(Trial trial) {
    SweepConfig own = config.of(trial);
    Optional<SweepInputs> shared = current.flatMap(inputs -> inputs.sharedBy(own));
    if (shared.isEmpty()) {
      closeCurrent();
      prepared = false;
      shared = Optional.of(SweepInputs.unprepared(own, sources, engine));
    }
    current = shared;
    return shared.get();
  }

  /**
   * The features of these trials in ranges of images, each once, so that several machines can
   * compute them; none for pictures, whose features are kept one by one.
   */
  public List<FeatureRange> ranges(List<Trial> trials) {
    Map<String, FeatureRange> found = new LinkedHashMap<>();
    Set<List<Object>> seen = new HashSet<>();
    for (Trial trial : trials) {
      SweepConfig own = config.of(trial);
      if (!own.data().own() && seen.add(List.of(own.data(), own.model().unfreezeFrom()))) {
        SweepFeatures.of(own, sources, engine, null)
            .ranges(trial)
            .forEach(range -> found.putIfAbsent(range.name(), range));
      }
    }
    return List.copyOf(found.values());
  }

  /** Computes the features of a range, and writes them to a file. */
  public void compute(FeatureRange range, Path file) throws IOException {
    opened(range.trial()).compute(range, file);
  }

  /**
   * Puts the features of a trial together in the cache, as far as they are not there.
   *
   * @param fetch gets the file of a range
   */
  public void assemble(Trial trial, IOFunction<FeatureRange, Path> fetch) throws IOException {
    if (!config.of(trial).data().own()) {
      SweepFeatures.of(config.of(trial), sources, engine, null).assemble(trial, fetch);
    }
  }

  /** A few lines about images and weights, without those about the backbone. */
  public List<String> describe() {
    return sources.describe();
  }

  /** What trials are computed on. */
  public Engine engine() {
    return engine;
  }

  /** The backbone's weights. */
  public Weights weights() {
    return sources.weights();
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
