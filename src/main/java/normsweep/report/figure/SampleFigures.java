package normsweep.report.figure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  private static final String JSON = "exploration.json";
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
    try {
      samples(data, split).write(folder.resolve(SAMPLES_PNG));
      augmented(data, split, augmentation).write(folder.resolve(AUGMENTED_PNG));
      Records.writeJson(folder.resolve(JSON), found);
    } catch (IOException e) {
      throw NormSweepException.unwritable("The folder " + folder, e);
    }
    return found;
  }

  private static ImageGrid samples(Cifar10 data, Split split) {
    ImageGrid grid = new ImageGrid("CIFAR-10: training images of each class", SAMPLES);
    for (int label = 0; label < Cifar10.CLASS_NAMES.size(); label++) {
      List<byte[]> images = ofClass(data, split, label, SAMPLES).stream().map(data::image).toList();
      grid.row(Cifar10.CLASS_NAMES.get(label), images);
    }
    return grid;
  }

  private static ImageGrid augmented(Cifar10 data, Split split, Augmentation augmentation) {
    ImageGrid grid = new ImageGrid("CIFAR-10: training images and augmented views", DRAWS + 1);
    List<String> headings = new ArrayList<>(List.of("original"));
    for (int view = 0; view < DRAWS; view++) {
      headings.add("view " + view);
    }
    grid.headings(headings);
    for (int label = 0; label < Cifar10.CLASS_NAMES.size(); label++) {
      List<byte[]> images = new ArrayList<>();
      for (int index : ofClass(data, split, label, 1)) {
        images.add(data.image(index));
        for (int view = 0; view < DRAWS; view++) {
          images.add(augmentation.draw(data.image(index), view, index));
        }
      }
      grid.row(Cifar10.CLASS_NAMES.get(label), images);
    }
    return grid;
  }

  /** The first training images of a class. */
  private static List<Integer> ofClass(Cifar10 data, Split split, int label, int most) {
    return Arrays.stream(split.train())
        .filter(index -> data.label(index) == label)
        .limit(most)
        .boxed()
        .toList();
  }
}
