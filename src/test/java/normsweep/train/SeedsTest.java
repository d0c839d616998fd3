package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedsTest {
  @Test
  void batchOrderIsAPermutation() {
    int[] order = Seeds.batchOrder(1, 3, 1000);
    assertArrayEquals(IntStream.range(0, 1000).toArray(), Arrays.stream(order).sorted().toArray());
  }

  @Test
  void orderDependsOnSeedAndEpoch() {
    assertArrayEquals(Seeds.batchOrder(1, 3, 1000), Seeds.batchOrder(1, 3, 1000));
    assertFalse(Arrays.equals(Seeds.batchOrder(1, 3, 1000), Seeds.batchOrder(1, 4, 1000)));
    assertFalse(Arrays.equals(Seeds.batchOrder(1, 3, 1000), Seeds.batchOrder(2, 3, 1000)));
  }

  @Test
  void dropoutSeedsDiffer() {
    assertNotEquals(Seeds.dropout(1, 1), Seeds.dropout(1, 2));
    assertNotEquals(Seeds.dropout(1, 1), Seeds.dropout(2, 1));
  }
}
