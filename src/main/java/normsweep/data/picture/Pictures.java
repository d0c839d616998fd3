package normsweep.data.picture;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;
import normsweep.data.ImageSource;
import normsweep.data.Pixels;
import normsweep.data.Split;
import normsweep.record.DataSettings;
import org.datavec.api.split.CollectionInputSplit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pictures of a folder or CSV file of the user's. */
public final class Pictures implements ImageSource {
  private static final Logger LOG = LoggerFactory.getLogger(Pictures.class);
  private static final int MOST_CLASSES = 1000;
  private static final int LEAST_IMAGES = 10;
  private static final List<String> PARTS = List.of("data.train", "data.validation", "data.test");
  private static final int RANK_DIGITS = 16;
  private static final int HEXADECIMAL = 16;

  private final Path source;
  private final Path root;
  private final boolean numbered;
  private final List<PictureList.Entry> entries;
  private final List<PictureFacts> facts;
  private final List<String> classes;
  private final int[] labels;
  private final String sha256;

  private Pictures(
      Path source, PictureList list, List<PictureList.Entry> entries, List<PictureFacts> facts) {
    this.source = source;
    this.root = list.root();
    this.numbered = list.numbered();
    this.entries = entries;
    this.facts = facts;
    classes = entries.stream().map(PictureList.Entry::label).distinct().sorted().toList();
    Map<String, Integer> byName = new HashMap<>();
    classes.forEach(name -> byName.put(name, byName.size()));
    labels = entries.stream().mapToInt(entry -> byName.get(entry.label())).toArray();
    sha256 =
        Hashes.sha256(
            IntStream.range(0, labels.length)
                .mapToObj(
                    i -> facts.get(i).sha256() + " " + entries.get(i).pool() + " " + labels[i])
                .collect(joining("\n", String.join("/", classes) + "\n", "")));
  }

  /**
   * Lists pictures, and reads those that are not known yet.
   *
   * @param settings say how many may be unreadable, and whether classes are reduced to one size
   * @param report where unreadable pictures are listed, if anywhere; removed if there are none
   * @throws NormSweepException usage or unavailable if they are no usable set of pictures
   */
  public static Pictures open(
      Path source, DataSettings settings, Path cache, Optional<Path> report) {
    PictureList list = PictureList.of(source);
    List<PictureFacts> all = PictureIndex.of(list, cache);
    UnreadablePicture.require(source, list.root(), all, settings.skipUnreadable(), report);
    List<PictureList.Entry> entries = new ArrayList<>();
    List<PictureFacts> facts = new ArrayList<>();
    Map<String, PictureList.Entry> first = new HashMap<>();
    int copies = 0;
    for (int i = 0; i < all.size(); i++) {
      PictureList.Entry entry = list.entries().get(i);
      if (!all.get(i).fault().isEmpty()) {
        continue;
      }
      PictureList.Entry same =
          list.numbered() ? null : first.putIfAbsent(all.get(i).sha256(), entry);
      if (same == null) {
        entries.add(entry);
        facts.add(all.get(i));
      } else {
        requireSame(source, same, entry);
        copies++;
      }
    }
    if (copies > 0) {
      LOG.warn("{} pictures in {} are copies of others and are left out.", copies, source);
    }
    Pictures pictures = new Pictures(source, list, entries, facts);
    pictures.requireClasses();
    return settings.balance() ? pictures.balanced(list, settings.splitSeed()) : pictures;
  }

  /** As many pictures of each class as its pool has of the rarest, the first by their ranks. */
  private Pictures balanced(PictureList list, long seed) {
    long[] ranks = ranks(seed);
    List<URI> files = files();
    Set<URI> kept = new HashSet<>();
    for (int pool = 0; pool < PARTS.size(); pool++) {
      int own = pool;
      Map<URI, String> names = new LinkedHashMap<>();
      IntStream.range(0, labels.length)
          .filter(i -> entries.get(i).pool() == own)
          .boxed()
          .sorted(Comparator.comparingLong(i -> ranks[i]))
          .forEach(i -> names.put(files.get(i), entries.get(i).label()));
      kept.addAll(BalancedClasses.of(names));
    }
    int[] chosen =
        IntStream.range(0, labels.length).filter(i -> kept.contains(files.get(i))).toArray();
    return new Pictures(
        source,
        list,
        Arrays.stream(chosen).mapToObj(entries::get).toList(),
        Arrays.stream(chosen).mapToObj(facts::get).toList());
  }

  private List<URI> files() {
    return entries.stream().map(entry -> root.resolve(entry.path()).toUri()).toList();
  }

  /** Decides which pictures come first, whatever others there are. */
  private long[] ranks(long seed) {
    return IntStream.range(0, labels.length)
        .mapToLong(i -> new SplittableRandom(seed ^ digits(i)).nextLong())
        .toArray();
  }

  private static void requireSame(Path source, PictureList.Entry first, PictureList.Entry second) {
    boolean parts = first.pool() != second.pool();
    if (parts || !first.label().equals(second.label())) {
      throw NormSweepException.usage(
          String.format(
              Locale.ROOT,
              "%s and %s in %s are the same picture in two %s; remove one.",
              first.path(),
              second.path(),
              source,
              parts ? "parts of the split" : "classes"));
    }
  }

  private void requireClasses() {
    if (classes.size() < 2 || classes.size() > MOST_CLASSES) {
      throw NormSweepException.usage(
          String.format(
              Locale.ROOT,
              "%s has %d %s, allowed is 2 to %d: one folder of pictures per class.",
              source,
              classes.size(),
              classes.size() == 1 ? "class (" + classes.get(0) + ")" : "classes",
              MOST_CLASSES));
    }
  }

  /** Whether a path of the user's is one of pictures rather than a copy of CIFAR-10. */
  public static boolean isSource(Path path) {
    if (Files.isDirectory(path)) {
      try (Stream<Path> files = Files.list(path)) {
        return files.noneMatch(file -> file.toString().endsWith(".bin"));
      } catch (IOException e) {
        return false;
      }
    }
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
  }

  /**
   * Settings of a sweep of these pictures as overrides: its source, the edge of the squares, and
   * the numbers of images, reduced in proportion if there are too few pictures.
   */
  public List<String> resolved(DataSettings wanted) {
    Resize resize = Resize.of(wanted.resize());
    int edge = facts.stream().mapToInt(f -> resize.edge(f.width(), f.height())).max().orElseThrow();
    int[] sizes = {wanted.train(), wanted.validation(), wanted.test()};
    int[] pools = pools(sizes);
    for (int pool = 0; pool < sizes.length; pool++) {
      int there = count(pool);
      int asked = 0;
      for (int part = 0; part < sizes.length; part++) {
        asked += pools[part] == pool ? sizes[part] : 0;
      }
      int left = there;
      for (int part = sizes.length - 1; part >= 0; part--) {
        if (pools[part] == pool && asked > there) {
          int share = (int) Math.round((double) sizes[part] * there / asked);
          sizes[part] =
              part == pool ? left : Math.max(Math.max(LEAST_IMAGES, classes.size()), share);
          left -= sizes[part];
        }
      }
    }
    List<String> overrides = new ArrayList<>();
    for (int part = 0; part < sizes.length; part++) {
      if (sizes[part] < LEAST_IMAGES) {
        throw NormSweepException.usage(
            String.format(
                Locale.ROOT,
                "%s has %d pictures, which leaves %d for %s; allowed is at least %d.",
                source,
                entries.size(),
                Math.max(0, sizes[part]),
                PARTS.get(part),
                LEAST_IMAGES));
      }
      overrides.add(PARTS.get(part) + "=" + sizes[part]);
    }
    if (!Arrays.equals(sizes, new int[] {wanted.train(), wanted.validation(), wanted.test()})) {
      LOG.info(
          "{} has {} pictures: {} train, {} validate and {} test.",
          source,
          entries.size(),
          sizes[0],
          sizes[1],
          sizes[2]);
    }
    Path absolute = source.toAbsolutePath().normalize();
    overrides.add("data.source='" + absolute.toString().replace("'", "''") + "'");
    overrides.add("data.imageSize=" + Math.max(8, Math.min(wanted.imageSize(), edge)));
    return overrides;
  }

  /** The pool from which each part draws. */
  private int[] pools(int[] sizes) {
    return IntStream.range(0, sizes.length)
        .map(part -> count(part) > 0 ? part : Split.TRAIN)
        .toArray();
  }

  private int count(int pool) {
    return (int) entries.stream().filter(entry -> entry.pool() == pool).count();
  }

  @Override
  public Split split(DataSettings settings) {
    int[] sizes = {settings.train(), settings.validation(), settings.test()};
    requireEnough(sizes);
    Split split =
        Split.stratified(
            labels,
            entries.stream().mapToInt(PictureList.Entry::pool).toArray(),
            classes.size(),
            numbered ? null : ranks(settings.splitSeed()),
            sizes,
            settings.splitSeed());
    requireApart(split);
    return split;
  }

  private void requireEnough(int[] sizes) {
    int[] pools = pools(sizes);
    for (int pool = 0; pool < sizes.length; pool++) {
      int wanted = 0;
      int parts = 0;
      for (int part = 0; part < sizes.length; part++) {
        wanted += pools[part] == pool ? sizes[part] : 0;
        parts += pools[part] == pool ? 1 : 0;
      }
      int own = pool;
      int[] counts =
          counts(
              IntStream.range(0, labels.length)
                  .filter(i -> entries.get(i).pool() == own)
                  .toArray());
      for (int label = 0; label < counts.length && parts > 0; label++) {
        if (counts[label] < parts) {
          throw NormSweepException.usage(
              String.format(
                  Locale.ROOT,
                  "The class %s has %d pictures in %s, too few for the split, which needs %d of each"
                      + " class%s; add some or remove the class.",
                  classes.get(label),
                  counts[label],
                  source,
                  parts,
                  pool == Split.TRAIN ? "" : " for " + PARTS.get(pool)));
        }
      }
      int there = count(pool);
      if (wanted > there && parts > 0) {
        throw NormSweepException.usage(
            String.format(
                Locale.ROOT,
                "%s asks for %d pictures, but %s has only %d for that.",
                IntStream.range(0, sizes.length)
                    .filter(part -> pools[part] == own)
                    .mapToObj(PARTS::get)
                    .collect(joining(" + ")),
                wanted,
                source,
                there));
      }
    }
    for (int part = 0; part < sizes.length; part++) {
      if (sizes[part] < classes.size()) {
        throw NormSweepException.usage(
            String.format(
                Locale.ROOT,
                "%s is %d, allowed with the %d classes of %s is at least one image of each.",
                PARTS.get(part),
                sizes[part],
                classes.size(),
                source));
      }
    }
  }

  private void requireApart(Split split) {
    Map<String, Integer> seen = new HashMap<>();
    Map<String, Integer> where = new HashMap<>();
    int part = 0;
    for (int[] images : List.of(split.train(), split.validation(), split.test())) {
      for (int image : images) {
        Integer other = where.putIfAbsent(facts.get(image).sha256(), part);
        Integer first = seen.putIfAbsent(facts.get(image).sha256(), image);
        if (other != null && other != part) {
          throw NormSweepException.usage(
              String.format(
                  Locale.ROOT,
                  "%s and %s in %s are the same picture in two parts of the split; remove one.",
                  entries.get(first).path(),
                  entries.get(image).path(),
                  source));
        }
      }
      part++;
    }
  }

  private long digits(int index) {
    return Long.parseUnsignedLong(facts.get(index).sha256(), 0, RANK_DIGITS, HEXADECIMAL);
  }

  /** What tells a picture's draws from those of others. */
  long drawnBy(int index) {
    return numbered ? entries.get(index).number() : digits(index);
  }

  @Override
  public Optional<String> content(int index) {
    String name = facts.get(index).sha256();
    return Optional.of(numbered ? Hashes.sha256(name + " " + drawnBy(index)) : name);
  }

  @Override
  public Pixels pixels(DataSettings settings) {
    List<URI> files = files();
    Map<URI, Integer> byFile = new HashMap<>();
    for (int i = 0; i < labels.length; i++) {
      byFile.put(files.get(i), labels[i]);
    }
    PictureRecordReader reader =
        new PictureRecordReader(
            Resize.of(settings.resize()).plain(), settings.imageSize(), byFile::get, classes);
    reader.initialize(new CollectionInputSplit(files));
    return new PicturePixels(reader, settings, this::drawnBy);
  }

  @Override
  public String name() {
    String name = source.toAbsolutePath().normalize().getFileName().toString();
    return Files.isDirectory(source) ? name : name.replaceFirst("\\.[^.]*$", "");
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  @Override
  public String source() {
    return source.toAbsolutePath().normalize().toString();
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public void close() {
    // Files are open only while they are read.
  }
}
