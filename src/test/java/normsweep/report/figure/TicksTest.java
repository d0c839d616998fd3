package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TicksTest {
  @Test
  void ticksAreRoundNumbersInsideTheRange() {
    assertEquals(
        List.of("\u22122", "\u22121.5", "\u22121", "\u22120.5", "0"),
        Ticks.round(-2.02, 0.14).stream().map(Ticks::text).toList());
    assertEquals(List.of("0", "20", "40"), Ticks.round(0, 57.9).stream().map(Ticks::text).toList());
  }

  @Test
  void numbersAreShort() {
    assertEquals("0.25", Ticks.text(0.25));
    assertEquals("100", Ticks.text(100));
  }
}
