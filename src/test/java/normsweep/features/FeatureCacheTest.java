package normsweep.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import normsweep.base.AtomicFiles;
import normsweep.base.ExitCode;
import normsweep.base.HalfPrecision;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureCacheTest {
  @TempDir Path folder;

  private final FakeTrunk trunk = new FakeTrunk();

  private FeatureStore store() {
    return FeatureCache.open(folder, () -> trunk)
        .store(FakeTrunk.key(), FakeTrunk.IMAGES, FakeTrunk::image);
  }

  private Path file() {
    return folder.resolve(FakeTrunk.key().fileName());
  }

  private static void assertRight(FeatureStore store) {
    assertEquals(FakeTrunk.IMAGES, store.size());
    assertEquals(FakeTrunk.VALUES, store.valuesPerImage());
    for (int image = 0; image < store.size(); image++) {
      ShortBuffer half = store.half(image);
      for (int value = 0; value < FakeTrunk.VALUES; value++) {
        assertEquals(FakeTrunk.expected(image, value), HalfPrecision.toFloat(half.get(value)));
      }
    }
  }

  @Test
  void computesOnceAndReadsEverAfter() {
    assertRight(store());
    FeatureStore again =
        FeatureCache.open(
                folder,
                () -> {
                  throw new AssertionError("the trunk is not needed");
                })
            .store(
                FakeTrunk.key(),
                FakeTrunk.IMAGES,
                position -> {
                  throw new AssertionError("no image is needed");
                });
    assertRight(again);
    assertEquals(FakeTrunk.IMAGES, trunk.computed);
  }

  @Test
  void keepsWhatItOpened() {
    FeatureCache cache = FeatureCache.open(folder, () -> trunk);
    assertTrue(cache.imagesPerSecond().isEmpty());
    FeatureStore first = cache.store(FakeTrunk.key(), FakeTrunk.IMAGES, FakeTrunk::image);
    assertSame(first, cache.store(FakeTrunk.key(), FakeTrunk.IMAGES, FakeTrunk::image));
    assertTrue(cache.imagesPerSecond().getAsDouble() > 0);
  }

  @Test
  void readsHalvesAndFloats() {
    FeatureStore store = store();
    int[] indices = {FakeTrunk.IMAGES - 1, 0, 64, 64};
    float[] floats = new float[indices.length * FakeTrunk.VALUES];
    store.readFloat(indices, floats);
    short[] halves = new short[FakeTrunk.VALUES + 3];
    for (int row = 0; row < indices.length; row++) {
      store.readHalf(indices[row], halves, 3);
      for (int value = 0; value < FakeTrunk.VALUES; value++) {
        float expected = FakeTrunk.expected(indices[row], value);
        assertEquals(expected, floats[row * FakeTrunk.VALUES + value]);
        assertEquals(expected, HalfPrecision.toFloat(halves[3 + value]));
      }
    }
    assertThrows(IndexOutOfBoundsException.class, () -> store.half(FakeTrunk.IMAGES));
    assertThrows(IndexOutOfBoundsException.class, () -> store.half(-1));
  }

  @Test
  void rangesJoinToTheSameFile() throws IOException {
    store();
    Path other = folder.resolve("other");
    FeatureCache cache = FeatureCache.open(other, () -> trunk);
    List<Path> ranges = new ArrayList<>();
    int each = FeatureFile.BLOCK_IMAGES;
    for (int from = 0; from < FakeTrunk.IMAGES; from += each) {
      Path range = folder.resolve("range-" + from);
      int to = Math.min(FakeTrunk.IMAGES, from + each);
      cache.compute(FakeTrunk.key(), from, to, FakeTrunk::image, range);
      ranges.add(range);
    }
    assertTrue(ranges.size() > 1);
    assertFalse(cache.holds(FakeTrunk.key()));
    cache.join(FakeTrunk.key(), FakeTrunk.IMAGES, each, ranges);
    assertTrue(cache.holds(FakeTrunk.key()));
    assertEquals(-1, Files.mismatch(file(), other.resolve(FakeTrunk.key().fileName())));
    Collections.swap(ranges, 0, 1);
    assertThrows(
        FeatureFile.DamagedException.class,
        () -> cache.join(FakeTrunk.key(), FakeTrunk.IMAGES, each, ranges));
  }

  @Test
  void partsMayBeEmpty() {
    FeatureKey empty = FeatureKey.of("weights", "Conv_1", "data", "validation", new int[0]);
    for (int round = 0; round < 2; round++) {
      FeatureStore store = FeatureCache.open(folder, () -> trunk).store(empty, 0, FakeTrunk::image);
      assertEquals(0, store.size());
      assertEquals(FakeTrunk.VALUES, store.valuesPerImage());
    }
    assertEquals(0, trunk.computed);
  }

  @Test
  void readsFilesInSeveralMappings() throws IOException {
    store();
    long block = FeatureFile.BLOCK_IMAGES * FakeTrunk.VALUES * Short.BYTES;
    for (long segment : List.of(1L, block, 2 * block + 1)) {
      assertRight(FeatureFile.open(file(), FakeTrunk.key().sha256(), FakeTrunk.IMAGES, segment));
    }
  }

  /** Magic, count, height, key, both checksums, the table, and data of the first and last image. */
  @ParameterizedTest
  @ValueSource(ints = {0, 9, 13, 30, 57, 61, 64, 79, 4096, 4096 + 48 * 197 - 1})
  void anyFlippedBitIsNoticed(int position) throws IOException {
    store();
    byte[] bytes = Files.readAllBytes(file());
    bytes[position] ^= 4;
    Files.write(file(), bytes);
    assertRebuilt();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 70, 4096, 4096 + 48 * 197 - 1, 4096 + 48 * 197 + 1})
  void anyOtherLengthIsNoticed(int length) throws IOException {
    store();
    assertEquals(4096 + 48 * 197, Files.size(file()));
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(length);
      if (length > channel.size()) {
        channel.write(ByteBuffer.allocate(1), channel.size());
      }
    }
    assertRebuilt();
  }

  @Test
  void rebuildsFileOfAnotherKey() throws IOException {
    FeatureKey other = FakeTrunk.key().view(0, "padding 4 flip true seed 1");
    FeatureCache.open(folder, () -> trunk)
        .store(other, FakeTrunk.IMAGES, position -> FakeTrunk.image(position + 1));
    Files.move(folder.resolve(other.fileName()), file());
    assertRebuilt();
  }

  @Test
  void rebuildsFileOfAnotherKind() throws IOException {
    Files.writeString(file(), "features".repeat(100));
    assertRight(store());
  }

  private void assertRebuilt() {
    trunk.computed = 0;
    assertRight(store());
    assertEquals(FakeTrunk.IMAGES, trunk.computed);
    trunk.computed = 0;
    assertRight(store());
    assertEquals(0, trunk.computed);
  }

  @Test
  void failuresLeaveNothingBehind() throws IOException {
    FeatureCache cache = FeatureCache.open(folder, () -> trunk);
    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () ->
                cache.store(
                    FakeTrunk.key(),
                    FakeTrunk.IMAGES,
                    position -> {
                      if (position == 100) {
                        throw new IllegalStateException("image 100");
                      }
                      return FakeTrunk.image(position);
                    }));
    assertEquals("image 100", failure.getMessage());
    assertNothingBelieved();
    assertRight(store());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY, 65505})
  void featuresBeyondHalfPrecisionAreRefused(float value) throws IOException {
    FeatureExtractor broken =
        new FeatureExtractor() {
          @Override
          public int[] featureShape() {
            return trunk.featureShape();
          }

          @Override
          public void features(byte[] images, int n, float[] out) {
            trunk.features(images, n, out);
            out[7] = trunk.computed > 100 ? value : 65504;
          }
        };
    FeatureCache cache = FeatureCache.open(folder, () -> broken);
    NormSweepException refusal =
        assertThrows(
            NormSweepException.class,
            () -> cache.store(FakeTrunk.key(), FakeTrunk.IMAGES, FakeTrunk::image));
    assertTrue(refusal.getMessage().contains("between images 64 and 127 of train"));
    assertNothingBelieved();
  }

  private void assertNothingBelieved() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("build.lock"), files.map(path -> path.getFileName().toString()).toList());
    }
  }

  @Test
  void refusesFullDiskBeforeWriting() throws IOException {
    FeatureExtractor large =
        new FeatureExtractor() {
          @Override
          public int[] featureShape() {
            return new int[] {224, 224, 320};
          }

          @Override
          public void features(byte[] images, int n, float[] out) {
            throw new AssertionError("too late");
          }
        };
    FeatureCache cache = FeatureCache.open(folder, () -> large);
    int images = Integer.MAX_VALUE;
    NormSweepException refusal =
        assertThrows(
            NormSweepException.class, () -> cache.store(FakeTrunk.key(), images, FakeTrunk::image));
    assertEquals(ExitCode.FAILED, refusal.exitCode());
    assertTrue(refusal.getMessage().contains("The features of train need 6896"));
    assertTrue(refusal.getMessage().contains("in " + folder));
    assertNothingBelieved();
    assertThrows(
        NormSweepException.class, () -> cache.requireRoom(Map.of(FakeTrunk.key(), images)));
    cache.requireRoom(Map.of(FakeTrunk.key(), 1));
  }

  private Process child(int millisPerImage) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            FakeTrunk.class.getName(),
            folder.toString(),
            Integer.toString(millisPerImage))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private List<Path> parts() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(AtomicFiles.TEMPORARY_SUFFIX)).toList();
    }
  }

  @Test
  void recoversAfterKilledProcess() throws IOException, InterruptedException {
    Process child = child(10);
    while (parts().isEmpty() || Files.size(parts().get(0)) < 4096) {
      assertTrue(child.isAlive());
      Thread.sleep(10);
    }
    child.destroyForcibly().waitFor();
    assertFalse(Files.exists(file()));
    assertEquals(1, parts().size());
    assertRight(store());
    assertEquals(FakeTrunk.IMAGES, trunk.computed);
    assertEquals(List.of(), parts());
  }

  @Test
  void concurrentProcessesComputeOnce() throws IOException, InterruptedException {
    Process first = child(2);
    Process second = child(2);
    long computed = 0;
    for (Process child : List.of(first, second)) {
      String said =
          new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertEquals(0, child.waitFor());
      computed += Long.parseLong(said.substring(said.lastIndexOf(' ') + 1));
    }
    assertEquals(FakeTrunk.IMAGES, computed);
    assertRight(store());
    assertEquals(0, trunk.computed);
  }

  @Test
  void concurrentThreadsComputeOnce() {
    FeatureStore[] stores = new FeatureStore[4];
    java.util.stream.IntStream.range(0, stores.length).parallel().forEach(i -> stores[i] = store());
    for (FeatureStore store : stores) {
      assertRight(store);
    }
    assertEquals(FakeTrunk.IMAGES, trunk.computed);
    assertArrayEquals(new int[] {2, 3, 4}, trunk.featureShape());
  }
}
