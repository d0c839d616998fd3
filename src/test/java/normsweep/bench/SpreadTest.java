package normsweep.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.bench.BenchReport.Spread;
import normsweep.device.Engine;
import normsweep.record.Records;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void medianIsTheMiddleOne() {
    assertEquals(new Spread("x", 3, 1, 9), Spread.of("x", 9, 1, 3));
    assertEquals(new Spread("x", 2.5, 1, 9), Spread.of("x", 9, 2, 1, 3));
  }

  @Test
  void writesRatesAndDurationsOfSteps() {
    Spread step = Spread.of("stepMillis", 10, 20, 40);
    BenchReport.TailSpeed tail =
        new BenchReport.TailSpeed(
            "fused", 64, 2000, step.imagesPerSecond(64), step, Spread.of("gemmMillis", 8, 16), 1.5);
    assertEquals(
        """
        {"how":"fused","batchSize":64,"trainImages":2000,\
        "imagesPerSecond":3200.0,"imagesPerSecondMin":1600.0,"imagesPerSecondMax":6400.0,\
        "stepMillis":20.0,"stepMillisMin":10.0,"stepMillisMax":40.0,\
        "gemmMillis":12.0,"gemmMillisMin":8.0,"gemmMillisMax":16.0,\
        "stepToGemm":1.5}""",
        Records.json().valueToTree(tail).toString());
  }

  @Test
  void countsOnlyWarmFullSteps() {
    Bench.StepClock clock = new Bench.StepClock(1, 3);
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
    assertArrayEquals(new double[0], new Bench.StepClock(1, 3).millis());
  }

  @Test
  void refusesTooFewImages() {
    NormSweepException refused =
        assertThrows(
            NormSweepException.class,
            () -> Bench.run(10, Optional.empty(), Optional.empty(), Engine.cpu()));
    assertEquals(ExitCode.USAGE, refused.exitCode());
    assertTrue(refused.getMessage().contains("384"), refused.getMessage());
  }
}
