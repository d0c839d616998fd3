package normsweep.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.apache.commons.io.file.PathUtils;

/** A file, or a folder with all that is in it. */
public final class FileTree {
  private FileTree() {}

  /** Deletes it if it is there; links are removed, not followed. */
  public static void delete(Path root) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      PathUtils.delete(root, new LinkOption[] {LinkOption.NOFOLLOW_LINKS});
    }
  }
}
