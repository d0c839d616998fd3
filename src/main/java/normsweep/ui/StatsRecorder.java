package normsweep.ui;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.impl.DefaultStatsInitializationConfiguration;
import org.deeplearning4j.ui.model.stats.impl.DefaultStatsUpdateConfiguration;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's {@link StatsListener}, called only on every N-th iteration. With its own sampling it takes
 * gradients and activations one iteration after the one it reports, and computes them needlessly in
 * the first. It collects only what DL4J's pages draw, half of what it can: a report takes about as
 * long as a training step. The counts it would make only when called (iterations, images, speed)
 * are corrected here.
 */
final class StatsRecorder extends StatsListener {
  private static final long serialVersionUID = 1L;
  private static final String WORKER = "trainer";

  private final int every;
  private final transient Counter counter;

  StatsRecorder(RecordedStats storage, String trial, int every, int firstIteration) {
    this(new Counter(storage, firstIteration), trial, every);
  }

  private StatsRecorder(Counter counter, String trial, int every) {
    super(
        counter,
        new DefaultStatsInitializationConfiguration(true, true, true),
        new DefaultStatsUpdateConfiguration.Builder()
            .reportingFrequency(1)
            .collectHistogramsGradients(false)
            .collectHistogramsActivations(false)
            .collectMeanParameters(false)
            .collectMeanGradients(false)
            .collectMeanUpdates(false)
            .collectStdevParameters(false)
            .collectMeanMagnitudesGradients(false)
            .collectMeanMagnitudesActivations(false)
            .build(),
        trial,
        WORKER);
    this.every = every;
    this.counter = counter;
  }

  boolean due() {
    return counter.nextIteration % every == 0;
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    if (due()) {
      super.onForwardPass(model, activations);
    }
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    if (due()) {
      Map<String, INDArray> computed = new LinkedHashMap<>(activations);
      // The input is the largest array of all, and says nothing about training.
      computed.keySet().removeAll(inputs(model));
      super.onForwardPass(model, computed);
    }
  }

  private static List<String> inputs(Model model) {
    return model instanceof ComputationGraph graph
        ? graph.getConfiguration().getNetworkInputs()
        : List.of();
  }

  @Override
  public void onGradientCalculation(Model model) {
    if (due()) {
      super.onGradientCalculation(model);
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    boolean report = iteration % every == 0;
    counter.count(model.batchSize());
    if (report) {
      super.iterationDone(model, iteration, epoch);
    }
    counter.nextIteration = iteration + 1;
  }

  /** Forwards reports with counts of all iterations, and gives each a unique time. */
  private static final class Counter implements StatsStorageRouter {
    private final RecordedStats storage;
    private final long begin = System.nanoTime();

    private int nextIteration;
    private long images;
    private boolean described;
    private long lastTimestamp;
    private long reportBegin = begin;
    private long imagesSinceReport;
    private long iterationsSinceReport;

    Counter(RecordedStats storage, int firstIteration) {
      this.storage = storage;
      this.nextIteration = firstIteration;
      this.lastTimestamp = storage.lastTimestamp();
    }

    void count(int batchSize) {
      if (images == 0) {
        images = (long) nextIteration * batchSize;
      }
      images += batchSize;
      imagesSinceReport += batchSize;
      iterationsSinceReport++;
    }

    @Override
    public void putUpdate(Persistable update) {
      SbeStatsReport report = (SbeStatsReport) update;
      long now = System.nanoTime();
      double seconds = Math.max(1, now - reportBegin) / 1e9;
      report.reportPerformance(
          (now - begin) / 1_000_000,
          images,
          nextIteration + 1L,
          imagesSinceReport / seconds,
          iterationsSinceReport / seconds);
      reportBegin = now;
      imagesSinceReport = 0;
      iterationsSinceReport = 0;
      // Reports are stored by their millisecond: the second of two would replace the first.
      lastTimestamp = Math.max(report.getTimeStamp(), lastTimestamp + 1);
      report.reportIDs(
          report.getSessionID(), report.getTypeID(), report.getWorkerID(), lastTimestamp);
      storage.putUpdate(report);
    }

    // DL4J describes the network again after a report of iteration 0.
    @Override
    public void putStorageMetaData(StorageMetaData metaData) {
      if (!described) {
        storage.putStorageMetaData(metaData);
      }
    }

    @Override
    public void putStaticInfo(Persistable info) {
      if (!described) {
        described = true;
        storage.putStaticInfo(info);
      }
    }

    @Override
    public void putStorageMetaData(Collection<? extends StorageMetaData> metaData) {
      metaData.forEach(this::putStorageMetaData);
    }

    @Override
    public void putStaticInfo(Collection<? extends Persistable> infos) {
      infos.forEach(this::putStaticInfo);
    }

    @Override
    public void putUpdate(Collection<? extends Persistable> updates) {
      updates.forEach(this::putUpdate);
    }
  }
}
