package normsweep.report.document;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;

/** What a network predicts for test images: images by class. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record RecordedNetwork(int[] labels, int[] predicted, double[][] probabilities) {
  static final int CLASSES = 10;

  /** Reads {@code predictions.npz}. */
  static RecordedNetwork read(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ByteBuffer labels = array(zip, "test_labels.npy");
      ByteBuffer logits = array(zip, "test_logits.npy");
      int n = labels.remaining();
      int[] classes = new int[n];
      int[] predicted = new int[n];
      double[][] probabilities = new double[n][CLASSES];
      for (int i = 0; i < n; i++) {
        classes[i] = labels.get();
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
          probabilities[i][c] = Math.exp(half(logits.getShort()));
          sum += probabilities[i][c];
          predicted[i] = probabilities[i][c] > probabilities[i][predicted[i]] ? c : predicted[i];
        }
        for (int c = 0; c < CLASSES; c++) {
          probabilities[i][c] /= sum;
        }
      }
      return new RecordedNetwork(classes, predicted, probabilities);
    }
  }

  // After the magic number, the version and the length of the header, format 1.0.
  private static ByteBuffer array(ZipFile zip, String name) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(zip.getInputStream(zip.getEntry(name)).readAllBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    return bytes.position(10 + bytes.getShort(8)).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  // Half precision: a sign, five bits of exponent, ten bits of fraction.
  private static double half(short bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double size =
        exponent == 0
            ? fraction * Math.pow(2, -24)
            : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
    return bits < 0 ? -size : size;
  }

  int images() {
    return labels.length;
  }

  boolean right(int image) {
    return predicted[image] == labels[image];
  }

  double confidence(int image) {
    return probabilities[image][predicted[image]];
  }

  double accuracy() {
    return IntStream.range(0, images()).filter(this::right).count() / (double) images();
  }
}
