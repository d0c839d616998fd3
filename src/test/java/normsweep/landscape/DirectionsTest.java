package normsweep.landscape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameter.Kind;
import org.junit.jupiter.api.Test;

class DirectionsTest {
  private static final TailParameter CONVOLUTION =
      new TailParameter("Conv_1_W", Kind.WEIGHT, false, List.of(3L, 2L, 1L, 2L), 0, 12, 'c');
  private static final TailParameter GAMMA =
      new TailParameter("bn_gamma", Kind.NORM, true, List.of(1L, 3L), 12, 3, 'c');
  private static final TailParameter DENSE =
      new TailParameter("head_dense_W", Kind.WEIGHT, true, List.of(4L, 3L), 15, 12, 'f');
  private static final TailParameter BIAS =
      new TailParameter("head_dense_b", Kind.BIAS, true, List.of(1L, 3L), 27, 3, 'c');
  private static final TailParameter MEAN =
      new TailParameter("bn_mean", Kind.STATISTIC, true, List.of(1L, 3L), 30, 3, 'c');
  private static final List<TailParameter> ALL = List.of(CONVOLUTION, GAMMA, DENSE, BIAS, MEAN);
  private static final int LENGTH = 33;

  private static double[] centre() {
    SplittableRandom random = new SplittableRandom(5);
    return random.doubles(LENGTH, -2, 2).toArray();
  }

  private static double norm(double[] vector, int... positions) {
    return Math.sqrt(Arrays.stream(positions).mapToDouble(i -> vector[i] * vector[i]).sum());
  }

  @Test
  void denseColumnsGetTrainedColumnsNorms() {
    double[] direction = Directions.normalise(ALL, Directions.draw(ALL, LENGTH, 7, 0), centre());
    for (int column = 0; column < 3; column++) {
      int start = 15 + 4 * column;
      int[] positions = IntStream.range(start, start + 4).toArray();
      assertEquals(norm(centre(), positions), norm(direction, positions), 1e-12);
    }
  }

  @Test
  void findsColumnsInRowMajorMemory() {
    TailParameter rows =
        new TailParameter("head_dense_W", Kind.WEIGHT, true, List.of(4L, 3L), 15, 12, 'c');
    double[] direction =
        Directions.normalise(List.of(rows), Directions.draw(List.of(rows), LENGTH, 7, 0), centre());
    for (int column = 0; column < 3; column++) {
      int[] positions = {15 + column, 18 + column, 21 + column, 24 + column};
      assertEquals(norm(centre(), positions), norm(direction, positions), 1e-12);
    }
  }

  @Test
  void outputChannelsGetTrainedChannelsNorms() {
    double[] direction = Directions.normalise(ALL, Directions.draw(ALL, LENGTH, 7, 0), centre());
    for (int channel = 0; channel < 3; channel++) {
      int[] positions = IntStream.range(4 * channel, 4 * channel + 4).toArray();
      assertEquals(norm(centre(), positions), norm(direction, positions), 1e-12);
    }
  }

  @Test
  void biasesNormParametersAndStatisticsStay() {
    double[] direction = Directions.normalise(ALL, Directions.draw(ALL, LENGTH, 7, 1), centre());
    assertArrayEquals(new double[3], Arrays.copyOfRange(direction, 12, 15));
    assertArrayEquals(new double[6], Arrays.copyOfRange(direction, 27, 33));
  }

  @Test
  void zeroFilterStays() {
    double[] centre = centre();
    Arrays.fill(centre, 19, 23, 0);
    double[] direction = Directions.normalise(ALL, Directions.draw(ALL, LENGTH, 7, 0), centre);
    assertEquals(0, norm(direction, 19, 20, 21, 22));
  }

  @Test
  void numbersIgnoreOrderInMemory() {
    TailParameter elsewhere =
        new TailParameter("head_dense_W", Kind.WEIGHT, true, List.of(4L, 3L), 0, 12, 'c');
    double[] columnMajor = Directions.draw(ALL, LENGTH, 7, 0);
    double[] rowMajor = Directions.draw(List.of(elsewhere), 12, 7, 0);
    for (int row = 0; row < 4; row++) {
      for (int column = 0; column < 3; column++) {
        assertEquals(columnMajor[15 + 4 * column + row], rowMajor[3 * row + column]);
      }
    }
  }

  @Test
  void equalSeedsAgreeOthersDoNot() {
    double[] once = Directions.draw(ALL, LENGTH, 7, 0);
    assertArrayEquals(once, Directions.draw(ALL, LENGTH, 7, 0));
    assertFalse(Arrays.equals(once, Directions.draw(ALL, LENGTH, 8, 0)));
    assertFalse(Arrays.equals(once, Directions.draw(ALL, LENGTH, 7, 1)));
  }
}
