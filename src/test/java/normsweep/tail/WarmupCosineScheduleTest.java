package normsweep.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class WarmupCosineScheduleTest {
  private static final double EXACT = 1e-15;

  @Test
  void risesLinearlyThenFallsAsCosine() {
    WarmupCosineSchedule schedule = new WarmupCosineSchedule(0.8, 4, 12);
    assertEquals(0.2, schedule.valueAt(0, 0), EXACT);
    assertEquals(0.8, schedule.valueAt(3, 0), EXACT);
    assertEquals(0.8, schedule.valueAt(4, 1), EXACT);
    assertEquals(0.4, schedule.valueAt(8, 1), EXACT);
    assertEquals(0.4 * (1 + Math.cos(Math.PI * 7 / 8)), schedule.valueAt(11, 2), EXACT);
    assertEquals(0, schedule.valueAt(12, 2), EXACT);
  }

  @Test
  void acceptsNoOrOnlyWarmUp() {
    assertEquals(0.5, new WarmupCosineSchedule(0.5, 0, 10).valueAt(0, 0), EXACT);
    assertEquals(0.5, new WarmupCosineSchedule(0.5, 10, 10).valueAt(9, 0), EXACT);
    assertEquals(0, new WarmupCosineSchedule(0.5, 10, 10).valueAt(10, 0), EXACT);
  }

  @Test
  void refusesWarmUpBeyondTraining() {
    assertThrows(IllegalArgumentException.class, () -> new WarmupCosineSchedule(1, 11, 10));
    assertThrows(IllegalArgumentException.class, () -> new WarmupCosineSchedule(1, -1, 10));
  }
}
