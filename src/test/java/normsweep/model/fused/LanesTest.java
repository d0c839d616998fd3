package normsweep.model.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class LanesTest {
  @Test
  void everyItemIsWorkedOnOnce() {
    for (int count : new int[] {1, 2, 3, 8}) {
      Lanes lanes = new Lanes(count);
      for (int items : new int[] {1, 2, 7, 64}) {
        AtomicIntegerArray visits = new AtomicIntegerArray(items);
        lanes.split(
            items,
            (lane, from, to) -> {
              assertEquals(from < to, lanes.isBusy(lane, items));
              for (int item = from; item < to; item++) {
                visits.incrementAndGet(item);
              }
            });
        int[] expected = new int[items];
        Arrays.fill(expected, 1);
        int[] actual = new int[items];
        Arrays.setAll(actual, visits::get);
        assertArrayEquals(expected, actual, count + " lanes, " + items + " items");
        assertTrue(lanes.isBusy(0, items), "lane 0 starts sums the others are added to");
      }
    }
  }

  @Test
  void aFailureInAnyLaneReachesTheCaller() {
    Lanes lanes = new Lanes(2);
    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () ->
                lanes.split(
                    2,
                    (lane, from, to) -> {
                      if (lane == 1) {
                        throw new IllegalStateException("lane 1");
                      }
                    }));
    assertEquals("lane 1", failure.getMessage());
  }
}
