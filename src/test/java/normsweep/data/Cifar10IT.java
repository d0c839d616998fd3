package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real data set, from the cache or wherever it can be had. */
class Cifar10IT {
  private static Cifar10 data;

  @BeforeAll
  static void open() {
    data = Cifar10.open(Optional.empty(), Caches.root());
  }

  @AfterAll
  static void close() {
    data.close();
  }

  @Test
  void classesHaveEquallyManyImages() {
    int[] train = new int[10];
    int[] test = new int[10];
    for (int i = 0; i < Cifar10.TRAIN + Cifar10.TEST; i++) {
      (i < Cifar10.TRAIN ? train : test)[data.label(i)]++;
    }
    int[] expected = new int[10];
    Arrays.fill(expected, 5000);
    assertArrayEquals(expected, train);
    Arrays.fill(expected, 1000);
    assertArrayEquals(expected, test);
  }

  @Test
  void channelStatisticsAreThePublishedOnes() {
    double[] sum = new double[3];
    double[] squares = new double[3];
    for (int i = 0; i < Cifar10.TRAIN; i++) {
      byte[] image = data.image(i);
      for (int p = 0; p < image.length; p++) {
        double value = Byte.toUnsignedInt(image[p]) / 255.0;
        sum[p / 1024] += value;
        squares[p / 1024] += value * value;
      }
    }
    double n = Cifar10.TRAIN * 1024.0;
    double[] mean = {0.4914, 0.4822, 0.4465};
    double[] deviation = {0.2470, 0.2435, 0.2616};
    for (int c = 0; c < 3; c++) {
      double m = sum[c] / n;
      assertEquals(mean[c], m, 1e-4);
      assertEquals(deviation[c], Math.sqrt(squares[c] / n - m * m), 1e-4);
    }
  }

  @Test
  void firstImagesAreFrogAndCat() {
    assertEquals("frog", Cifar10.CLASS_NAMES.get(data.label(0)));
    assertEquals("cat", Cifar10.CLASS_NAMES.get(data.label(Cifar10.TRAIN)));
    // Top left pixel of the first training image: red 59, green 62, blue 63.
    byte[] frog = data.image(0);
    assertArrayEquals(new byte[] {59, 62, 63}, new byte[] {frog[0], frog[1024], frog[2048]});
  }

  @Test
  void everyImageHasItsBytes() throws IOException {
    byte[] whole = Files.readAllBytes(Caches.root().resolve("cifar-10").resolve("cifar-10.bin"));
    for (int i = 0; i < Cifar10.TRAIN + Cifar10.TEST; i++) {
      int record = i * CifarLayout.RECORD_BYTES;
      assertEquals(whole[record], data.label(i));
      assertArrayEquals(
          Arrays.copyOfRange(whole, record + 1, record + CifarLayout.RECORD_BYTES), data.image(i));
    }
  }

  @Test
  void takesUnpackedOfficialBatches(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(Caches.root().resolve("cifar-10").resolve("cifar-10.bin"));
    int batchBytes = whole.length / CifarLayout.BATCHES.size();
    for (int i = 0; i < CifarLayout.BATCHES.size(); i++) {
      Files.write(
          folder.resolve(CifarLayout.BATCHES.get(i) + ".bin"),
          Arrays.copyOfRange(whole, i * batchBytes, (i + 1) * batchBytes));
    }
    try (Cifar10 again = Cifar10.open(Optional.of(folder), folder.resolve("cache"))) {
      assertEquals(data.sha256(), again.sha256());
      assertArrayEquals(data.image(59_999), again.image(59_999));
      assertArrayEquals(data.labels(), again.labels());
    }
    assertTrue(data.source().length() > 3);
  }
}
