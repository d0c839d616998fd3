package normsweep.landscape.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameter.Kind;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ParameterScopeTest {
  private static final List<TailParameter> PARAMETERS =
      List.of(
          new TailParameter("Conv_1_W", Kind.WEIGHT, false, List.of(1L, 2L, 1L, 1L), 0, 2, 'c'),
          new TailParameter("head_dense_W", Kind.WEIGHT, true, List.of(2L, 1L), 2, 2, 'f'),
          new TailParameter("head_norm_mean", Kind.STATISTIC, true, List.of(1L, 2L), 4, 2, 'c'),
          new TailParameter("head_logits_b", Kind.BIAS, true, List.of(1L, 1L), 6, 1, 'c'));

  private static INDArray flat() {
    return Nd4j.create(new float[] {1, 2, 3, 4, 5, 6, 7}, 1, 7);
  }

  @Test
  void headLeavesOutBlockAndStatistics() {
    ParameterScope head = ParameterScope.head(PARAMETERS);
    assertArrayEquals(new double[] {3, 4, 7}, head.gather(flat()));
    assertEquals(2, head.find("head_logits_b").orElseThrow().offset());
  }

  @Test
  void tailLeavesOutStatisticsOnly() {
    assertArrayEquals(new double[] {1, 2, 3, 4, 7}, ParameterScope.tail(PARAMETERS).gather(flat()));
  }

  @Test
  void scatterWritesWhatGatherReads() {
    INDArray flat = flat();
    ParameterScope.head(PARAMETERS).scatter(new double[] {30, 40, 70}, flat);
    assertArrayEquals(new float[] {1, 2, 30, 40, 5, 6, 70}, flat.toFloatVector());
  }
}
