package normsweep.data.picture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import normsweep.base.NormSweepException;
import normsweep.record.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A row of {@code pictures.csv}.
 *
 * @param file its path
 * @param reason why it cannot be read
 */
record UnreadablePicture(String file, String reason) {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadablePicture.class);

  /**
   * Lists unreadable pictures and refuses more than are allowed.
   *
   * @param report where they are listed, if anywhere; removed if there are none
   */
  static void require(
      Path source, Path root, List<PictureFacts> all, int allowed, Optional<Path> report) {
    List<UnreadablePicture> unreadable =
        all.stream()
            .filter(facts -> !facts.fault().isEmpty())
            .map(
                facts ->
                    new UnreadablePicture(root.resolve(facts.path()).toString(), facts.fault()))
            .toList();
    report.ifPresent(file -> list(unreadable, file));
    if (unreadable.size() > allowed) {
      throw NormSweepException.unavailable(
          String.format(
              Locale.ROOT,
              "%d of %d pictures in %s cannot be read, %s: %s (%s)%s; remove or replace them, or set"
                  + " data.skipUnreadable to %d.",
              unreadable.size(),
              all.size(),
              source,
              unreadable.size() == 1 ? "this one" : "the first",
              unreadable.get(0).file(),
              unreadable.get(0).reason(),
              report.map(file -> "; " + file + " lists all").orElse(""),
              unreadable.size()));
    }
    if (!unreadable.isEmpty()) {
      LOG.warn("{} unreadable pictures in {} are left out.", unreadable.size(), source);
    }
  }

  private static void list(List<UnreadablePicture> unreadable, Path file) {
    try {
      if (unreadable.isEmpty()) {
        Files.deleteIfExists(file);
      } else {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Records.writeCsv(file, UnreadablePicture.class, unreadable);
      }
    } catch (IOException e) {
      throw NormSweepException.unwritable(file, e);
    }
  }
}
