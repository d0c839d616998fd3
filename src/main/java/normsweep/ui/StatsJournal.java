package normsweep.ui;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import normsweep.base.AtomicFiles;
import normsweep.base.Reason;
import normsweep.ui.RecordedStats.Encoded;

/**
 * {@code stats.journal}: the statistics of a trial, one record after another. DL4J's own store
 * loses everything in about one of six kills in the middle of training, and its reader creates
 * whatever class a file names; here a killed process loses at most the last record.
 *
 * <p>The file begins with a line that identifies it. A record is its length and its CRC-32C (four
 * bytes each, big-endian), then one byte for its type and the bytes of its encoding, all written in
 * one call. Reading ends at the first record that is incomplete or damaged.
 */
final class StatsJournal implements AutoCloseable {
  private static final byte[] MAGIC = "normsweep statistics 1\n".getBytes(UTF_8);

  /** Where the first record begins. */
  static final int FIRST_RECORD = MAGIC.length;

  private static final int HEADER = 2 * Integer.BYTES;
  private static final int LARGEST_RECORD = 64 << 20;

  /** Larger journals are refused; a thousand reports of a trial's tail take about 10 MB. */
  private static final long LARGEST = 512L << 20;

  private final FileChannel channel;

  /** What a journal holds up to its first record that is incomplete or damaged. */
  record Read(RecordedStats stats, End end) {}

  /** What follows the last good record. */
  enum End {
    /** Nothing. */
    WHOLE,
    /** An incomplete record, as a killed process leaves it. */
    TORN,
    /** A record that is not what was written. */
    DAMAGED
  }

  private StatsJournal(FileChannel channel) {
    this.channel = channel;
  }

  /** The journal beside a {@code stats.db}. */
  static Path beside(Path statsFile) {
    return statsFile.resolveSibling("stats.journal");
  }

  /** Creates a journal that begins with these records, replacing any other. */
  static StatsJournal create(Path file, List<Encoded> records) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          out.write(MAGIC);
          for (Encoded record : records) {
            out.write(framed(record).array());
          }
        });
    return new StatsJournal(
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
  }

  /** Adds a record. */
  void append(Encoded record) throws IOException {
    ByteBuffer framed = framed(record);
    while (framed.hasRemaining()) {
      channel.write(framed);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /**
   * Reads the records up to the first that is incomplete or damaged; the file may be growing.
   *
   * @return the records, and what follows them
   * @throws IOException if the file cannot be read, is not a journal, or holds a complete record
   *     that training does not write; the message is the rest of a sentence that begins with the
   *     file's name
   */
  static Read read(Path file) throws IOException {
    RecordedStats stats = new RecordedStats();
    End end;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (Files.size(file) > LARGEST) {
        throw new IOException("is larger than " + (LARGEST >> 20) + " MB");
      }
      if (!Arrays.equals(MAGIC, in.readNBytes(MAGIC.length))) {
        throw new IOException("is not a journal of statistics");
      }
      end = readRecords(in, stats);
    } catch (FileSystemException e) {
      throw new IOException("cannot be read (" + Reason.of(e) + ")", e);
    } catch (RuntimeException e) {
      throw new IOException("holds a record that training does not write", e);
    }
    return new Read(stats, end);
  }

  private static End readRecords(DataInputStream in, RecordedStats stats) throws IOException {
    while (true) {
      byte[] header = in.readNBytes(HEADER);
      if (header.length < HEADER) {
        return header.length == 0 ? End.WHOLE : End.TORN;
      }
      ByteBuffer fields = ByteBuffer.wrap(header);
      int length = fields.getInt();
      if (length < 1 || length > LARGEST_RECORD) {
        return End.DAMAGED;
      }
      byte[] body = in.readNBytes(length);
      if (body.length < length) {
        return End.TORN;
      }
      if (checksum(body) != fields.getInt()) {
        return End.DAMAGED;
      }
      stats.add(new Encoded(body));
    }
  }

  private static ByteBuffer framed(Encoded record) {
    byte[] body = record.bytes();
    return ByteBuffer.allocate(HEADER + body.length)
        .putInt(body.length)
        .putInt(checksum(body))
        .put(body)
        .flip();
  }

  private static int checksum(byte[] body) {
    CRC32C checksum = new CRC32C();
    checksum.update(body);
    return (int) checksum.getValue();
  }
}
