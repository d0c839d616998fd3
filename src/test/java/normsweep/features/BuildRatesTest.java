package normsweep.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildRatesTest {
  @TempDir Path folder;

  /** An image takes 10 ms of decoding and 5 ms of the trunk. */
  @Test
  void timesAddUpOnTheSameCores() {
    BuildRates rates = BuildRates.of(100, 200, true);
    assertEquals(1000 / 15.0, rates.together(), 1e-9);
    assertEquals(100, BuildRates.of(100, 200, false).together());
    assertEquals(
        "alone, decoding makes 100 and the trunk 200 images/s, so decoding is the limit",
        rates.limit());
    assertTrue(BuildRates.of(300, 200, true).limit().endsWith("so the trunk is the limit"));
  }

  @Test
  void sampleComesFromEverywhereAndIsSmall() {
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    FakeTrunk trunk = new FakeTrunk();
    BuildRates rates =
        BuildRates.measure(
            trunk,
            10_000,
            position -> {
              seen.add(position);
              return FakeTrunk.image(position);
            },
            true);
    assertEquals(96, seen.size());
    assertTrue(seen.contains(0) && seen.stream().anyMatch(position -> position > 9_800));
    assertTrue(
        rates.together() > 0 && rates.together() < Math.min(rates.decoding(), rates.trunk()));
    assertEquals(96, trunk.computed); // 32 to warm up, 64 timed
  }

  @Test
  void onePictureIsEnough() {
    FakeTrunk trunk = new FakeTrunk();
    FeatureCache cache = FeatureCache.open(folder, () -> trunk);
    cache.requireRoom(1, 1, FakeTrunk::image, true);
    assertEquals(2, trunk.computed);
    cache.requireRoom(0, 1, FakeTrunk::image, true); // nothing is to be computed
    assertEquals(2, trunk.computed);
  }
}
