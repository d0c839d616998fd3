package normsweep.tail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import normsweep.record.Optimizer;
import normsweep.record.RateSchedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

final class OptimizersTest {
  private static final double EXACT = 1e-12;

  /** Learns at 0.1, then at 0.2, then at 0.3. */
  private static final ISchedule RISING = new Warmup(0.3, 3, null);

  /** The steps that gradients 2, -1 and 4 lead to, for the second of two parameters. */
  private static double[] steps(Optimizer optimizer) {
    IUpdater config = Optimizers.of(optimizer, RISING, 0.5);
    INDArray state = Nd4j.zeros(DataType.DOUBLE, config.stateSize(2));
    GradientUpdater<?> updater = config.instantiate(state, true);
    double[] steps = new double[3];
    double[] gradients = {2, -1, 4};
    for (int i = 0; i < steps.length; i++) {
      INDArray gradient = Nd4j.createFromArray(new double[] {0, gradients[i]}).reshape(1, 2);
      updater.applyUpdater(gradient, i, 0);
      assertEquals(0, gradient.getDouble(0));
      steps[i] = gradient.getDouble(1);
    }
    return steps;
  }

  @Test
  void heavyBallKeepsShareOfStep() {
    // v = 0.1·2 = 0.2; 0.5·0.2 + 0.2·(-1) = -0.1; 0.5·(-0.1) + 0.3·4 = 1.15.
    assertArrayEquals(new double[] {0.2, -0.1, 1.15}, steps(Optimizer.SGD), EXACT);
  }

  @Test
  void nesterovLooksAhead() {
    // With the same v, a step is 1.5·v - 0.5·(v before): 0.3, -0.25, 1.775.
    assertArrayEquals(new double[] {0.3, -0.25, 1.775}, steps(Optimizer.NESTEROV), EXACT);
  }

  @ParameterizedTest
  @EnumSource(Optimizer.class)
  void firstStepFollowsTheGradient(Optimizer optimizer) {
    double expected =
        switch (optimizer) {
          case ADAM, ADAMW, AMSGRAD, ADAMAX -> 0.1; // the rate times the sign
          case SGD -> 0.1 * 2;
          case NESTEROV -> 1.5 * 0.1 * 2;
          case RMSPROP -> 0.1 * 2 / Math.sqrt(0.05 * 4);
          case ADADELTA -> 2 * Math.sqrt(1e-6) / Math.sqrt(0.05 * 4);
        };
    assertEquals(expected, steps(optimizer)[0], 1e-3 * expected, optimizer.id());
  }

  private static double[] rates(RateSchedule schedule) {
    ISchedule rates = Optimizers.schedule(schedule, 0.8, 2, 8);
    double[] values = new double[8];
    for (int t = 0; t < values.length; t++) {
      values[t] = rates.valueAt(t, t / 4);
    }
    return values;
  }

  @Test
  void everyScheduleFollowsTheWarmUp() {
    assertArrayEquals(
        new double[] {0.4, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8}, rates(RateSchedule.CONSTANT), EXACT);
    assertArrayEquals(
        new double[] {0.4, 0.8, 0.8, 4 / 6.0, 3.2 / 6, 0.4, 1.6 / 6, 0.8 / 6},
        rates(RateSchedule.LINEAR),
        EXACT);
    assertArrayEquals(
        new double[] {0.4, 0.8, 0.8, 0.8, 0.08, 0.08, 0.008, 0.008},
        rates(RateSchedule.STEP),
        EXACT);
    WarmupCosineSchedule cosine = new WarmupCosineSchedule(0.8, 2, 8);
    assertEquals(cosine, Optimizers.schedule(RateSchedule.COSINE, 0.8, 2, 8));
  }
}
