package normsweep.data;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
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
  /** From this ratio of class sizes on, classes count as uneven. */
  private static final double UNEVEN = 1.5;

  /**
   * Where the data came from.
   *
   * @param source the user's path, or the address or package it was fetched from
   * @param sha256 SHA-256 of all images; of CIFAR-10, of all 60,000 records in the official binary
   *     layout, training batches 1 to 5 and then the test batch
   */
  public record DataSource(String source, String sha256) {}

  /** Numbers of images of one class. */
  @JsonPropertyOrder({"name", "train", "validation", "test"})
  public record ClassCount(String name, int train, int validation, int test) {
    private int all() {
      return train + validation + test;
    }
  }

  /**
   * One colour channel over all pixels of the training images, scaled to 0..1; the standard
   * deviation is that of the whole population.
   */
  @JsonPropertyOrder({"name", "mean", "std"})
  public record Channel(String name, double mean, double std) {}

  /** Looks at a split; {@code figures} names the pictures that go with it. */
  public static Exploration of(ImageSource data, Pixels pixels, Split split, List<String> figures) {
    return new Exploration(
        1,
        new DataSource(data.source(), data.sha256()),
        split.seed(),
        classCounts(data, split),
        channels(pixels, split.train()),
        figures);
  }

  /** The numbers as a table for a terminal, line ends included. */
  public String table() {
    StringBuilder table = new StringBuilder(row("class", "train", "validation", "test"));
    classes.forEach(c -> table.append(counts(c.name(), c.train(), c.validation(), c.test())));
    table.append(
        counts(
            "total",
            classes.stream().mapToInt(ClassCount::train).sum(),
            classes.stream().mapToInt(ClassCount::validation).sum(),
            classes.stream().mapToInt(ClassCount::test).sum()));
    int least = classes.stream().mapToInt(ClassCount::all).min().orElse(0);
    int most = classes.stream().mapToInt(ClassCount::all).max().orElse(0);
    if (least > 0 && most > UNEVEN * least) {
      table.append(
          String.format(
              Locale.ROOT,
              "%nThe largest class has %.1f times as many images as the smallest; training.classWeights:"
                  + " balanced makes rare classes count as much.%n",
              (double) most / least));
    }
    table.append("\nchannels of the training images\n").append(row("", "mean", "std", ""));
    for (Channel c : channels) {
      table.append(row(c.name(), decimal(c.mean()), decimal(c.std()), ""));
    }
    return table.toString();
  }

  private static String row(String first, String second, String third, String fourth) {
    String row = String.format(Locale.ROOT, "%-12s%10s%12s%10s", first, second, third, fourth);
    return row.stripTrailing() + "\n";
  }

  private static String counts(String name, int train, int validation, int test) {
    return String.format(Locale.ROOT, "%-12s%,10d%,12d%,10d\n", name, train, validation, test);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static List<ClassCount> classCounts(ImageSource data, Split split) {
    int[] train = data.counts(split.train());
    int[] validation = data.counts(split.validation());
    int[] test = data.counts(split.test());
    return IntStream.range(0, train.length)
        .mapToObj(i -> new ClassCount(data.classes().get(i), train[i], validation[i], test[i]))
        .toList();
  }

  private static List<Channel> channels(Pixels pixels, int[] indices) {
    // Sums of bytes and their squares are exact in a long: a million images of 224 pixels stay
    // below 2^52.
    int plane = pixels.side() * pixels.side();
    long[] sums = new long[Frames.CHANNELS];
    long[] squares = new long[Frames.CHANNELS];
    try (Progress progress = Progress.of("Channel statistics", indices.length, "images")) {
      for (int index : indices) {
        byte[] image = pixels.plain(index);
        for (int i = 0; i < image.length; i++) {
          int value = Byte.toUnsignedInt(image[i]);
          sums[i / plane] += value;
          squares[i / plane] += (long) value * value;
        }
        progress.step(1);
      }
    }
    List<String> names = List.of("red", "green", "blue");
    double count = (double) indices.length * plane;
    List<Channel> channels = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      double mean = sums[c] / count;
      double variance = Math.max(0, squares[c] / count - mean * mean);
      channels.add(new Channel(names.get(c), mean / 255, Math.sqrt(variance) / 255));
    }
    return channels;
  }
}
