package normsweep.sweep;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import normsweep.record.SweepFolder;

/**
 * Keeps two processes from writing to the same sweep folder. The operating system releases the lock
 * when its owner dies for any reason, so a stale lock never has to be removed by hand.
 */
final class SweepLock implements AutoCloseable {
  private final FileChannel channel;

  private SweepLock(FileChannel channel) {
    this.channel = channel;
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
      return new SweepLock(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by this process
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
  }
}
