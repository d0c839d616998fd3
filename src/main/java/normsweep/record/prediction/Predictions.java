package normsweep.record.prediction;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipException;
import normsweep.base.HalfPrecision;
import normsweep.base.NormSweepException;
import normsweep.record.Records;
import normsweep.record.prediction.NpzFile.NpyArray;

/**
 * What a trial's saved model makes of its validation and test images: {@code predictions.npz} of
 * the trial's folder, which {@code numpy.load} reads. For each of {@code validation} and {@code
 * test} the file has three arrays:
 *
 * <ul>
 *   <li>{@code NAME_images}: 60,000 truth values, which of CIFAR-10's images these are;
 *   <li>{@code NAME_labels}: their classes, n bytes, by ascending index of the image;
 *   <li>{@code NAME_logits}: n × 10 half-precision numbers, see {@link ImageScores}.
 * </ul>
 *
 * @param validation the validation images
 * @param test the test images
 */
public record Predictions(ImageScores validation, ImageScores test) {
  private static final int IMAGES = 60_000;
  private static final int CLASSES = ImageScores.CLASSES;
  private static final int MOST_BYTES = IMAGES * CLASSES * Short.BYTES;

  /** Writes the file atomically; equal predictions are equal files. */
  public void write(Path file) throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    put(arrays, "validation", validation);
    put(arrays, "test", test);
    NpzFile.write(file, arrays);
  }

  private static void put(Map<String, NpyArray> arrays, String name, ImageScores scores) {
    byte[] chosen = new byte[IMAGES];
    byte[] labels = new byte[scores.size()];
    ByteBuffer logits =
        ByteBuffer.allocate(scores.logits().length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    logits.asShortBuffer().put(scores.logits());
    for (int row = 0; row < labels.length; row++) {
      chosen[scores.images()[row]] = 1;
      labels[row] = (byte) scores.labels()[row];
    }
    arrays.put(name + "_images", new NpyArray("|b1", new int[] {IMAGES}, chosen));
    arrays.put(name + "_labels", new NpyArray("|u1", new int[] {labels.length}, labels));
    arrays.put(
        name + "_logits", new NpyArray("<f2", new int[] {labels.length, CLASSES}, logits.array()));
  }

  /**
   * Reads the file.
   *
   * @throws NormSweepException exit code 3 if it is missing or damaged
   */
  public static Predictions read(Path file) {
    try {
      Map<String, NpyArray> arrays = NpzFile.read(file, MOST_BYTES);
      return new Predictions(scores(arrays, "validation"), scores(arrays, "test"));
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw NormSweepException.unavailable(file + " does not exist; restore it.", e);
    } catch (IOException e) {
      throw Records.damaged(file, e.getMessage(), e);
    }
  }

  private static ImageScores scores(Map<String, NpyArray> arrays, String name) throws IOException {
    byte[] chosen = array(arrays, name + "_images", "|b1", IMAGES).data();
    byte[] classes = array(arrays, name + "_labels", "|u1").data();
    int[] images = IntStream.range(0, IMAGES).filter(i -> chosen[i] != 0).toArray();
    int[] labels = IntStream.range(0, classes.length).map(i -> classes[i]).toArray();
    NpyArray logits = array(arrays, name + "_logits", "<f2", images.length, CLASSES);
    short[] halves = new short[images.length * CLASSES];
    ByteBuffer.wrap(logits.data()).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(halves);
    if (labels.length != images.length || !valid(labels, halves)) {
      throw new ZipException("its " + name + " images, classes and logits do not go together");
    }
    return new ImageScores(images, labels, halves);
  }

  private static NpyArray array(
      Map<String, NpyArray> arrays, String name, String type, int... shape) throws IOException {
    NpyArray array = arrays.get(name);
    boolean shaped =
        array != null
            && (shape.length == 0
                ? array.shape().length == 1
                : Arrays.equals(array.shape(), shape));
    if (!shaped || !array.type().equals(type)) {
      throw new ZipException("it has no " + name + " of the right form");
    }
    return array;
  }

  // Each image has a class, and one logit of 0 that exceeds the others.
  private static boolean valid(int[] labels, short[] logits) {
    for (int row = 0; row < labels.length; row++) {
      int largest = 0;
      for (int i = row * CLASSES; i < (row + 1) * CLASSES; i++) {
        float value = HalfPrecision.toFloat(logits[i]);
        if (!(value <= 0) || Float.isInfinite(value)) {
          return false;
        }
        largest += value == 0 ? 1 : 0;
      }
      if (labels[row] < 0 || labels[row] >= CLASSES || largest != 1) {
        return false;
      }
    }
    return true;
  }
}
