package normsweep.record.prediction;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
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
 *   <li>{@code NAME_images}: which of the data set's images these are, a truth value for each,
 *       60,000 for CIFAR-10;
 *   <li>{@code NAME_labels}: their classes, n bytes, by ascending index of the image; two bytes
 *       each if there are more than 256 classes;
 *   <li>{@code NAME_logits}: n × classes half-precision numbers, see {@link ImageScores}.
 * </ul>
 *
 * @param size number of images of the data set
 * @param validation the validation images
 * @param test the test images
 */
public record Predictions(int size, ImageScores validation, ImageScores test) {
  /** More than the logits of 100,000 images of 1,000 classes take. */
  private static final int MOST_BYTES = 1 << 28;

  private static final int BYTE_CLASSES = 256;
  private static final int CIFAR_10 = 60_000;

  /** Predictions for images of CIFAR-10. */
  public Predictions(ImageScores validation, ImageScores test) {
    this(CIFAR_10, validation, test);
  }

  /** Writes the file atomically; equal predictions are equal files. */
  public void write(Path file) throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    put(arrays, "validation", validation);
    put(arrays, "test", test);
    NpzFile.write(file, arrays);
  }

  private void put(Map<String, NpyArray> arrays, String name, ImageScores scores) {
    byte[] chosen = new byte[size];
    int n = scores.size();
    boolean small = scores.classes() <= BYTE_CLASSES;
    byte[] labelBytes = new byte[small ? n : n * Short.BYTES];
    byte[] logitBytes = new byte[scores.logits().length * Short.BYTES];
    ByteBuffer labels = littleEndian(labelBytes);
    ByteBuffer logits = littleEndian(logitBytes);
    logits.asShortBuffer().put(scores.logits());
    for (int row = 0; row < n; row++) {
      chosen[scores.images()[row]] = 1;
      if (small) {
        labels.put((byte) scores.labels()[row]);
      } else {
        labels.putShort((short) scores.labels()[row]);
      }
    }
    arrays.put(name + "_images", new NpyArray("|b1", new int[] {size}, chosen));
    arrays.put(name + "_labels", new NpyArray(small ? "|u1" : "<u2", new int[] {n}, labelBytes));
    arrays.put(name + "_logits", new NpyArray("<f2", new int[] {n, scores.classes()}, logitBytes));
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads the file.
   *
   * @throws NormSweepException exit code 3 if it is missing or damaged
   */
  public static Predictions read(Path file) {
    try {
      Map<String, NpyArray> arrays = NpzFile.read(file, MOST_BYTES);
      return new Predictions(
          array(arrays, "test_images", "|b1").data().length,
          scores(arrays, "validation"),
          scores(arrays, "test"));
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw NormSweepException.unavailable(file + " does not exist; restore it.", e);
    } catch (IOException e) {
      throw Records.damaged(file, e.getMessage(), e);
    }
  }

  private static ImageScores scores(Map<String, NpyArray> arrays, String name) throws IOException {
    byte[] chosen = array(arrays, name + "_images", "|b1").data();
    int[] images = IntStream.range(0, chosen.length).filter(i -> chosen[i] != 0).toArray();
    NpyArray logits = arrays.get(name + "_logits");
    int classes = logits == null || logits.shape().length < 2 ? 0 : logits.shape()[1];
    logits = array(arrays, name + "_logits", "<f2", images.length, classes);
    short[] halves = new short[images.length * classes];
    ByteBuffer.wrap(logits.data()).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(halves);
    int[] labels = labels(arrays, name + "_labels", classes);
    if (labels.length != images.length || !valid(labels, halves, classes)) {
      throw new ZipException("its " + name + " images, classes and logits do not go together");
    }
    return new ImageScores(images, labels, halves);
  }

  private static int[] labels(Map<String, NpyArray> arrays, String name, int classes)
      throws IOException {
    if (classes <= BYTE_CLASSES) {
      byte[] labels = array(arrays, name, "|u1").data();
      return IntStream.range(0, labels.length).map(i -> Byte.toUnsignedInt(labels[i])).toArray();
    }
    ByteBuffer labels = ByteBuffer.wrap(array(arrays, name, "<u2").data());
    ShortBuffer shorts = labels.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    return IntStream.range(0, shorts.capacity()).map(shorts::get).toArray();
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
  private static boolean valid(int[] labels, short[] logits, int classes) {
    for (int row = 0; row < labels.length; row++) {
      int largest = 0;
      for (int i = row * classes; i < (row + 1) * classes; i++) {
        float value = HalfPrecision.toFloat(logits[i]);
        if (!(value <= 0) || Float.isInfinite(value)) {
          return false;
        }
        largest += value == 0 ? 1 : 0;
      }
      if (labels[row] < 0 || labels[row] >= classes || largest != 1) {
        return false;
      }
    }
    return true;
  }
}
