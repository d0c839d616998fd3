package normsweep.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import normsweep.base.NormSweepException;
import normsweep.data.Caches;

/**
 * The folder in which libraries keep their own files. For a user without an entry in the user
 * database, as is common in containers, Java reports the relative folder {@code ?}, and libraries
 * would create it in the working directory. It must be settled before any library is loaded.
 */
final class HomeFolder {
  private HomeFolder() {}

  /**
   * Replaces a home folder that does not exist with {@code $HOME}, or else with the cache folder
   * that the user names.
   *
   * @throws NormSweepException exit code 1 if there is no such folder
   */
  static void settle() {
    String home = System.getProperty("user.home", "");
    System.setProperty("user.home", choose(home, System.getenv("HOME"), Caches.named()));
  }

  static String choose(String home, String environment, Optional<Path> cache) {
    String other = environment == null ? "" : environment;
    Predicate<String> absolute = folder -> Path.of(folder).isAbsolute();
    Predicate<String> writable =
        absolute.and(
            folder -> Files.isDirectory(Path.of(folder)) && Files.isWritable(Path.of(folder)));
    return Stream.of(home, other)
        .filter(writable)
        .findFirst()
        .or(() -> Optional.of(home).filter(absolute))
        .or(() -> cache.map(Path::toString))
        .or(() -> Optional.of(other).filter(absolute))
        .orElseThrow(
            () ->
                NormSweepException.failed(
                    "This user has no home folder (no entry in the user database and no HOME); name"
                        + " a folder for downloads and caches with NORMSWEEP_CACHE."));
  }
}
