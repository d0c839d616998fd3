package normsweep.tail.fused;

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
class WorkersTest {
  private static final int PIECES = 50;

  @Test
  void everyItemIsWorkedOnOnce() {
    for (int count : new int[] {1, 2, 3, 8}) {
      Workers workers = new Workers(count);
      for (int items : new int[] {1, 2, 7, 64}) {
        AtomicIntegerArray visits = new AtomicIntegerArray(items);
        workers.split(
            items,
            (worker, from, to) -> {
              assertEquals(from, workers.bound(items, worker));
              assertEquals(to, workers.bound(items, worker + 1));
              for (int item = from; item < to; item++) {
                visits.incrementAndGet(item);
              }
            });
        int[] expected = new int[items];
        Arrays.fill(expected, 1);
        int[] actual = new int[items];
        Arrays.setAll(actual, visits::get);
        assertArrayEquals(expected, actual, count + " workers, " + items + " items");
      }
    }
  }

  @Test
  void aFailureInAnyWorkerReachesTheCaller() {
    Workers workers = new Workers(2);
    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () ->
                workers.split(
                    2,
                    (worker, from, to) -> {
                      if (worker == 1) {
                        throw new IllegalStateException("worker 1");
                      }
                    }));
    assertEquals("worker 1", failure.getMessage());
  }

  @Test
  void otherLanesDoSpareWorkInSpareTimeOnly() throws InterruptedException {
    Workers workers = new Workers(3);
    AtomicInteger done = new AtomicInteger();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(PIECES);
    workers.offer(
        () -> {
          if (done.getAndIncrement() >= PIECES) {
            return false;
          }
          threads.add(Thread.currentThread());
          all.countDown();
          return true;
        });
    AtomicInteger shares = new AtomicInteger();
    workers.split(3, (worker, from, to) -> shares.incrementAndGet());
    assertEquals(0, done.get(), "pieces before there is spare time");

    workers.beginSpareTime();
    assertTrue(all.await(30, TimeUnit.SECONDS), "spare work is not done");
    assertFalse(threads.contains(Thread.currentThread()));
    workers.endSpareTime();
    workers.split(3, (worker, from, to) -> shares.incrementAndGet());
    assertEquals(6, shares.get());
    int tried = done.get();
    workers.beginSpareTime();
    workers.split(3, (worker, from, to) -> shares.incrementAndGet());
    assertEquals(tried, done.get(), "pieces of what is offered no more");
  }

  @Test
  void sharesComeBeforeFurtherSpareWork() {
    Workers workers = new Workers(2);
    workers.offer(() -> true); // never at an end
    workers.beginSpareTime();
    try {
      AtomicInteger shares = new AtomicInteger();
      workers.split(2, (worker, from, to) -> shares.incrementAndGet());
      assertEquals(2, shares.get());
    } finally {
      workers.endSpareTime();
    }
  }

  @Test
  void aWorkerSurvivesSpareWorkThatFails() throws InterruptedException {
    Workers workers = new Workers(2);
    CountDownLatch tried = new CountDownLatch(1);
    workers.offer(
        () -> {
          tried.countDown();
          throw new IllegalStateException("spare");
        });
    workers.beginSpareTime();
    tried.await();
    AtomicInteger shares = new AtomicInteger();
    workers.split(2, (worker, from, to) -> shares.incrementAndGet());
    assertEquals(2, shares.get());
  }
}
