package normsweep.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private static final StatusLine LINE =
      new StatusLine(
          "trial 3/6",
          0.427,
          List.of("1,430 images/s", "loss 0.812", "25 s left", "", "epoch 5/15"));

  @Test
  void fitsEveryWidth() {
    for (int width = 1; width < 150; width++) {
      assertTrue(LINE.fit(width).length() <= width, LINE.fit(width));
    }
  }

  @Test
  void barTakesWhatIsLeft() {
    assertEquals(
        "trial 3/6  42 % [========            ] 1,430 images/s, loss 0.812, 25 s left, epoch 5/15",
        LINE.fit(88));
    assertEquals(
        "trial 3/6  42 % [==    ] 1,430 images/s, loss 0.812, 25 s left, epoch 5/15", LINE.fit(74));
  }

  @Test
  void lastFactsMakeRoomFirst() {
    assertEquals("trial 3/6  42 % [==   ] 1,430 images/s, loss 0.812, 25 s left", LINE.fit(61));
    assertEquals("trial 3/6  42 % 1,430 images/s, loss 0.812", LINE.fit(45));
    assertEquals("trial 3…", LINE.fit(8));
  }

  @Test
  void logsHoldEverything() {
    assertEquals(
        "trial 3/6:  42 %, 1,430 images/s, loss 0.812, 25 s left, epoch 5/15", LINE.text());
    assertEquals("npm: 3 s", new StatusLine("npm", Double.NaN, List.of("3 s")).text());
  }

  /** Not everything is done before all of it is. */
  @Test
  void percentIsRoundedDown() {
    assertTrue(new StatusLine("a", 0.9999, List.of()).text().endsWith(" 99 %"));
    assertTrue(new StatusLine("a", 1, List.of()).text().endsWith("100 %"));
  }

  @Test
  void slowWorkHasSecondsPerUnit() {
    assertEquals("10.0 s per part", StatusLine.speed(2, 20, "parts"));
    assertEquals("6.5 trials/s", StatusLine.speed(13, 2, "trials"));
    assertEquals("1,430 images/s", StatusLine.speed(2860, 2, "images"));
  }

  @Test
  void timesHaveTwoUnitsAtMost() {
    assertEquals("59 s", StatusLine.duration(59.4));
    assertEquals("1 min 0 s", StatusLine.duration(59.6));
    assertEquals("1 h 1 min", StatusLine.duration(3661));
    assertEquals("30 s left", StatusLine.timeLeft(0.25, 10));
    assertEquals("", StatusLine.timeLeft(0, 10));
  }
}
