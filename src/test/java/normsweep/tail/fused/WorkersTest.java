package normsweep.tail.fused;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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
        List<List<Integer>> visits =
            IntStream.range(0, count).<List<Integer>>mapToObj(i -> new ArrayList<>()).toList();
        workers.split(
            items,
            (worker, from, to) -> IntStream.range(from, to).forEach(visits.get(worker)::add));
        assertEquals(
            IntStream.range(0, items).boxed().toList(),
            visits.stream().flatMap(List::stream).toList(),
            count + " workers, " + items + " items");
        int least = Collections.min(visits.stream().map(List::size).toList());
        int most = Collections.max(visits.stream().map(List::size).toList());
        assertTrue(most - least <= 1, visits.toString());
      }
    }
  }

  @Test
  void failureOfAnyWorkerReachesCaller() {
    Workers workers = new Workers(2);
    for (int failing : new int[] {0, 1}) {
      IllegalStateException failure =
          assertThrows(
              IllegalStateException.class,
              () ->
                  workers.split(
                      2,
                      (worker, from, to) -> {
                        if (worker == failing) {
                          throw new IllegalStateException("worker " + worker);
                        }
                      }));
      assertEquals("worker " + failing, failure.getMessage());
    }
    AtomicInteger shares = new AtomicInteger();
    workers.split(2, (worker, from, to) -> shares.incrementAndGet());
    assertEquals(2, shares.get());
  }

  @Test
  void interruptedCallerWaitsForAllShares() {
    Workers workers = new Workers(2);
    CountDownLatch interrupted = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    workers.split(
        2,
        (worker, from, to) -> {
          if (worker == 0) {
            Thread.currentThread().interrupt();
            interrupted.countDown();
          } else {
            try {
              interrupted.await();
              Thread.sleep(20);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
          ended.incrementAndGet();
        });
    assertEquals(2, ended.get());
    assertTrue(Thread.interrupted(), "the interrupt is kept");
  }

  @Test
  void otherWorkersDoSparePieces() throws InterruptedException {
    Workers workers = new Workers(3);
    AtomicInteger tried = new AtomicInteger();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(PIECES);
    workers.offer(
        () -> {
          threads.add(Thread.currentThread());
          all.countDown();
          return tried.incrementAndGet() < PIECES;
        });
    all.await();
    assertFalse(threads.contains(Thread.currentThread()));
    AtomicInteger shares = new AtomicInteger();
    workers.split(3, (worker, from, to) -> shares.incrementAndGet());
    assertEquals(3, shares.get());
    int before = tried.get();
    workers.split(3, (worker, from, to) -> shares.incrementAndGet());
    assertEquals(before, tried.get(), "pieces after there was none left");
  }

  @Test
  void sharesComeBeforeFurtherPieces() {
    Workers workers = new Workers(2);
    workers.offer(() -> true); // never at an end
    AtomicInteger shares = new AtomicInteger();
    workers.split(2, (worker, from, to) -> shares.incrementAndGet());
    workers.offer(() -> false);
    assertEquals(2, shares.get());
  }

  @Test
  void workerSurvivesPieceThatFails() throws InterruptedException {
    Workers workers = new Workers(2);
    CountDownLatch tried = new CountDownLatch(1);
    workers.offer(
        () -> {
          tried.countDown();
          throw new IllegalStateException("piece");
        });
    tried.await();
    AtomicInteger shares = new AtomicInteger();
    workers.split(2, (worker, from, to) -> shares.incrementAndGet());
    assertEquals(2, shares.get());
  }
}
