package normsweep.report.figure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.base.NormSweepException;
import normsweep.data.Augmentation;
import normsweep.data.Cifar10;
import normsweep.data.Exploration;
import normsweep.data.Split;
import normsweep.record.Records;

/** Pictures of training images, with and without augmentation. */
public final class SampleFigures {
  /** Samples per class in {@code samples.png}. */
  private static final int SAMPLES = 10;

  /** Augmentation draws beside each original in {@code augmented.png}. */
  private static final int DRAWS = 8;

  private static final String SAMPLES_PNG = "samples.png";
  private static final String AUGMENTED_PNG = "augmented.png";

  private SampleFigures() {}

  /**
   * Explores a split and writes {@code exploration.json}, {@code samples.png} and {@code
   * augmented.png} into {@code folder}. Equal arguments give equal files.
   *
   * @param augmentation shown beside originals
   * @throws NormSweepException failed if {@code folder} cannot be written
   */
  public static Exploration explore(
      Cifar10 data, Split split, Augmentation augmentation, Path folder) {
    Exploration found = Exploration.of(data, split, List.of(SAMPLES_PNG, AUGMENTED_PNG));
    ImageGrid samples =
        new ImageGrid(
            "CIFAR-10: training images of each class",
            SAMPLES,
            List.of(),
            rows(data, split, SAMPLES, index -> Stream.of(data.image(index))));
    ImageGrid augmented =
        new ImageGrid(
            "CIFAR-10: training images and augmented views",
            DRAWS + 1,
            Stream.concat(Stream.of("original"), draws(view -> "view " + view)).toList(),
            rows(
                data,
                split,
                1,
                index ->
                    Stream.concat(
                        Stream.of(data.image(index)),
                        draws(view -> augmentation.draw(data.image(index), view, index)))));
    try {
      samples.write(folder.resolve(SAMPLES_PNG));
      augmented.write(folder.resolve(AUGMENTED_PNG));
      Records.writeJson(folder.resolve("exploration.json"), found);
    } catch (IOException e) {
      throw NormSweepException.unwritable("The folder " + folder, e);
    }
    return found;
  }

  private static <T> Stream<T> draws(IntFunction<T> draw) {
    return IntStream.range(0, DRAWS).mapToObj(draw);
  }

  // One row per class, of its first training images.
  private static Map<String, List<byte[]>> rows(
      Cifar10 data, Split split, int most, IntFunction<Stream<byte[]>> views) {
    Map<String, List<byte[]>> rows = new LinkedHashMap<>();
    for (int label = 0; label < Cifar10.CLASS_NAMES.size(); label++) {
      int wanted = label;
      rows.put(
          Cifar10.CLASS_NAMES.get(label),
          Arrays.stream(split.train())
              .filter(index -> data.label(index) == wanted)
              .limit(most)
              .mapToObj(views)
              .flatMap(Function.identity())
              .toList());
    }
    return rows;
  }
}
