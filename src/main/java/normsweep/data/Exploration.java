package normsweep.data;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import normsweep.base.Progress;

/**
 * What the data looks like: class counts of each part of a split, mean and standard deviation of
 * each colour channel over the training images.
 *
 * @param schema version of the JSON file
 * @param data where the images came from
 * @param splitSeed seed of the split
 * @param classes one row per class, by label
 * @param channels red, green, blue
 * @param figures names of the pictures, in the same folder
 */
@JsonPropertyOrder({"schema", "data", "splitSeed", "classes", "channels", "figures"})
public record Exploration(
    int schema,
    DataSource data,
    long splitSeed,
    List<ClassCount> classes,
    List<Channel> channels,
    List<String> figures) {
  /**
   * Images of one class.
   *
   * @param name the class
   * @param train training images
   * @param validation validation images
   * @param test test images
   */
  @JsonPropertyOrder({"name", "train", "validation", "test"})
  public record ClassCount(String name, int train, int validation, int test) {}

  /**
   * One colour channel over all pixels of the training images, scaled to 0..1.
   *
   * @param name the colour
   * @param mean arithmetic mean
   * @param std standard deviation, divided by the number of pixels
   */
  @JsonPropertyOrder({"name", "mean", "std"})
  public record Channel(String name, double mean, double std) {}

  /** Copies the lists. */
  public Exploration {
    classes = List.copyOf(classes);
    channels = List.copyOf(channels);
    figures = List.copyOf(figures);
  }

  /**
   * Looks at a split.
   *
   * @param figures names of the pictures that go with it
   */
  public static Exploration of(Cifar10 data, Split split, List<String> figures) {
    return new Exploration(
        1,
        data.dataSource(),
        split.seed(),
        classCounts(data, split),
        channels(data, split.train()),
        figures);
  }

  /** The numbers as a table for a terminal, line ends included. */
  public String table() {
    StringBuilder table = new StringBuilder();
    table.append(row("class", "train", "validation", "test"));
    for (ClassCount c : classes) {
      table.append(row(c.name(), count(c.train()), count(c.validation()), count(c.test())));
    }
    table.append(
        row(
            "total",
            count(classes.stream().mapToInt(ClassCount::train).sum()),
            count(classes.stream().mapToInt(ClassCount::validation).sum()),
            count(classes.stream().mapToInt(ClassCount::test).sum())));
    table.append('\n').append(row("channel", "mean", "std", ""));
    for (Channel c : channels) {
      table.append(row(c.name(), decimal(c.mean()), decimal(c.std()), ""));
    }
    return table.toString();
  }

  private static String row(String first, String second, String third, String fourth) {
    String row = String.format(Locale.ROOT, "%-12s%10s%12s%10s", first, second, third, fourth);
    return row.stripTrailing() + "\n";
  }

  private static String count(int n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static List<ClassCount> classCounts(Cifar10 data, Split split) {
    int[] train = countsByLabel(data, split.train());
    int[] validation = countsByLabel(data, split.validation());
    int[] test = countsByLabel(data, split.test());
    List<ClassCount> counts = new ArrayList<>();
    for (int label = 0; label < Cifar10.CLASSES; label++) {
      counts.add(
          new ClassCount(
              Cifar10.CLASS_NAMES.get(label), train[label], validation[label], test[label]));
    }
    return counts;
  }

  private static int[] countsByLabel(Cifar10 data, int[] indices) {
    int[] counts = new int[Cifar10.CLASSES];
    for (int index : indices) {
      counts[data.label(index)]++;
    }
    return counts;
  }

  private static List<Channel> channels(Cifar10 data, int[] indices) {
    // Sums of bytes and their squares are exact in a long: 50,000 images stay below 2^42.
    long[] sums = new long[CifarLayout.CHANNELS];
    long[] squares = new long[CifarLayout.CHANNELS];
    try (Progress progress = Progress.of("Channel statistics", indices.length, "images")) {
      for (int index : indices) {
        byte[] image = data.image(index);
        for (int channel = 0; channel < CifarLayout.CHANNELS; channel++) {
          long sum = 0;
          long square = 0;
          int plane = channel * CifarLayout.PLANE_BYTES;
          for (int i = plane; i < plane + CifarLayout.PLANE_BYTES; i++) {
            int value = Byte.toUnsignedInt(image[i]);
            sum += value;
            square += (long) value * value;
          }
          sums[channel] += sum;
          squares[channel] += square;
        }
        progress.step(1);
      }
    }
    List<String> names = List.of("red", "green", "blue");
    double pixels = (double) indices.length * CifarLayout.PLANE_BYTES;
    List<Channel> channels = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      double mean = sums[c] / pixels;
      double variance = Math.max(0, squares[c] / pixels - mean * mean);
      channels.add(new Channel(names.get(c), mean / 255, Math.sqrt(variance) / 255));
    }
    return channels;
  }
}
