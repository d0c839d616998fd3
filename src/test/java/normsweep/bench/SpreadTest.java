package normsweep.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void medianIsTheMiddleOne() {
    assertEquals(new Spread(3, 1, 9), Spread.of(9, 1, 3));
    assertEquals(new Spread(2.5, 1, 9), Spread.of(9, 2, 1, 3));
    assertThrows(IllegalArgumentException.class, () -> Spread.of());
  }

  @Test
  void aRateIsHighestWhereTheDurationIsShortest() {
    BenchReport.Tail tail =
        BenchReport.Tail.of("fused", 64, 2000, Spread.of(10, 20, 40), Spread.of(8, 16));
    assertEquals(3200, tail.imagesPerSecond());
    assertEquals(1600, tail.imagesPerSecondMin());
    assertEquals(6400, tail.imagesPerSecondMax());
    assertEquals(20.0 / 12, tail.stepToGemm());
  }

  @Test
  void warmUpGapsBetweenEpochsAndLeftOversDoNotCount() {
    StepClock clock = new StepClock(1, 3);
    for (int epoch = 0; epoch < 3; epoch++) {
      clock.onEpochStart(null);
      for (int step = 0; step < 4; step++) {
        clock.iterationDone(null, step, epoch);
      }
    }
    double[] millis = clock.millis();
    assertEquals(2 * 2, millis.length);
    for (double value : millis) {
      assertTrue(value >= 0);
    }
    assertArrayEquals(new double[0], new StepClock(1, 3).millis());
  }

  @Test
  void tooFewImagesAreRefusedBeforeAnythingIsFetched() {
    NormSweepException refused =
        assertThrows(
            NormSweepException.class, () -> Bench.run(10, Optional.empty(), Optional.empty()));
    assertEquals(ExitCode.USAGE, refused.exitCode());
    assertTrue(refused.getMessage().contains("384"), refused.getMessage());
  }
}
