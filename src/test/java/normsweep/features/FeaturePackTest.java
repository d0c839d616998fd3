package normsweep.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import normsweep.base.HalfPrecision;
import normsweep.base.Hashes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeaturePackTest {
  private static final FeatureKey KEY = FeatureKey.ofPictures("weights", "Conv_1", "crop");
  private static final int MANY = 2 * FeatureFile.BLOCK_IMAGES + 7;

  @TempDir Path folder;
  private final FakeTrunk trunk = new FakeTrunk();

  private static List<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> Hashes.sha256("picture " + i)).toList();
  }

  private FeatureStore store(int from, int to) {
    return store(from, to, position -> FakeTrunk.image(from + position));
  }

  private FeatureStore store(int from, int to, IntFunction<byte[]> source) {
    return FeatureCache.open(folder, () -> trunk).store(KEY, names(from, to), source);
  }

  private static void assertHolds(FeatureStore store, int from, int to) {
    assertEquals(to - from, store.size());
    for (int i = 0; i < store.size(); i++) {
      short[] half = new short[FakeTrunk.VALUES];
      store.readHalf(i, half, 0);
      for (int value = 0; value < half.length; value++) {
        assertEquals(FakeTrunk.expected(from + i, value), HalfPrecision.toFloat(half[value]));
      }
    }
  }

  private Path file() {
    return folder.resolve(KEY.fileName());
  }

  @Test
  void onlyNewPicturesAreComputed() {
    assertHolds(store(0, MANY), 0, MANY);
    assertEquals(MANY, trunk.computed);
    assertHolds(store(5, MANY), 5, MANY);
    assertEquals(MANY, trunk.computed);
    assertHolds(store(3, MANY + 2), 3, MANY + 2);
    assertEquals(MANY + 2, trunk.computed);
  }

  @Test
  void equalPicturesAreComputedOnce() {
    List<String> twice = List.of(names(4, 5).get(0), names(4, 5).get(0));
    FeatureStore store =
        FeatureCache.open(folder, () -> trunk).store(KEY, twice, i -> FakeTrunk.image(4));
    assertEquals(1, trunk.computed);
    assertEquals(store.half(0), store.half(1));
  }

  @Test
  void whatAnInterruptedBuildHasWrittenStays() {
    IntFunction<byte[]> failing =
        position -> {
          if (position >= FeatureFile.BLOCK_IMAGES + 3) {
            throw new IllegalStateException("killed");
          }
          return FakeTrunk.image(position);
        };
    assertThrows(IllegalStateException.class, () -> store(0, MANY, failing));
    assertEquals(FeatureFile.BLOCK_IMAGES, trunk.computed);
    assertHolds(store(0, MANY), 0, MANY);
    assertEquals(MANY, trunk.computed);
  }

  @Test
  void cutRecordsAreComputedAgain() throws IOException {
    store(0, 10);
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 5);
    }
    assertHolds(store(0, 10), 0, 10);
    assertEquals(11, trunk.computed);
    assertHolds(store(0, 12), 0, 12);
    assertEquals(13, trunk.computed);
  }

  @Test
  void damagedRecordsAreComputedAgain() throws IOException {
    store(0, 10);
    byte[] bytes = Files.readAllBytes(file());
    bytes[bytes.length / 2] ^= 4;
    Files.write(file(), bytes);
    assertHolds(store(0, 10), 0, 10);
    assertEquals(11, trunk.computed);
  }

  @Test
  void packsOfAnotherKeyOrOfNoneAreReplaced() throws IOException {
    Files.write(file(), new byte[1000]);
    assertHolds(store(0, 3), 0, 3);
    byte[] own = Files.readAllBytes(file());
    FeatureKey other = KEY.view(1, "flip");
    Files.write(folder.resolve(other.fileName()), own);
    FeatureCache.open(folder, () -> trunk).store(other, names(0, 3), FakeTrunk::image);
    assertEquals(6, trunk.computed);
    assertArrayEquals(own, Files.readAllBytes(file()));
  }
}
