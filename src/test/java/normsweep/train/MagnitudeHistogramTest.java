package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class MagnitudeHistogramTest {
  @Test
  void countsByPowersOfTwo() {
    var counts = MagnitudeHistogram.count(new float[] {0, 1, 1.99f, -2, 1e-30f, 1e9f}, 1);
    assertEquals(2, counts.below());
    assertEquals(2, counts.bins().get(-MagnitudeHistogram.LEAST));
    assertEquals(1, counts.bins().get(1 - MagnitudeHistogram.LEAST));
    assertEquals(1, counts.bins().get(counts.bins().size() - 1));
    assertEquals(4, counts.bins().stream().mapToLong(Long::longValue).sum());
    assertEquals(counts.bins().size() + 1, MagnitudeHistogram.edges().size());
  }

  @Test
  void snapshotReadsEachParametersOwnPart() {
    var snapshot = MagnitudeHistogram.snapshot(SmallGradients.of(6, 8, 0, 1000, 24), 1, 1);
    var weights = snapshot.parameters().get("b_W");
    assertEquals(1, weights.bins().get(3 - MagnitudeHistogram.LEAST)); // 8 <= 12 < 16
    assertEquals(List.of("a_W", "a_b", "b_W"), List.copyOf(snapshot.parameters().keySet()));
    assertEquals(1, snapshot.parameters().get("a_b").below());
  }
}
