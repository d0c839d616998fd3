package normsweep.data;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import normsweep.base.AtomicFiles;
import normsweep.base.FileTree;
import normsweep.base.NormSweepException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where fetched and converted files are kept between runs. */
public final class Caches {
  private static final Logger LOG = LoggerFactory.getLogger(Caches.class);
  private static final Pattern LEFTOVER =
      Pattern.compile(".*\\.(\\d{1,18})" + Pattern.quote(AtomicFiles.TEMPORARY_SUFFIX));
  private static final Duration LONGEST_WRITE_SILENCE = Duration.ofMinutes(2);
  private static final Duration LONGEST_NPM_SILENCE = Duration.ofHours(1);

  private Caches() {}

  /**
   * The cache folder: system property {@code normsweep.cache}, else environment variable {@code
   * NORMSWEEP_CACHE}, else {@code $XDG_CACHE_HOME/normsweep}, else {@code ~/.cache/normsweep}. It
   * need not exist yet.
   */
  public static Path root() {
    return root(System::getProperty, System::getenv);
  }

  static Path root(UnaryOperator<String> property, UnaryOperator<String> environment) {
    return named(property, environment)
        .orElseGet(() -> Path.of(property.apply("user.home"), ".cache", "normsweep"))
        .toAbsolutePath();
  }

  /** {@link #root()} if the user names it rather than leaving it to the home folder. */
  public static Optional<Path> named() {
    return named(System::getProperty, System::getenv).map(Path::toAbsolutePath);
  }

  private static Optional<Path> named(
      UnaryOperator<String> property, UnaryOperator<String> environment) {
    return given(property.apply("normsweep.cache"))
        .or(() -> given(environment.apply("NORMSWEEP_CACHE")))
        .or(() -> given(environment.apply("XDG_CACHE_HOME")).map(xdg -> xdg.resolve("normsweep")));
  }

  /** The refusal of a folder in the cache that cannot be written: exit code 1. */
  public static NormSweepException unwritable(Path folder, Throwable cause) {
    return NormSweepException.unwritable(
        "The cache folder " + folder + " (NORMSWEEP_CACHE names another)", cause);
  }

  /**
   * The weights folder: system property {@code normsweep.zoo}, else {@code zoo-weights} of the
   * project if this program runs from the project's {@code target} folder and the folder holds
   * weights or can be written, else {@code zoo-weights} in {@link #root()}. It need not exist yet.
   */
  public static Path zoo() {
    return given(System.getProperty("normsweep.zoo"))
        .or(() -> codeLocation().flatMap(code -> zooOfProject(code, Files::isWritable)))
        .orElseGet(() -> root().resolve("zoo-weights"))
        .toAbsolutePath();
  }

  /** {@code zoo-weights} beside {@code target} if {@code code} is a jar or folder in it. */
  static Optional<Path> zooOfProject(Path code, Predicate<Path> writable) {
    return Optional.ofNullable(code.toAbsolutePath().getParent())
        .filter(target -> target.endsWith("target"))
        .map(target -> target.resolveSibling("zoo-weights"))
        .filter(Files::isDirectory)
        .filter(zoo -> writable.test(zoo) || holdsWeights(zoo));
  }

  private static boolean holdsWeights(Path zoo) {
    String[] weights = zoo.toFile().list((folder, name) -> name.endsWith(".h5"));
    return weights != null && weights.length > 0; // null if it cannot be read
  }

  /**
   * Deletes temporary files and folders in {@code folder} whose writing process is gone and that
   * nobody has touched for a while; they are never read, but a killed download may leave hundreds
   * of megabytes. What cannot be deleted stays.
   */
  public static void removeLeftovers(Path folder) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        Matcher name = LEFTOVER.matcher(entry.getFileName().toString());
        if (name.matches() && !alive(Long.parseLong(name.group(1))) && untouched(entry)) {
          LOG.info("Removing {}, left by a run that was interrupted", entry);
          FileTree.delete(entry);
        }
      }
    } catch (IOException e) {
      LOG.debug("Cannot clean {}", folder, e);
    }
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  // A process of another machine that shares the folder looks dead from here.
  private static boolean untouched(Path entry) throws IOException {
    Duration longest = Files.isDirectory(entry) ? LONGEST_NPM_SILENCE : LONGEST_WRITE_SILENCE;
    Instant touched = Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).toInstant();
    return touched.plus(longest).isBefore(Instant.now());
  }

  private static Optional<Path> given(String value) {
    return Optional.ofNullable(value).filter(text -> !text.isBlank()).map(Path::of);
  }

  private static Optional<Path> codeLocation() {
    try {
      return Optional.of(
          Path.of(Caches.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
