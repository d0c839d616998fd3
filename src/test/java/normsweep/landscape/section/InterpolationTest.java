package normsweep.landscape.section;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import normsweep.landscape.section.Interpolation.Between;
import normsweep.landscape.section.Interpolation.Profile;
import org.junit.jupiter.api.Test;

class InterpolationTest {
  private static final double[] ALPHA = IntStream.range(0, 11).mapToDouble(i -> i / 10.).toArray();

  /** The line from one parameter to another through a loss of one parameter. */
  private static Interpolation line(double from, double to, DoubleUnaryOperator loss) {
    double[] losses =
        Arrays.stream(ALPHA).map(a -> loss.applyAsDouble((1 - a) * from + a * to)).toArray();
    double[] accuracies = Arrays.stream(losses).map(value -> 1 - value / 10).toArray();
    Profile profile = new Profile(7, losses, accuracies);
    return new Interpolation(Between.SEED, "a", "b", "key", ALPHA, profile, profile);
  }

  @Test
  void doubleWellHasItsRidgeAsBarrier() {
    DoubleUnaryOperator well = x -> (x * x - 1) * (x * x - 1);
    Interpolation line = line(-1, 1, well);
    // The ridge at 0 is 1 high, both minima are 0; accuracy falls by a tenth of it.
    assertEquals(1, line.barrier(), 1e-12);
    assertEquals(1, line.validationBarrier(), 1e-12);
    assertEquals(0.1, line.accuracyDip(), 1e-12);
  }

  @Test
  void convexLossHasNoBarrier() {
    assertEquals(0, line(-2, 3, x -> x * x).barrier(), 1e-12);
    assertEquals(0, line(-2, 3, x -> x * x).accuracyDip(), 1e-12);
  }

  /** With ends of unequal height, the barrier counts from the line between them. */
  @Test
  void barrierCountsFromLineBetweenEnds() {
    // 3x + x(1 − x): above the line from 0 to 3 by 1/4 in the middle.
    assertEquals(0.25, line(0, 1, x -> 3 * x + x * (1 - x)).barrier(), 1e-12);
    assertEquals(0, line(0, 1, x -> 3 * x).barrier(), 1e-12);
  }
}
