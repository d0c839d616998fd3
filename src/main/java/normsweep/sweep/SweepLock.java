package normsweep.sweep;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;

/**
 * Keeps two processes from writing to the same sweep folder. The operating system releases the lock
 * when its owner dies for any reason, so a stale lock never has to be removed by hand.
 */
public final class SweepLock implements AutoCloseable {
  /** Folders that this process writes to. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private static final int TRIES = 3;
  private static final long PAUSE_NANOS = 50_000_000;

  private final FileChannel channel;
  private final Path own;

  private SweepLock(FileChannel channel, Path own) {
    this.channel = channel;
    this.own = own;
    OWN.add(own);
  }

  /** Whether some process writes to a sweep folder now; true if that cannot be told. */
  public static boolean isHeld(SweepFolder folder) {
    // A process that closes any channel on a file loses its lock on it: its own is not looked at.
    if (OWN.contains(key(folder))) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(folder.lock(), StandardOpenOption.READ);
        FileLock shared = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return shared == null;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException | OverlappingFileLockException e) {
      return true;
    }
  }

  /** The results of a sweep as they are now, where files call what was interrupted running. */
  public static SweepResults readResults(SweepFolder folder) {
    boolean written = isHeld(folder); // first: a trial that ends meanwhile is not interrupted
    return folder.readResults().now(written);
  }

  private static Path key(SweepFolder folder) {
    return folder.lock().toAbsolutePath().normalize();
  }

  /**
   * Takes the lock of a sweep folder, creating the folder if necessary.
   *
   * @throws NormSweepException exit code 2 if another process has it; the message names its owner
   */
  static SweepLock take(SweepFolder folder) throws IOException {
    Files.createDirectories(folder.root());
    FileChannel channel =
        FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!lock(channel)) {
        // Not Files.readString, which refuses what is not UTF-8.
        String owner = new String(Files.readAllBytes(folder.lock()), StandardCharsets.UTF_8);
        throw NormSweepException.usage(
            folder.root()
                + " is being written by "
                + (owner.isEmpty() ? "another process" : MessageText.of(owner))
                + "; wait for it, stop it, or choose another folder with --out.");
      }
      channel.truncate(0);
      String me = "process " + ProcessHandle.current().pid() + " on host " + host();
      channel.write(ByteBuffer.wrap(me.getBytes(StandardCharsets.UTF_8)), 0);
      channel.force(true);
      return new SweepLock(channel, key(folder));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        if (channel.tryLock() != null) {
          return true;
        }
      } catch (OverlappingFileLockException e) {
        return false; // held by this process
      }
      if (tries == TRIES) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS); // isHeld of another process lasts a moment
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "localhost";
    }
  }

  @Override
  public void close() throws IOException {
    // Emptied rather than removed: removing a lock file would let two processes lock two files with
    // the same name.
    channel.truncate(0);
    channel.close();
    OWN.remove(own);
  }
}
