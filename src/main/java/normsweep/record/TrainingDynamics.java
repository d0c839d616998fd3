package normsweep.record;

/**
 * Rows of the two files that record how a trial moves through its loss, every {@code
 * tracking.dynamicsEvery} steps. Gradients are those of the mean loss of a mini-batch in training
 * mode, before clipping; norms are 2-norms over trained parameters.
 */
public final class TrainingDynamics {
  private TrainingDynamics() {}

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
