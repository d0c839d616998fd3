package normsweep.base;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.apache.commons.io.function.IOConsumer;

/**
 * Writes files that are either whole or absent: temporary file beside the target, sync, rename,
 * sync of the folder. A process killed at any moment leaves the old file or the new one, never a
 * part of one; the leftover temporary file ends in {@value #TEMPORARY_SUFFIX} and is never read.
 */
public final class AtomicFiles {
  /** Ending of files that are still being written. */
  public static final String TEMPORARY_SUFFIX = ".part";

  private AtomicFiles() {}

  /** Something that writes a file's content to a given path. */
  @FunctionalInterface
  public interface FileContent {
    /** Creates {@code temporary} with the whole content. */
    void writeTo(Path temporary) throws IOException;
  }

  /** Writes {@code content} to {@code target} atomically, creating its folder if need be. */
  public static void write(Path target, IOConsumer<OutputStream> content) throws IOException {
    writeFile(
        target,
        temporary -> {
          try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary))) {
            content.accept(out);
          }
        });
  }

  /** Writes UTF-8 text to {@code target} atomically. */
  public static void writeString(Path target, String text) throws IOException {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Lets {@code content} create a file under a temporary name, then syncs and renames it. */
  public static void writeFile(Path target, FileContent content) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path temporary =
        folder.resolve(
            target.getFileName() + "." + ProcessHandle.current().pid() + TEMPORARY_SUFFIX);
    try {
      content.writeTo(temporary);
      sync(temporary);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(folder);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void sync(Path path) throws IOException {
    boolean folder = Files.isDirectory(path);
    try (FileChannel channel =
        FileChannel.open(path, folder ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot open a folder as a channel; the rename itself is durable enough there.
      if (!folder) {
        throw e;
      }
    }
  }
}
