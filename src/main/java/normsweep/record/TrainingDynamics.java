package normsweep.record;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Rows of the two files that record how a trial moves through its loss, every {@code
 * tracking.dynamicsEvery} steps. Gradients are those of the mean loss of a mini-batch in training
 * mode, before clipping; norms are 2-norms over trained parameters.
 */
public final class TrainingDynamics {
  /** Two images are the fewest in a half, so that a batch norm has a variance. */
  private static final int FEWEST_IMAGES = 4;

  private TrainingDynamics() {}

  /**
   * Whether a step is measured: every {@code tracking.dynamicsEvery} steps or, where that step is
   * not {@link #comparable}, the one before.
   */
  public static boolean due(SweepConfig config, int iteration) {
    return comparable(config, iteration)
        && (turn(config, iteration)
            || (turn(config, iteration + 1) && !comparable(config, iteration + 1)));
  }

  /**
   * Whether a step's mini-batch is as large as the others. The gradient of fewer images has more
   * noise and, in expectation, a larger norm.
   */
  public static boolean comparable(SweepConfig config, int iteration) {
    int usual = Math.min(config.training().batchSize(), config.data().train());
    return config.batchImages(iteration) >= Math.max(FEWEST_IMAGES, usual);
  }

  private static boolean turn(SweepConfig config, int iteration) {
    int every = config.tracking().dynamicsEvery();
    return every > 0 && iteration % every == 0;
  }

  /**
   * What is wrong with the rows of {@code dynamics.csv} up to an iteration; empty if they are those
   * of the measured steps. Earlier builds measured smaller mini-batches, too.
   */
  public static Optional<String> faultOfSteps(SweepConfig config, int last, List<Step> rows) {
    return fault(config, last, rows.stream().map(Step::iteration).toList());
  }

  /** The same of {@code updates.csv}, in which all steps have the same parameters and a total. */
  public static Optional<String> faultOfUpdates(SweepConfig config, int last, List<Update> rows) {
    Map<Integer, Set<String>> parameters = new LinkedHashMap<>();
    for (Update row : rows) {
      if (!parameters
          .computeIfAbsent(row.iteration(), iteration -> new LinkedHashSet<>())
          .add(row.parameter())) {
        return Optional.of("is damaged at iteration " + row.iteration());
      }
    }
    for (Map.Entry<Integer, Set<String>> step : parameters.entrySet()) {
      if (!step.getValue().contains(GradientNorm.TOTAL)
          || !step.getValue().equals(parameters.values().iterator().next())) {
        return Optional.of("is damaged at iteration " + step.getKey());
      }
    }
    return fault(config, last, List.copyOf(parameters.keySet()));
  }

  private static Optional<String> fault(SweepConfig config, int last, List<Integer> found) {
    List<Integer> measured = iterations(last, iteration -> due(config, iteration));
    List<Integer> before =
        iterations(
            last,
            iteration ->
                turn(config, iteration) && config.batchImages(iteration) >= FEWEST_IMAGES);
    return found.equals(measured) || found.equals(before)
        ? Optional.empty()
        : Optional.of(
            found.size() == measured.size()
                ? "has other steps than the measured ones"
                : "has " + found.size() + " of " + measured.size() + " measured steps");
  }

  private static List<Integer> iterations(int last, IntPredicate which) {
    return IntStream.rangeClosed(1, last).filter(which).boxed().toList();
  }

  /**
   * One row of {@code updates.csv}: how far a step moved a parameter.
   *
   * @param iteration number of the step in the trial, from 1
   * @param parameter the parameter's name in the saved network, or {@link GradientNorm#TOTAL}
   * @param weightNorm norm of its values before the step
   * @param updateNorm norm of what the step added to them, weight decay included
   * @param distance norm of the difference between its values after the step and those at the start
   *     of the trial
   */
  public record Update(
      int iteration, String parameter, float weightNorm, float updateNorm, float distance) {}

  /**
   * One row of {@code dynamics.csv}: the gradient noise and the loss around a step.
   *
   * @param iteration number of the step in the trial, from 1
   * @param cosine cosine of the angle between this step's gradient and that of the step before;
   *     null in the first step of an epoch
   * @param images images in each half of the mini-batch
   * @param squaredGradient unbiased estimate of ‖G‖² for the expected gradient G of a half, from
   *     both halves; it may be negative
   * @param variance unbiased estimate of the trace of the covariance of one image's gradient
   * @param loss loss of the first half before the step, in nats
   * @param lossLeast smallest loss of the first half at the points w − α·η·g, with its gradient g,
   *     the learning rate η of the config, and a few α from 0 on
   * @param lossMost largest loss there
   * @param gradientNorm ‖g‖
   * @param gradientChange largest norm of the difference between g and the gradient there
   * @param smoothness largest ratio of that difference to the distance from w
   */
  public record Step(
      int iteration,
      Float cosine,
      int images,
      float squaredGradient,
      float variance,
      float loss,
      float lossLeast,
      float lossMost,
      float gradientNorm,
      float gradientChange,
      float smoothness) {}
}
