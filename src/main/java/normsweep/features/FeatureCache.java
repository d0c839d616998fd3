package normsweep.features;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.data.Caches;
import org.apache.commons.io.function.IOConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Features on disk: each (part, view) is computed once and then shared by all trials, restarts and
 * later commands.
 *
 * <p>A file appears under its name only when it is complete. A damaged, truncated or foreign file
 * is detected on opening and computed again. If several processes use the same folder, one computes
 * at a time; the others wait and then read its result.
 */
public final class FeatureCache {
  private static final Logger LOG = LoggerFactory.getLogger(FeatureCache.class);
  private static final double GIBIBYTE = 1L << 30;

  private final Path folder;
  private final Supplier<? extends FeatureExtractor> trunk;
  private final Map<String, FeatureStore> opened = new HashMap<>();
  private final Map<String, FeaturePack> packs = new HashMap<>();
  private long computedImages;
  private double computingSeconds;
  private BuildRates rates; // null unless measured

  private FeatureCache(Path folder, Supplier<? extends FeatureExtractor> trunk) {
    this.folder = folder;
    this.trunk = trunk;
  }

  /**
   * The cache in a folder, which need not exist yet.
   *
   * @param trunk asked for only when something must be computed
   */
  public static FeatureCache open(Path folder, Supplier<? extends FeatureExtractor> trunk) {
    return new FeatureCache(folder.toAbsolutePath().normalize(), trunk);
  }

  /**
   * The features for a key: opened if they exist and are intact, otherwise computed. The cache
   * keeps opened files.
   *
   * @param images number of images
   * @param source the images by position, in the order of the key, planes R, G, B of equal squares;
   *     asked only if features are computed, by many threads
   * @throws NormSweepException if the disk has too little room or fails
   */
  public synchronized FeatureStore store(FeatureKey key, int images, IntFunction<byte[]> source) {
    FeatureStore store = opened.get(key.sha256());
    if (store == null) {
      try {
        store = openOrBuild(key, images, source);
      } catch (IOException e) {
        throw unwritable(e);
      }
      opened.put(key.sha256(), store);
    }
    return store;
  }

  private FeatureStore openOrBuild(FeatureKey key, int images, IntFunction<byte[]> source)
      throws IOException {
    Optional<FeatureStore> intact = openIntact(key, images);
    if (intact.isPresent()) {
      return intact.get();
    }
    Files.createDirectories(folder);
    try (BuildLock lock = BuildLock.acquire(folder)) {
      // Another process may have made it while this one waited.
      Optional<FeatureStore> made = lock.waited() ? openIntact(key, images) : Optional.empty();
      if (made.isPresent()) {
        return made.get();
      }
      if (lock.excludesProcesses()) {
        removeLeftovers();
      }
      build(key, images, source);
      return FeatureFile.open(file(key), key.sha256(), images);
    }
  }

  private Path file(FeatureKey key) {
    return folder.resolve(key.fileName());
  }

  private Optional<FeatureStore> openIntact(FeatureKey key, int images) throws IOException {
    try {
      return Optional.of(FeatureFile.open(file(key), key.sha256(), images));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FeatureFile.DamagedException e) {
      LOG.warn("Computing {} again: {}.", file(key), e.getMessage());
      return Optional.empty();
    }
  }

  private void removeLeftovers() throws IOException {
    try (DirectoryStream<Path> parts =
        Files.newDirectoryStream(folder, "*" + AtomicFiles.TEMPORARY_SUFFIX)) {
      for (Path part : parts) {
        Files.deleteIfExists(part);
      }
    }
  }

  private void build(FeatureKey key, int images, IntFunction<byte[]> source) throws IOException {
    FeatureExtractor extractor = trunk.get();
    FeatureFile.Shape shape = FeatureFile.Shape.of(images, extractor.featureShape());
    requireRoom(shape.fileBytes(), key.describe());
    timed(
        new FeatureBuild(extractor, source, key.describe()),
        key,
        images,
        build ->
            AtomicFiles.writeFile(
                file(key),
                temporary -> {
                  try (FeatureFile.Writer writer = new FeatureFile.Writer(temporary, shape)) {
                    build.run(
                        IntStream.range(0, images).toArray(),
                        (block, features) -> writer.append(features, block.length));
                    writer.finish(key.sha256());
                  }
                }));
  }

  private void timed(FeatureBuild build, FeatureKey key, int images, IOConsumer<FeatureBuild> work)
      throws IOException {
    long start = System.nanoTime();
    work.accept(build);
    double seconds = (System.nanoTime() - start) / 1e9;
    computedImages += images;
    computingSeconds += seconds;
    LOG.info(
        "Frozen trunk: {} images of {} in {} s, {} images/s{}.",
        images,
        key.describe(),
        String.format(Locale.ROOT, "%.1f", seconds),
        Math.round(images / seconds),
        rates == null ? build.limit(seconds) : "; " + rates.limit());
  }

  /**
   * The features of pictures that are kept one by one: those that are missing are computed and
   * stay, whatever happens later.
   *
   * @param key of {@link FeatureKey#ofPictures}
   * @param names of the pictures' contents, 64 hexadecimal digits each
   * @param source the pictures by position, safe for use by many threads
   * @throws NormSweepException if the disk has too little room or fails
   */
  public synchronized FeatureStore store(
      FeatureKey key, List<String> names, IntFunction<byte[]> source) {
    try {
      if (missing(key, names).length > 0) {
        append(key, names, source);
      }
      return packs.get(key.sha256()).select(names);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Positions of the pictures whose features are to be computed; each name counts once. */
  public synchronized int[] missing(FeatureKey key, List<String> names) {
    FeaturePack found = packs.computeIfAbsent(key.sha256(), sha256 -> pack(key));
    Set<String> seen = new HashSet<>();
    return IntStream.range(0, names.size())
        .filter(i -> found == null || !found.holds(names.get(i)))
        .filter(i -> seen.add(names.get(i)))
        .toArray();
  }

  /** The pack of a key; null if there is none. */
  private FeaturePack pack(FeatureKey key) {
    try {
      return FeaturePack.open(file(key), key.sha256());
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  @SuppressWarnings("try") // the lock is held, not used
  private void append(FeatureKey key, List<String> names, IntFunction<byte[]> source)
      throws IOException {
    Files.createDirectories(folder);
    try (BuildLock lock = BuildLock.acquire(folder)) {
      packs.remove(key.sha256()); // another process may have added some while this one waited
      int[] missing = missing(key, names);
      FeatureExtractor extractor = trunk.get();
      requireRoom(missing.length * FeaturePack.bytes(extractor.valuesPerImage()), key.describe());
      try (FeaturePack.Appender appender =
          new FeaturePack.Appender(file(key), key.sha256(), extractor.valuesPerImage())) {
        timed(
            new FeatureBuild(extractor, source, key.describe()),
            key,
            missing.length,
            build ->
                build.run(
                    missing,
                    (block, features) ->
                        appender.append(
                            Arrays.stream(block).mapToObj(names::get).toList(), features)));
      }
      packs.put(key.sha256(), FeaturePack.open(file(key), key.sha256()));
    }
  }

  /** Whether there is a file of these features. */
  public boolean holds(FeatureKey key) {
    return Files.exists(file(key));
  }

  /**
   * Computes the features of some of a key's images into a file of their own.
   *
   * @param from position of the first image, which begins a block
   * @param to position behind the last one
   * @param source as for {@link #store}
   */
  public void compute(FeatureKey key, int from, int to, IntFunction<byte[]> source, Path target)
      throws IOException {
    FeatureExtractor extractor = trunk.get();
    try (FeatureFile.Writer writer =
        new FeatureFile.Writer(target, FeatureFile.Shape.of(to - from, extractor.featureShape()))) {
      new FeatureBuild(extractor, source, key.describe())
          .run(
              IntStream.range(from, to).toArray(),
              (block, features) -> writer.append(features, block.length));
      writer.finish(key.range(from));
    }
  }

  /**
   * Puts the file of a key together from files of {@link #compute}.
   *
   * @param images images of the key
   * @param each images of each file but the last
   * @param ranges the files in the order of their images
   */
  public void join(FeatureKey key, int images, int each, List<Path> ranges) throws IOException {
    List<FeatureFile> files = new ArrayList<>();
    for (int from = 0; from < images; from += each) {
      int held = Math.min(each, images - from);
      files.add(FeatureFile.open(ranges.get(from / each), key.range(from), held));
    }
    Files.createDirectories(folder);
    requireRoom(files.get(0).shape().of(images).fileBytes(), key.describe());
    AtomicFiles.writeFile(
        file(key),
        temporary -> {
          try (FeatureFile.Writer writer =
              new FeatureFile.Writer(temporary, files.get(0).shape().of(images))) {
            for (FeatureFile file : files) {
              writer.append(file);
            }
            writer.finish(key.sha256());
          }
        });
  }

  /**
   * Checks that the missing parts and views fit on the disk before the first of them is computed.
   *
   * @param wanted number of images by key
   * @throws NormSweepException that names the bytes needed, the bytes free and the folder
   */
  public void requireRoom(Map<FeatureKey, Integer> wanted) {
    try {
      long bytes = 0;
      int[] features = null;
      for (Map.Entry<FeatureKey, Integer> one : wanted.entrySet()) {
        if (!Files.exists(file(one.getKey()))) {
          features = features == null ? trunk.get().featureShape() : features;
          bytes += FeatureFile.Shape.of(one.getValue(), features).fileBytes();
        }
      }
      Files.createDirectories(folder);
      requireRoom(bytes, String.format(Locale.ROOT, "%d parts and views", wanted.size()));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Checks that features of so many pictures fit on the disk, and says what they will take and what
   * limits the rate, measured with a few of them.
   *
   * @param images number of images from which to take those few
   * @param source these images by position
   * @param sameCores whether the trunk computes on the cores that decode, not on a GPU
   */
  public synchronized void requireRoom(
      long pictures, int images, IntFunction<byte[]> source, boolean sameCores) {
    if (pictures > 0) {
      long bytes = pictures * FeaturePack.bytes(trunk.get().valuesPerImage());
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw unwritable(e);
      }
      requireRoom(bytes, pictures + " pictures and views");
      rates = BuildRates.measure(trunk.get(), images, source, sameCores);
      LOG.info(
          "Features of {} pictures and views are to be computed: about {} min at {} images/s ({}), {} GiB"
              + " in {}. An interruption loses none that are done.",
          pictures,
          Math.max(1, Math.round(pictures / rates.together() / 60)),
          Math.round(rates.together()),
          rates.limit(),
          String.format(Locale.ROOT, "%.1f", bytes / GIBIBYTE),
          folder);
    }
  }

  private NormSweepException unwritable(IOException e) {
    return Caches.unwritable(folder, e);
  }

  private void requireRoom(long bytes, String what) {
    // Not Files.getFileStore, which finds no mount point in a changed root.
    long free = folder.toFile().getUsableSpace();
    if (bytes > free) {
      throw NormSweepException.failed(
          String.format(
              Locale.ROOT,
              "The features of %s need %d bytes (%.1f GiB) in %s, where %d bytes (%.1f GiB) are free;"
                  + " free some space, delete old *.f16 files there, or choose another cache folder.",
              what,
              bytes,
              bytes / GIBIBYTE,
              folder,
              free,
              free / GIBIBYTE));
    }
  }

  /**
   * Images per second over everything that this cache computed, including augmentation and writing.
   */
  public synchronized OptionalDouble imagesPerSecond() {
    return computedImages == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(computedImages / computingSeconds);
  }
}
