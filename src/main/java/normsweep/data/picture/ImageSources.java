package normsweep.data.picture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import normsweep.base.NormSweepException;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.data.ImageSource;
import normsweep.record.DataSettings;

/** The images that settings name. */
public final class ImageSources {
  private ImageSources() {}

  /**
   * Opens them, fetching CIFAR-10 if need be.
   *
   * @param copy a copy of them that the user names, if any
   */
  public static ImageSource open(DataSettings settings, Optional<Path> copy) {
    return settings.own()
        ? Pictures.open(
            copy.orElseGet(() -> Path.of(settings.source())),
            settings,
            Caches.root(),
            Optional.empty())
        : Cifar10.open(copy, Caches.root());
  }

  /** Opens them if they are on this machine and still those with this SHA-256. */
  public static Optional<ImageSource> present(DataSettings settings, String sha256) {
    try {
      Optional<ImageSource> found =
          !settings.own()
              ? Cifar10.cached(Caches.root()).map(data -> data)
              : Files.exists(Path.of(settings.source()))
                  ? Optional.of(open(settings, Optional.empty()))
                  : Optional.empty();
      if (found.isPresent() && !found.get().sha256().equals(sha256)) {
        found.get().close();
        return Optional.empty();
      }
      return found;
    } catch (NormSweepException e) {
      return Optional.empty(); // they cannot be read, which is as if they were not there
    }
  }
}
