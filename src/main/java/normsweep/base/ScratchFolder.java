package normsweep.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A temporary folder that is removed when it is closed, or when the process is told to end, as by
 * Ctrl-C.
 */
public final class ScratchFolder implements AutoCloseable {
  private static final int ATTEMPTS = 20;

  private final Path root;
  private final Thread atExit = new Thread(this::remove, "scratch folder");

  private ScratchFolder(Path root) {
    this.root = root;
  }

  /** Creates an empty one whose name starts with {@code prefix}. */
  public static ScratchFolder create(String prefix) throws IOException {
    ScratchFolder folder = new ScratchFolder(Files.createTempDirectory(prefix));
    Runtime.getRuntime().addShutdownHook(folder.atExit);
    return folder;
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /** Removes it with all that is in it, as far as the system allows. */
  private void remove() {
    // While the process ends, other threads still write.
    for (int i = 0; i < ATTEMPTS && Files.exists(root); i++) {
      try {
        FileTree.delete(root);
      } catch (IOException e) {
        // Tried again: a file may have appeared in a folder after it was emptied.
      }
    }
  }

  @Override
  public void close() {
    remove();
  }
}
