package normsweep.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import normsweep.backbone.Weights;
import normsweep.backbone.WeightsRecord;
import normsweep.base.Progress;
import normsweep.data.Caches;
import normsweep.device.Engine;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.sweep.Environment;
import normsweep.sweep.FeatureRange;
import normsweep.sweep.TrialPool;
import normsweep.train.StoppedException;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Trains the trials of one sweep on Spark: one job for features, and one for each set of trials.
 */
final class SparkPool implements TrialPool {
  private final SparkPlace place;
  private final Sweep sweep;
  private final Store store;
  private final Store shared;
  private SweepOrder order;

  SparkPool(SparkPlace place, Sweep sweep) throws IOException {
    this.place = place;
    this.sweep = sweep;
    shared = place.store();
    store = place.store(sweep.folder());
  }

  @Override
  public boolean concurrent() {
    return true;
  }

  @Override
  public List<String> prepare(List<Trial> trials) throws IOException {
    List<String> lines = new ArrayList<>(sweep.inputs().describe());
    lines.add("cluster:  " + place.describe());
    order = order();
    sendInputs();
    Set<String> there = new HashSet<>(shared.walk(SweepOrder.features("")));
    List<FeatureRange> missing =
        sweep.inputs().ranges(trials).stream()
            .filter(range -> !there.contains(range.name()))
            .toList();
    lines.add(missing.isEmpty() ? "features: all in " + shared : compute(missing));
    return lines;
  }

  private SweepOrder order() throws IOException {
    Engine engine = sweep.inputs().engine();
    Weights weights = sweep.inputs().weights();
    SweepResults results = sweep.folder().readResults();
    return new SweepOrder(
        UUID.randomUUID().toString(),
        place.storeAddress(sweep.folder()),
        place.storeAddress(place.folder()),
        new SerializableConfiguration(place.spark().hadoopConfiguration()),
        Files.readString(sweep.folder().config()),
        Records.json().writeValueAsString(results.of(results.trials().subList(0, 1))),
        sweep.tuning(),
        sweep.earlier(),
        Environment.describe(engine).get("build"),
        place.threads(),
        engine.tail().device().gpu() || engine.trunk().device().gpu(),
        engine.tail().onlyStock().isPresent(),
        weights.file().toAbsolutePath().toString(),
        weights.sha256());
  }

  /** Puts weights and images where executors find them. */
  private void sendInputs() throws IOException {
    Weights weights = sweep.inputs().weights();
    Path cifar = Caches.root().resolve("cifar-10").resolve("cifar-10.bin");
    if (!sweep.config().data().own()
        && !(shared.exists(SweepOrder.CIFAR)
            && shared.length(SweepOrder.CIFAR) == Files.size(cifar))) {
      shared.put(cifar, SweepOrder.CIFAR);
    }
    if (!shared.exists(order.weightsKey())) {
      WeightsRecord record =
          new WeightsRecord(weights.source(), weights.sha256(), weights.pretrainedOn());
      shared.write(order.weightsKey() + ".json", Records.json().writeValueAsBytes(record));
      shared.put(weights.file(), order.weightsKey());
    }
  }

  private String compute(List<FeatureRange> ranges) throws IOException {
    int images = ranges.stream().mapToInt(FeatureRange::images).sum();
    long begin = System.nanoTime();
    SparkJob job = new SparkJob(place.spark());
    try (Progress progress = Progress.of("Features", images, "images")) {
      job.run(
          "Features of " + sweep.config().name(),
          ranges,
          new FeatureTask(order),
          outcome -> {
            progress.step(outcome.images());
            return true;
          });
    }
    return String.format(
        Locale.ROOT,
        "features: %.0f images/s through the trunk",
        images / ((System.nanoTime() - begin) / 1e9));
  }

  @Override
  public boolean train(List<Trial> trials, int until, Follower follower) throws IOException {
    Following following = new Following(trials, follower);
    List<Trial> left = new ArrayList<>();
    Set<String> committed = new HashSet<>(store.list(Snapshot.COMMITS));
    for (Trial trial : trials) {
      String key = Snapshot.commit(trial.id(), until);
      if (!committed.contains(key.substring(Snapshot.COMMITS.length() + 1))) {
        left.add(trial);
      } else if (!following.done(Outcome.done(key))) { // of a driver that was lost
        return false;
      }
    }
    if (left.isEmpty()) {
      return true;
    }
    SparkJob job = new SparkJob(place.spark());
    DriverLink.receiver(
        message -> {
          if (message.kind() == Message.Kind.DUE) {
            return Boolean.toString(follower.due(following.trials.get(message.trial())));
          }
          job.tell(message);
          return "";
        });
    SparkJob.End end =
        job.run("Trials of " + sweep.config().name(), left, new TrialTask(order, until), following);
    if (end == SparkJob.End.STOPPED) {
      throw new StoppedException("what the cluster's trials have done");
    }
    return end == SparkJob.End.COMPLETE;
  }

  /** Follows trials in the driver. */
  private final class Following implements SparkJob.Handler {
    private final Map<String, Trial> trials;
    private final Follower follower;
    private final Map<String, Integer> epochs = new HashMap<>();
    private final Set<String> ended = new HashSet<>();

    Following(List<Trial> trials, Follower follower) {
      this.trials =
          new ConcurrentHashMap<>(
              trials.stream().collect(Collectors.toMap(Trial::id, Function.identity())));
      this.follower = follower;
    }

    @Override
    public boolean done(Outcome outcome) throws IOException {
      if (outcome.key() == null) {
        return true;
      }
      Snapshot snapshot = Snapshot.read(store, outcome.key()).orElseThrow();
      TrialResult row = snapshot.row();
      if (!ended.add(row.id())) {
        return true;
      }
      snapshot.publish(store);
      if (!store.isLocal()) {
        Records.writeCsv(
            sweep.folder().trial(row.id()).metrics(), EpochMetrics.class, snapshot.metrics());
      }
      return follower.ended(row);
    }

    // A retried or speculative attempt tells what another one has told before.
    @Override
    public void told(Message message) {
      Trial trial = trials.get(message.trial());
      if (trial == null || ended.contains(message.trial())) {
        return;
      }
      TrialResult row = TrialResult.running(trial, message.epochs());
      if (message.kind() == Message.Kind.STARTED) {
        epochs.putIfAbsent(trial.id(), message.epochs());
        place(trial, message.worker());
        sweep.observer().placed(trial, message.worker());
        follower.running(row);
        sweep.observer().trialStarted(trial, message.network(), message.epochs());
      } else if (message.epochs() > epochs.getOrDefault(trial.id(), 0)) {
        epochs.put(trial.id(), message.epochs());
        record(trial, message.metrics());
        follower.running(row);
        sweep.observer().epochDone(trial, message.metrics());
      }
    }

    private void place(Trial trial, String worker) {
      Map<String, String> all = sweep.folder().readWorkers();
      all.put(trial.id(), worker);
      try {
        Records.writeJson(sweep.folder().workers(), all);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Adds an epoch to the trial's metrics, for those who look at the sweep while it runs. */
    private void record(Trial trial, EpochMetrics epoch) {
      Path file = sweep.folder().trial(trial.id()).metrics();
      List<EpochMetrics> all = new ArrayList<>();
      if (Files.exists(file)) {
        all.addAll(Records.readCsv(file, EpochMetrics.class));
        all.removeIf(known -> known.epoch() >= epoch.epoch());
      }
      all.add(epoch);
      try {
        Records.writeCsv(file, EpochMetrics.class, all);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean stops() {
      return sweep.observer().stops();
    }
  }

  @Override
  public void discard(String trial) throws IOException {
    store.delete("trials/" + trial + "/checkpoint");
  }

  @Override
  public void close() {
    DriverLink.receiver(message -> "false");
  }
}
