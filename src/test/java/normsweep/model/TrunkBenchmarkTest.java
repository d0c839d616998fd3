package normsweep.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrunkBenchmarkTest {
  @Test
  void warmUpRoundsDoNotCount() {
    FakeTrunk trunk = new FakeTrunk();
    byte[] images = new byte[3 * ImageScaling.SOURCE_BYTES];
    TrunkBenchmark benchmark = TrunkBenchmark.measure(trunk, images, 3, 5);
    assertEquals(3, benchmark.images());
    assertEquals(5, benchmark.imagesPerSecond().size());
    assertEquals(7 * 3, trunk.computed);
  }

  @Test
  void medianOfOddAndEvenRounds() {
    TrunkBenchmark odd = new TrunkBenchmark(1, List.of(30.0, 10.0, 20.0));
    assertEquals(20, odd.median());
    assertEquals(10, odd.slowest());
    assertEquals(30, odd.fastest());
    assertEquals(25, new TrunkBenchmark(1, List.of(40.0, 30.0, 10.0, 20.0)).median());
    assertThrows(IllegalArgumentException.class, () -> new TrunkBenchmark(1, List.of()));
  }
}
