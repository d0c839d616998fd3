package normsweep.tail;

import normsweep.record.Optimizer;
import normsweep.record.RateSchedule;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Deeplearning4j's optimizers and schedules behind the names in sweep files. */
public final class Optimizers {
  private static final int STAGES = 3;
  private static final double STAGE_FACTOR = 0.1;

  private Optimizers() {}

  /**
   * An optimizer with the defaults of Deeplearning4j, and of the papers, for what is not named
   * here. Weight decay is no part of it, AdamW's neither.
   *
   * @param momentum of those that have one of their own ({@link Optimizer#hasMomentum})
   */
  public static IUpdater of(Optimizer optimizer, ISchedule learningRate, double momentum) {
    return switch (optimizer) {
      case ADAM, ADAMW -> new Adam(learningRate);
      case SGD -> new HeavyBall(learningRate, momentum);
      case NESTEROV -> new Nesterovs(learningRate, momentum);
      case AMSGRAD -> new AMSGrad(learningRate);
      case ADAMAX -> new AdaMax(learningRate);
      case ADADELTA -> new AdaDelta();
      case RMSPROP -> new RmsProp(learningRate);
    };
  }

  /**
   * A schedule of the learning rate.
   *
   * @param base learning rate after the warm-up
   * @param warmup iterations of linear rise
   * @param total iterations of the whole training, more than {@code warmup}
   */
  public static ISchedule schedule(RateSchedule schedule, double base, int warmup, int total) {
    int rest = total - warmup;
    return switch (schedule) {
      case COSINE -> new WarmupCosineSchedule(base, warmup, total);
      case LINEAR -> new Warmup(base, warmup, new LinearDecay(base, rest));
      case STEP ->
          new Warmup(
              base,
              warmup,
              new StepSchedule(
                  ScheduleType.ITERATION, base, STAGE_FACTOR, Math.ceil((double) rest / STAGES)));
      case CONSTANT -> new Warmup(base, warmup, new FixedSchedule(base));
    };
  }

  /** The learning rate of a step; 1 for an optimizer that has none. */
  public static double learningRate(IUpdater optimizer, int iteration, int epoch) {
    return optimizer.hasLearningRate() ? optimizer.getLearningRate(iteration, epoch) : 1;
  }
}
