package normsweep.ui;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.core.storage.impl.CollectionStatsStorageRouter;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.impl.DefaultStatsInitializationConfiguration;
import org.deeplearning4j.ui.model.stats.impl.DefaultStatsUpdateConfiguration;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's {@link StatsListener}, called only on every N-th iteration. With its own sampling it takes
 * gradients and activations one iteration after the one it reports, and computes them needlessly in
 * the first. It collects only what DL4J's pages draw, half of what it can: a report takes about as
 * long as a training step. The counts it would make only when called (iterations, images, speed)
 * are corrected here, and everything is reported of the layers that are saved ({@link
 * ShownNetwork}).
 */
final class StatsRecorder extends StatsListener {
  private static final long serialVersionUID = 1L;
  private static final String WORKER = "trainer";

  private final int every;
  private final transient Consumer<Persistable> keeper;
  private final transient Received received;
  private final long begin = System.nanoTime();

  private transient ShownNetwork shown;
  private int nextIteration;
  private boolean described;
  private long images;
  private long newest;
  private long reportBegin = begin;
  private long imagesSinceReport;
  private long iterationsSinceReport;

  /** What DL4J has put during an iteration. */
  private record Received(
      List<StorageMetaData> metaData, List<Persistable> networks, List<Persistable> reports) {
    Received() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  /**
   * Gives every record to the keeper.
   *
   * @param shown how the network is shown; null for its own layers
   * @param newest the time of the last record that is kept already
   */
  StatsRecorder(
      Consumer<Persistable> keeper,
      ShownNetwork shown,
      long newest,
      String trial,
      int every,
      int firstIteration) {
    this(new Received(), keeper, trial, every);
    this.shown = shown;
    this.newest = newest;
    this.nextIteration = firstIteration;
  }

  private StatsRecorder(Received received, Consumer<Persistable> keeper, String trial, int every) {
    super(
        new CollectionStatsStorageRouter(received.metaData, received.networks, received.reports),
        new DefaultStatsInitializationConfiguration(true, true, true),
        new DefaultStatsUpdateConfiguration.Builder()
            .reportingFrequency(1)
            .collectHistogramsGradients(false)
            .collectHistogramsActivations(false)
            .collectMeanParameters(false)
            .collectMeanUpdates(false)
            .collectStdevParameters(false)
            .collectMeanMagnitudesGradients(false)
            .collectMeanMagnitudesActivations(false)
            .build(),
        trial,
        WORKER);
    this.every = every;
    this.keeper = keeper;
    this.received = received;
  }

  private boolean due() {
    return nextIteration % every == 0;
  }

  private ShownNetwork shown(ComputationGraph graph) {
    if (shown == null) {
      shown = ShownNetwork.of(graph);
    }
    return shown;
  }

  /**
   * Lets no dropout write over the activation before it, which is reported after the forward pass.
   * The values that a dropout computes stay the same.
   */
  @Override
  public void onEpochStart(Model model) {
    for (Layer layer : ((ComputationGraph) model).getLayers()) {
      layer.allowInputModification(false);
    }
    shown((ComputationGraph) model).prepare(due());
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    if (due()) {
      ComputationGraph graph = (ComputationGraph) model;
      super.onForwardPass(model, shown(graph).activations(graph, activations));
    }
  }

  @Override
  public void onGradientCalculation(Model model) {
    if (due()) {
      super.onGradientCalculation(model);
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    int batchSize = model.batchSize();
    if (images == 0) {
      images = (long) nextIteration * batchSize;
    }
    images += batchSize;
    imagesSinceReport += batchSize;
    iterationsSinceReport++;
    if (iteration % every == 0) {
      super.iterationDone(model, iteration, epoch);
      // DL4J describes the network again after a report of iteration 0.
      if (!described) {
        described = true;
        received.networks.forEach(
            info -> shown((ComputationGraph) model).describe((SbeStatsInitializationReport) info));
        received.metaData.forEach(keeper);
        received.networks.forEach(keeper);
      }
      for (Persistable record : received.reports) {
        SbeStatsReport report = (SbeStatsReport) record;
        shown((ComputationGraph) model).correct(report, batchSize);
        keeper.accept(corrected(report));
      }
      received.metaData.clear();
      received.networks.clear();
      received.reports.clear();
    }
    nextIteration = iteration + 1;
    shown((ComputationGraph) model).prepare(due());
  }

  /** A report with counts of all iterations and a unique time. */
  private SbeStatsReport corrected(SbeStatsReport report) {
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
    newest = Math.max(report.getTimeStamp(), newest + 1);
    report.reportIDs(report.getSessionID(), report.getTypeID(), report.getWorkerID(), newest);
    return report;
  }
}
