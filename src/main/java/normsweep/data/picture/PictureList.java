package normsweep.data.picture;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import normsweep.data.Cifar10;
import normsweep.data.Split;
import org.datavec.api.io.labels.ParentPathLabelGenerator;
import org.datavec.api.split.FileSplit;

/**
 * The pictures that a folder or a CSV file names, with their classes, before any is opened.
 *
 * @param root the folder that holds all of them
 * @param entries one per picture, in the order in which they count
 * @param numbered whether these are the 60,000 numbered files of CIFAR-10 written out: pictures
 *     then count by their numbers, as CIFAR-10's do by their indices; all others by their contents,
 *     so that further pictures hardly change what there is
 */
record PictureList(Path root, List<Entry> entries, boolean numbered) {
  /** File name endings of pictures, in small letters. */
  static final List<String> ENDINGS = List.of("png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp");

  private static final Map<String, Integer> POOLS =
      Map.of("train", Split.TRAIN, "validation", Split.VALIDATION, "test", Split.TEST);

  private static final String NUMBER = "[0-9]{1,9}";

  /**
   * A picture.
   *
   * @param path relative to the root, separated by slashes
   * @param label its class
   * @param pool a part of {@link Split} that it must belong to; training also stands for any
   */
  record Entry(String path, String label, int pool) {
    private String stem() {
      return path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\.[^.]*$", "");
    }

    /** The number that is its file name. */
    int number() {
      return Integer.parseInt(stem());
    }
  }

  /**
   * Lists a folder or reads a CSV file.
   *
   * @throws NormSweepException usage or unavailable if there are no pictures, or not as they have
   *     to lie
   */
  static PictureList of(Path source) {
    try {
      if (!Files.exists(source)) {
        throw NormSweepException.unavailable(
            source + " does not exist; name a folder of pictures or a CSV file.");
      }
      boolean folder = Files.isDirectory(source);
      Path root = (folder ? source : source.toAbsolutePath().getParent()).toRealPath();
      List<Entry> found = folder ? listed(root) : table(source);
      if (found.isEmpty()) {
        throw NormSweepException.unavailable(
            source
                + " holds no pictures ("
                + String.join(", ", ENDINGS)
                + "); name a folder with one folder of pictures per class.");
      }
      for (Entry entry : found) {
        requireInside(root, entry);
      }
      boolean numbered = numbered(found);
      Comparator<Entry> order = Comparator.comparingInt(Entry::pool);
      order =
          numbered
              ? order.thenComparingInt(Entry::number)
              : order.thenComparing(Entry::stem).thenComparing(Entry::path);
      return new PictureList(root, found.stream().sorted(order).toList(), numbered);
    } catch (IOException | UncheckedIOException e) {
      throw NormSweepException.unavailable(
          source + " cannot be read (" + Reason.of(e) + "); name a folder that you may read.", e);
    }
  }

  /** Whether as many pictures as CIFAR-10's have different numbers as names in each pool. */
  static boolean numbered(List<Entry> entries) {
    Set<String> seen = new HashSet<>();
    return entries.size() == Cifar10.TRAIN + Cifar10.TEST
        && entries.stream().filter(entry -> entry.pool() == Split.TRAIN).count() == Cifar10.TRAIN
        && entries.stream().filter(entry -> entry.pool() == Split.TEST).count() == Cifar10.TEST
        && entries.stream()
            .allMatch(
                entry ->
                    entry.stem().matches(NUMBER) && seen.add(entry.pool() + " " + entry.number()));
  }

  private static List<Entry> listed(Path root) throws IOException {
    String[] endings =
        ENDINGS.stream()
            .flatMap(ending -> Stream.of(ending, ending.toUpperCase(Locale.ROOT)))
            .toArray(String[]::new);
    boolean parts;
    try (Stream<Path> folders = Files.list(root).filter(PictureList::folder)) {
      List<String> names = folders.map(folder -> folder.getFileName().toString()).toList();
      parts = !names.isEmpty() && POOLS.keySet().containsAll(names);
      if (parts && !names.contains("train")) {
        throw NormSweepException.usage(
            root + " has a folder " + names.get(0) + ", but none called train.");
      }
    }
    ParentPathLabelGenerator labels = new ParentPathLabelGenerator();
    List<Entry> entries = new ArrayList<>();
    if (root.toFile().list().length == 0) {
      return entries; // of which DataVec makes an error
    }
    for (URI location : new FileSplit(root.toFile(), endings, true).locations()) {
      Path file = Path.of(URI.create(location.toASCIIString()));
      Path path = root.relativize(file);
      if (Stream.of(path.toString().split("/")).anyMatch(name -> name.startsWith("."))) {
        continue;
      }
      if (path.getNameCount() != (parts ? 3 : 2)) {
        throw NormSweepException.usage(
            String.format(
                Locale.ROOT,
                "%s is not in the folder of a class; allowed is %s with one folder of pictures per"
                    + " class.",
                file,
                parts ? "train/, validation/ and test/," : "a folder"));
      }
      int pool = parts ? POOLS.get(path.getName(0).toString()) : Split.TRAIN;
      entries.add(
          new Entry(
              path.toString().replace('\\', '/'),
              named(labels.getLabelForPath(file.toString()).toString()),
              pool));
    }
    return entries;
  }

  private static boolean folder(Path path) {
    return Files.isDirectory(path) && !path.getFileName().toString().startsWith(".");
  }

  // Some file systems take letters apart from their accents.
  private static String named(String label) {
    return Normalizer.normalize(label, Normalizer.Form.NFC);
  }

  private static List<Entry> table(Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (MappingIterator<Map<String, String>> rows =
        new CsvMapper()
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(file.toFile())) {
      while (rows.hasNext()) {
        entries.add(entry(file, rows.next()));
      }
    } catch (RuntimeException e) {
      if (e instanceof NormSweepException) {
        throw e;
      }
      throw new IOException(e.getCause() == null ? e : e.getCause());
    }
    return entries;
  }

  private static Entry entry(Path file, Map<String, String> row) {
    String path = row.get("path");
    String label = row.get("label");
    if (path == null || path.isBlank() || label == null || label.isBlank()) {
      throw NormSweepException.usage(
          file
              + " has a row without path or label; its columns are path, label and, if wanted,"
              + " split.");
    }
    String split = row.get("split");
    int pool =
        split == null || split.isBlank() ? Split.TRAIN : POOLS.getOrDefault(split.strip(), -1);
    if (pool < 0) {
      throw NormSweepException.usage(
          String.format(
              Locale.ROOT,
              "%s has the split %s, allowed is train, validation or test.",
              file,
              MessageText.of(split)));
    }
    return new Entry(path.strip(), named(label.strip()), pool);
  }

  private static void requireInside(Path root, Entry entry) throws IOException {
    try {
      Path file = root.resolve(entry.path());
      if (Files.exists(file) && !file.toRealPath().startsWith(root)) {
        throw NormSweepException.usage(
            file + " lies outside " + root + ", or is a link that leads out of it; copy it there.");
      }
    } catch (InvalidPathException e) {
      throw NormSweepException.usage(
          MessageText.of(entry.path()) + " in " + root + " is no path of a file.");
    }
  }
}
