package normsweep.spark;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import normsweep.base.AtomicFiles;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The folder that driver and executors share, on any file system that Hadoop knows. Files are named
 * by keys, relative paths with slashes, and are either whole or absent.
 */
final class Store {
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  private final URI address;
  private final Path root;
  private final Configuration hadoop;
  private final FileSystem files;

  /** A store in a folder, which need not exist yet. */
  Store(String address, Configuration hadoop) throws IOException {
    this.address = URI.create(address);
    this.hadoop = hadoop;
    root = new Path(this.address);
    files = isLocal() ? local(hadoop) : root.getFileSystem(hadoop);
  }

  // Not Hadoop's usual one, which writes a file of checksums beside every file.
  private static FileSystem local(Configuration hadoop) throws IOException {
    FileSystem local = new RawLocalFileSystem();
    local.initialize(URI.create("file:///"), hadoop);
    return local;
  }

  /** Whether it is a folder of this machine, or one that all machines have under the same path. */
  boolean isLocal() {
    return "file".equals(address.getScheme());
  }

  private boolean isObjects() {
    return "s3a".equals(address.getScheme());
  }

  private Path path(String key) {
    return key.isEmpty() ? root : new Path(root, key);
  }

  private java.nio.file.Path localPath(String key) {
    return java.nio.file.Path.of(address).resolve(key);
  }

  boolean exists(String key) throws IOException {
    return files.exists(path(key));
  }

  /** Length of a file in bytes. */
  long length(String key) throws IOException {
    return files.getFileStatus(path(key)).getLen();
  }

  /** Names of what is in a folder; none if there is no such folder. */
  List<String> list(String key) throws IOException {
    try {
      return Arrays.stream(files.listStatus(path(key)))
          .map(FileStatus::getPath)
          .map(Path::getName)
          .filter(name -> !name.endsWith(AtomicFiles.TEMPORARY_SUFFIX))
          .sorted()
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** Paths of all files below a folder, relative to it; none if there is no such folder. */
  List<String> walk(String key) throws IOException {
    List<String> found = new ArrayList<>();
    int prefix = path(key).toUri().getPath().length() + 1;
    try {
      RemoteIterator<LocatedFileStatus> all = files.listFiles(path(key), true);
      while (all.hasNext()) {
        found.add(all.next().getPath().toUri().getPath().substring(prefix));
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return found;
  }

  /** Copies a local file; what has the same key is replaced. */
  void put(java.nio.file.Path file, String key) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      replace(key, in);
    }
  }

  /** Writes a file; what has the same key is replaced. */
  void write(String key, byte[] content) throws IOException {
    try (InputStream in = new ByteArrayInputStream(content)) {
      replace(key, in);
    }
  }

  private void replace(String key, InputStream content) throws IOException {
    if (isObjects()) { // an object appears when it is whole
      create(path(key), content);
      return;
    }
    Path temporary = temporary(key);
    create(temporary, content);
    rename(temporary, key);
  }

  private void rename(Path from, String key) throws IOException {
    if (isLocal()) {
      Files.move(
          java.nio.file.Path.of(from.toUri()),
          localPath(key),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } else {
      FileContext.getFileContext(root.toUri(), hadoop)
          .rename(from, path(key), Options.Rename.OVERWRITE);
    }
  }

  private Path temporary(String key) {
    return path(key + "." + UUID.randomUUID() + AtomicFiles.TEMPORARY_SUFFIX);
  }

  private void create(Path path, InputStream content) throws IOException {
    files.mkdirs(path.getParent());
    try (FSDataOutputStream out = files.create(path, true)) {
      content.transferTo(out);
      if (!isObjects()) {
        out.hsync();
      }
    }
  }

  /**
   * Writes a file unless there is one, in one atomic step: of several callers, one succeeds.
   *
   * @return whether this call wrote it
   */
  boolean createOnce(String key, byte[] content) throws IOException {
    if (isObjects()) {
      return createConditionally(key, content);
    }
    Path temporary = temporary(key);
    create(temporary, new ByteArrayInputStream(content));
    try {
      if (isLocal()) {
        // A rename would replace; a second name for a file is refused where there is one.
        Files.createLink(localPath(key), java.nio.file.Path.of(temporary.toUri()));
      } else {
        FileContext.getFileContext(root.toUri(), hadoop)
            .rename(temporary, path(key), Options.Rename.NONE);
      }
      return true;
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    } finally {
      files.delete(temporary, false);
    }
  }

  private boolean createConditionally(String key, byte[] content) throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(path(key));
    builder.recursive().overwrite(false).must(CONDITIONAL, true);
    try (FSDataOutputStream out = builder.build()) {
      out.write(content);
    } catch (IOException e) {
      if (files.exists(path(key)) && !Arrays.equals(content, read(key).orElseThrow())) {
        return false;
      }
      throw e;
    }
    return true;
  }

  /** A file's content; empty if there is none. */
  Optional<byte[]> read(String key) throws IOException {
    try (InputStream in = files.open(path(key))) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Copies a file to this machine. */
  void get(String key, java.nio.file.Path target) throws IOException {
    AtomicFiles.writeFile(
        target,
        temporary -> {
          try (InputStream in = files.open(path(key))) {
            Files.copy(in, temporary);
          }
        });
  }

  /** A file of this machine with that content: a copy in {@code folder}, if need be. */
  java.nio.file.Path fetch(String key, java.nio.file.Path folder) throws IOException {
    if (isLocal()) {
      return localPath(key);
    }
    java.nio.file.Path copy = folder.resolve(key.replace('/', '-'));
    get(key, copy);
    return copy;
  }

  /** Moves a file; what has the new key is replaced. Does nothing if it was moved before. */
  void move(String from, String to) throws IOException {
    if (!exists(from) && exists(to)) {
      return;
    }
    files.mkdirs(path(to).getParent());
    if (isObjects()) {
      files.delete(path(to), false);
      if (!files.rename(path(from), path(to))) {
        throw new IOException(from + " cannot be moved to " + to);
      }
    } else {
      rename(path(from), to);
    }
  }

  /** Removes a file, or a folder with all that is in it, if it is there. */
  void delete(String key) throws IOException {
    files.delete(path(key), true);
  }

  /** {@link #delete}, for what does no harm if it stays. */
  void discard(String key) {
    try {
      delete(key);
    } catch (IOException | UncheckedIOException e) {
      // left behind
    }
  }

  @Override
  public String toString() {
    return isLocal() ? localPath("").toString() : address.toString();
  }
}
