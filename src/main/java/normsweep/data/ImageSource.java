package normsweep.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import normsweep.record.DataSettings;
import normsweep.record.SweepResults.DataOrigin;

/** A labelled set of images: CIFAR-10, or pictures of the user's. Safe for use by many threads. */
public interface ImageSource extends AutoCloseable {
  /** The data set's name. */
  String name();

  /** Names of the classes, by label. */
  List<String> classes();

  /** The class of each image, by its index. */
  int[] labels();

  /** Where the images came from. */
  String source();

  /** SHA-256 of all that the images are: pixels, classes and order. */
  String sha256();

  /** Which images train, validate and test. */
  Split split(DataSettings settings);

  /** The images as the frozen trunk reads them. */
  Pixels pixels(DataSettings settings);

  /**
   * A name of an image's content by which its features are kept; empty if those of a whole part are
   * kept together.
   */
  default Optional<String> content(int index) {
    return Optional.empty();
  }

  /** How results name these images. */
  default DataOrigin origin(DataSettings parts) {
    return new DataOrigin(
        source(),
        sha256(),
        parts.train(),
        parts.validation(),
        parts.test(),
        parts.own() ? name() : null,
        parts.own() ? classes() : null);
  }

  /** Number of images of each class among some. */
  default int[] counts(int[] indices) {
    int[] counts = new int[classes().size()];
    int[] labels = labels();
    Arrays.stream(indices).forEach(index -> counts[labels[index]]++);
    return counts;
  }

  @Override
  void close();
}
