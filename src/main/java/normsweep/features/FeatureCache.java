package normsweep.features;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import normsweep.backbone.ImageScaling;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.data.Caches;
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
  private long computedImages;
  private double computingSeconds;

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
   * @param source the images by position, in the order of the key, {@link
   *     ImageScaling#SOURCE_BYTES} bytes each, planes R, G, B; asked only if features are computed
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
    long start = System.nanoTime();
    try (Progress progress = Progress.of("Features of " + key.describe(), images, "images")) {
      AtomicFiles.writeFile(
          file(key),
          temporary -> {
            try (FeatureFile.Writer writer = new FeatureFile.Writer(temporary, shape)) {
              compute(key, shape, extractor, source, writer, progress);
              writer.finish(key.sha256());
            }
          });
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    computedImages += images;
    computingSeconds += seconds;
    LOG.info(
        "Frozen trunk: {} images of {} in {} s, {} images/s.",
        images,
        key.describe(),
        String.format(Locale.ROOT, "%.1f", seconds),
        Math.round(images / seconds));
  }

  /** Block by block: drawing and writing take 2 % of the trunk's time on two cores. */
  private static void compute(
      FeatureKey key,
      FeatureFile.Shape shape,
      FeatureExtractor extractor,
      IntFunction<byte[]> source,
      FeatureFile.Writer writer,
      Progress progress)
      throws IOException {
    byte[] drawn = new byte[FeatureFile.BLOCK_IMAGES * ImageScaling.SOURCE_BYTES];
    float[] features = new float[FeatureFile.BLOCK_IMAGES * shape.values()];
    for (int block = 0; block < shape.blocks(); block++) {
      int first = block * FeatureFile.BLOCK_IMAGES;
      int count = shape.blockImages(block);
      for (int i = 0; i < count; i++) {
        byte[] image = source.apply(first + i);
        System.arraycopy(image, 0, drawn, i * image.length, image.length);
      }
      extractor.features(drawn, count, features);
      try {
        writer.append(features, count);
      } catch (ArithmeticException e) {
        throw NormSweepException.failed(
            String.format(
                Locale.ROOT,
                "The frozen trunk gives a %s between images %d and %d of %s, which half precision cannot"
                    + " represent: the weights are unsuitable.",
                e.getMessage(),
                first,
                first + count - 1,
                key.describe()),
            e);
      }
      progress.step(count);
    }
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
