package normsweep.record.prediction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;
import normsweep.base.ExitCode;
import normsweep.base.HalfPrecision;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PredictionsTest {
  private static final int CLASSES = 10;

  @TempDir Path folder;

  /** Softmax of Gaussian logits, the own class's mean above the others'. */
  private static float[] probabilities(int[] labels, long seed) {
    Random random = new Random(seed);
    float[] shares = new float[labels.length * CLASSES];
    for (int row = 0; row < labels.length; row++) {
      double sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        double logit = 2.5 * random.nextGaussian() + (c == labels[row] ? 6 : 0);
        shares[row * CLASSES + c] = (float) Math.exp(logit);
        sum += Math.exp(logit);
      }
      for (int c = 0; c < CLASSES; c++) {
        shares[row * CLASSES + c] /= (float) sum;
      }
    }
    return shares;
  }

  private static ImageScores scores(int firstImage, int step, int images, long seed) {
    int[] labels = new Random(seed).ints(images, 0, CLASSES).toArray();
    int[] indices = IntStream.range(0, images).map(i -> firstImage + step * i).toArray();
    return ImageScores.of(indices, labels, probabilities(labels, seed));
  }

  private static void assertSame(ImageScores expected, ImageScores actual) {
    assertArrayEquals(expected.images(), actual.images());
    assertArrayEquals(expected.labels(), actual.labels());
    assertArrayEquals(expected.logits(), actual.logits());
  }

  @Test
  void manyClassesAndOwnImagesAreKept() throws IOException {
    int classes = 300;
    int[] labels = {299, 0, 150};
    float[] shares = new float[labels.length * classes];
    Arrays.fill(shares, 0.7f / classes);
    for (int row = 0; row < labels.length; row++) {
      shares[row * classes + labels[row]] += 0.3f;
    }
    ImageScores scores = ImageScores.of(new int[] {2, 5, 6}, labels, shares);
    Path file = folder.resolve("many.npz");
    new Predictions(7, scores, scores).write(file);
    Predictions read = Predictions.read(file);
    assertEquals(7, read.size());
    assertArrayEquals(labels, read.test().labels());
    assertArrayEquals(new int[] {2, 5, 6}, read.test().images());
    assertEquals(classes, read.test().classes());
    assertEquals(3, read.test().right());
  }

  /** Recalls 3/4 and 1/2 of classes of four and two images; F1 of 3/4 and 1/2. */
  @Test
  void classesCountTheSame() {
    ClassScores scores = ClassScores.of(new int[][] {{3, 1, 0}, {1, 1, 0}, {0, 0, 0}});
    assertEquals(0.625, scores.balancedAccuracy());
    assertEquals(0.625, scores.macroF1());
    ClassScores other = ClassScores.of(new int[][] {{4, 0}, {2, 0}});
    assertEquals(0.5, other.balancedAccuracy());
    assertEquals(0.4, other.macroF1());
  }

  @Test
  void equalClassesNeedNoMeasuresOfTheirOwn() {
    assertTrue(ClassScores.even(new int[] {100, 0, 114}));
    assertFalse(ClassScores.even(new int[] {100, 116}));
    int[] labels = {0, 0, 0, 1};
    float[] shares = {0.9f, 0.1f, 0.8f, 0.2f, 0.3f, 0.7f, 0.4f, 0.6f};
    ImageScores uneven = ImageScores.of(new int[] {1, 2, 3, 4}, labels, shares);
    assertEquals(5 / 6.0, ClassScores.ofUneven(uneven).orElseThrow().balancedAccuracy(), 1e-12);
    ImageScores even = ImageScores.of(new int[] {3, 4}, new int[] {0, 1}, Arrays.copyOf(shares, 4));
    assertTrue(ClassScores.ofUneven(even).isEmpty());
  }

  @Test
  void readsWhatItWrote() throws IOException {
    Predictions written = new Predictions(scores(7, 11, 300, 1), scores(50_000, 3, 200, 2));
    Path file = folder.resolve("predictions.npz");
    written.write(file);
    Predictions read = Predictions.read(file);
    assertSame(written.validation(), read.validation());
    assertSame(written.test(), read.test());
    Path again = folder.resolve("again.npz");
    read.write(again);
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
  }

  @Test
  void allOfCifarIsSmall() throws IOException {
    Path file = folder.resolve("predictions.npz");
    new Predictions(scores(3, 9, 5_000, 1), scores(50_000, 1, 10_000, 2)).write(file);
    assertTrue(Files.size(file) < 250_000, Files.size(file) + " bytes");
  }

  @Test
  void probabilitiesSurviveRounding() {
    int[] labels = new Random(3).ints(2_000, 0, CLASSES).toArray();
    float[] shares = probabilities(labels, 3);
    ImageScores scores = ImageScores.of(IntStream.range(0, 2_000).toArray(), labels, shares);
    for (int row = 0; row < labels.length; row++) {
      double[] restored = scores.probabilities(row);
      for (int c = 0; c < CLASSES; c++) {
        float share = shares[row * CLASSES + c];
        // A logit of -16 to -32 is rounded by at most 1/64, a smaller one by less.
        assertEquals(share, restored[c], 0.016 * share + 0.002 * share * (1 - share));
      }
    }
  }

  @Test
  void knownProbabilitiesGiveKnownLogits() {
    float[] shares = {0.25f, 0.5f, 0.125f, 0.125f, 0, 0, 0, 0, 0, 0};
    ImageScores scores = ImageScores.of(new int[] {0}, new int[] {2}, shares);
    // -ln 2 with 10 significant bits is -710/1024, -2 ln 2 is twice that.
    assertEquals(-710 / 1024f, scores.logit(0, 0));
    assertEquals(0, scores.logit(0, 1));
    assertEquals(-710 / 512f, scores.logit(0, 2));
    // ln 2 less, from the smallest normal float 2^-126: -125 ln 2 = -86.64.
    assertEquals(-86.625, scores.logit(0, 9), 0.07);
    assertEquals(1, scores.predicted(0));
    assertEquals(0, scores.right());
  }

  @Test
  void nearTiesKeepThePredictedClass() {
    float half = 0.5f;
    float[] shares = {Math.nextDown(half), half, 0, 0, 0, 0, 0, 0, 0, 0};
    ImageScores scores = ImageScores.of(new int[] {0}, new int[] {1}, shares);
    assertEquals(1, scores.predicted(0));
    assertEquals(-0x1p-24f, scores.logit(0, 0));
    // Of equal ones the first counts, as in the evaluation that gives the accuracy.
    float[] equal = {half, half, 0, 0, 0, 0, 0, 0, 0, 0};
    assertEquals(0, ImageScores.of(new int[] {0}, new int[] {1}, equal).predicted(0));
  }

  @Test
  void otherReadersFindTheSameArray() throws IOException {
    ImageScores test = scores(50_000, 2, 70, 5);
    Path file = folder.resolve("predictions.npz");
    new Predictions(scores(1, 1, 30, 4), test).write(file);
    try (ZipFile zip = new ZipFile(file.toFile());
        var entry = zip.getInputStream(zip.getEntry("test_logits.npy"))) {
      INDArray array = Nd4j.createNpyFromByteArray(entry.readAllBytes());
      assertEquals(DataType.FLOAT16, array.dataType());
      assertArrayEquals(new long[] {70, CLASSES}, array.shape());
      for (int row = 0; row < 70; row++) {
        for (int c = 0; c < CLASSES; c++) {
          assertEquals(
              HalfPrecision.toFloat(test.logits()[row * CLASSES + c]), array.getFloat(row, c));
        }
      }
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path file = folder.resolve("predictions.npz");
    assertTrue(refused(file).endsWith("predictions.npz does not exist; restore it."));
    Files.writeString(file, "no zip");
    assertTrue(refused(file).contains("predictions.npz is damaged ("), refused(file));
    ImageScores none = new ImageScores(new int[] {1}, new int[] {11}, new short[CLASSES]);
    new Predictions(none, none).write(file);
    assertTrue(
        refused(file).contains("validation images, classes and logits do not go together"),
        refused(file));
  }

  private static String refused(Path file) {
    NormSweepException e = assertThrows(NormSweepException.class, () -> Predictions.read(file));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    return e.getMessage();
  }
}
