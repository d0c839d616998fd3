package normsweep.report.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.SweepConfig;
import normsweep.record.TrainingDynamics;
import normsweep.record.TrialResult;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;

/**
 * A trial's records as TensorBoard events: one event per training step, in order. The events of
 * whole epochs never change, so that those of a longer trial begin with those of a shorter one.
 */
final class TrialEvents {
  private final Map<Integer, Summary.Builder> steps = new LinkedHashMap<>();
  private final List<EpochMetrics> epochs;
  private final int stepsPerEpoch;

  private TrialEvents(List<EpochMetrics> epochs, int stepsPerEpoch) {
    this.epochs = epochs;
    this.stepsPerEpoch = stepsPerEpoch;
  }

  /**
   * The content of a trial's event file.
   *
   * @param begin when it began, in seconds since 1970
   */
  static byte[] of(SweepConfig config, TrialResult row, ExportedTrial records, double begin) {
    TrialEvents events =
        new TrialEvents(records.epochs(), config.of(row.trial()).iterationsPerEpoch());
    events.collect(records);
    EventStream stream = new EventStream(begin);
    stream.add(begin, 0, Hparams.start(config, row.trial(), begin));
    events.steps.forEach(
        (step, summary) -> stream.add(begin + events.seconds(step), step, summary.build()));
    if (row.ended()) {
      int last = events.epochs.size() * events.stepsPerEpoch;
      double end = begin + events.seconds(last);
      Summary.Builder scores = Summary.newBuilder();
      if (row.completed()) {
        scalar(scores, EventTags.SAVED_VALIDATION_ACCURACY, row.valAccuracy());
        scalar(scores, EventTags.SAVED_VALIDATION_LOSS, row.valLoss());
        scalar(scores, EventTags.SAVED_TEST_ACCURACY, row.testAccuracy());
        scalar(scores, EventTags.SAVED_TEST_LOSS, row.testLoss());
      }
      stream.add(end, last, scores.build());
      stream.add(end, last, Hparams.end(row, end));
    }
    return stream.bytes();
  }

  private void collect(ExportedTrial records) {
    for (GradientNorm row : records.gradients()) {
      scalar(row.iteration(), EventTags.NORM_BEFORE + row.parameter(), row.normBefore());
      scalar(row.iteration(), EventTags.NORM_AFTER + row.parameter(), row.normAfter());
    }
    for (GradientHistograms.Snapshot snapshot : records.histograms().snapshots()) {
      snapshot
          .parameters()
          .forEach(
              (parameter, counts) ->
                  at(snapshot.iteration())
                      .addValueBuilder()
                      .setTag(EventTags.MAGNITUDES + parameter)
                      .setHisto(histogram(records.histograms().binEdgesLog10(), counts)));
    }
    for (TrainingDynamics.Update row : records.updates()) {
      scalar(row.iteration(), EventTags.WEIGHT_NORM + row.parameter(), row.weightNorm());
      scalar(row.iteration(), EventTags.UPDATE_NORM + row.parameter(), row.updateNorm());
      scalar(row.iteration(), EventTags.DISTANCE + row.parameter(), row.distance());
      if (row.weightNorm() > 0) {
        double ratio = row.updateNorm() / row.weightNorm();
        scalar(row.iteration(), EventTags.UPDATE_RATIO + row.parameter(), ratio);
      }
    }
    for (TrainingDynamics.Step row : records.steps()) {
      Measures.of(row)
          .forEach(
              (measure, value) ->
                  scalar(row.iteration(), EventTags.DYNAMICS + measure.name(), value));
    }
    for (EpochMetrics row : records.epochs()) {
      int last = row.epoch() * stepsPerEpoch;
      scalar(last, EventTags.TRAIN_LOSS, row.trainLoss());
      scalar(last, EventTags.TRAIN_ACCURACY, row.trainAccuracy());
      scalar(last, EventTags.VALIDATION_LOSS, row.valLoss());
      scalar(last, EventTags.VALIDATION_ACCURACY, row.valAccuracy());
      scalar(last, EventTags.LEARNING_RATE, row.learningRate());
    }
  }

  private void scalar(int step, String tag, double value) {
    scalar(at(step), tag, value);
  }

  private static void scalar(Summary.Builder summary, String tag, double value) {
    summary.addValueBuilder().setTag(tag).setSimpleValue((float) value);
  }

  /** The summary of a step. Steps of an unfinished epoch are dropped. */
  private Summary.Builder at(int step) {
    return step > epochs.size() * stepsPerEpoch
        ? Summary.newBuilder()
        : steps.computeIfAbsent(step, one -> Summary.newBuilder());
  }

  /**
   * Seconds from the beginning of the trial to a step, as if all steps of an epoch took as long.
   */
  private double seconds(int step) {
    double seconds = 0;
    for (EpochMetrics epoch : epochs) {
      int within = Math.max(0, Math.min(stepsPerEpoch, step - (epoch.epoch() - 1) * stepsPerEpoch));
      seconds += epoch.seconds() * within / stepsPerEpoch;
    }
    return seconds;
  }

  /**
   * A histogram of log10|g|. What is below the first edge, zeros too, is in a bin as wide as the
   * others before it; sums take each element for the middle of its bin.
   */
  static HistogramProto histogram(List<Double> edges, GradientHistograms.Counts counts) {
    double width = edges.get(1) - edges.get(0);
    List<Long> bins = new ArrayList<>(List.of(counts.below()));
    bins.addAll(counts.bins());
    HistogramProto.Builder histogram =
        HistogramProto.newBuilder()
            .setMin(edges.get(0) - width)
            .setMax(edges.get(edges.size() - 1));
    double sum = 0;
    double squares = 0;
    long all = 0;
    for (int bin = 0; bin < bins.size(); bin++) {
      double middle = edges.get(bin) - width / 2;
      histogram.addBucketLimit(edges.get(bin)).addBucket(bins.get(bin));
      sum += bins.get(bin) * middle;
      squares += bins.get(bin) * middle * middle;
      all += bins.get(bin);
    }
    return histogram.setNum((double) all).setSum(sum).setSumSquares(squares).build();
  }
}
