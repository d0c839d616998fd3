package normsweep.model.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LanesTest {
  private static final int PIECES = 50;

  @Test
  void everyItemIsWorkedOnOnce() {
    for (int count : new int[] {1, 2, 3, 8}) {
      Lanes lanes = new Lanes(count);
      for (int items : new int[] {1, 2, 7, 64}) {
        AtomicIntegerArray visits = new AtomicIntegerArray(items);
        lanes.split(
            items,
            (lane, from, to) -> {
              assertEquals(from, lanes.bound(items, lane));
              assertEquals(to, lanes.bound(items, lane + 1));
              for (int item = from; item < to; item++) {
                visits.incrementAndGet(item);
              }
            });
        int[] expected = new int[items];
        Arrays.fill(expected, 1);
        int[] actual = new int[items];
        Arrays.setAll(actual, visits::get);
        assertArrayEquals(expected, actual, count + " lanes, " + items + " items");
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

  @Test
  void otherLanesDoSpareWorkInSpareTimeOnly() throws InterruptedException {
    Lanes lanes = new Lanes(3);
    AtomicInteger done = new AtomicInteger();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(PIECES);
    lanes.offer(
        () -> {
          if (done.getAndIncrement() >= PIECES) {
            return false;
          }
          threads.add(Thread.currentThread());
          all.countDown();
          return true;
        });
    AtomicInteger shares = new AtomicInteger();
    lanes.split(3, (lane, from, to) -> shares.incrementAndGet());
    assertEquals(0, done.get(), "pieces before there is spare time");

    lanes.beginSpareTime();
    assertTrue(all.await(30, TimeUnit.SECONDS), "spare work is not done");
    assertFalse(threads.contains(Thread.currentThread()));
    lanes.endSpareTime();
    lanes.split(3, (lane, from, to) -> shares.incrementAndGet());
    assertEquals(6, shares.get());
    int tried = done.get();
    lanes.beginSpareTime();
    lanes.split(3, (lane, from, to) -> shares.incrementAndGet());
    assertEquals(tried, done.get(), "pieces of what is offered no more");
  }

  @Test
  void sharesComeBeforeFurtherSpareWork() {
    Lanes lanes = new Lanes(2);
    lanes.offer(() -> true); // never at an end
    lanes.beginSpareTime();
    try {
      AtomicInteger shares = new AtomicInteger();
      lanes.split(2, (lane, from, to) -> shares.incrementAndGet());
      assertEquals(2, shares.get());
    } finally {
      lanes.endSpareTime();
    }
  }

  @Test
  void aLaneSurvivesSpareWorkThatFails() throws InterruptedException {
    Lanes lanes = new Lanes(2);
    CountDownLatch tried = new CountDownLatch(1);
    lanes.offer(
        () -> {
          tried.countDown();
          throw new IllegalStateException("spare");
        });
    lanes.beginSpareTime();
    tried.await();
    AtomicInteger shares = new AtomicInteger();
    lanes.split(2, (lane, from, to) -> shares.incrementAndGet());
    assertEquals(2, shares.get());
  }
}
