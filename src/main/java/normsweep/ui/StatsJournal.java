package normsweep.ui;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import normsweep.base.AtomicFiles;
import normsweep.ui.RecordedStats.Encoded;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.impl.SbeStorageMetaData;

/**
 * {@code stats.journal}: the statistics of a trial under way, a record after the other. DL4J's own
 * store loses everything in about one of six kills in the middle of training; of this file a killed
 * process leaves all records but, at most, the last.
 *
 * <p>The file begins with a line that names it. A record is its length and its CRC-32C (four bytes
 * each, big-endian), one byte for its type, and the bytes of its encoding, written in one piece.
 * Reading ends at the first record that is not whole.
 */
final class StatsJournal implements AutoCloseable {
  private static final byte[] MAGIC = "normsweep statistics 1\n".getBytes(UTF_8);

  /** Where the first record begins. */
  static final int FIRST_RECORD = MAGIC.length;

  private static final int HEADER = 2 * Integer.BYTES;
  private static final int LARGEST_RECORD = 64 << 20;
  private static final List<String> TYPES =
      List.of(
          SbeStorageMetaData.class.getName(),
          SbeStatsInitializationReport.class.getName(),
          SbeStatsReport.class.getName());

  private final FileChannel channel;

  /** What a journal holds up to its first record that is not whole. */
  record Read(RecordedStats stats, End end) {}

  /** What is behind the last whole record. */
  enum End {
    /** Nothing. */
    WHOLE,
    /** A record that is not there to its end, as a killed process leaves it. */
    TORN,
    /** A record that is there and is not what was written. */
    DAMAGED
  }

  private StatsJournal(FileChannel channel) {
    this.channel = channel;
  }

  /** The journal beside a {@code stats.db}. */
  static Path beside(Path statsFile) {
    return statsFile.resolveSibling("stats.journal");
  }

  /** Makes a journal that begins with these records, in place of one that may be there. */
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
   * Reads the records up to the first that is not whole; the file may be growing.
   *
   * @return the records, and what follows them
   * @throws IOException if the file cannot be read, is no journal, or holds a whole record that is
   *     none of a training's; the message says what is wrong, without the file's name
   */
  static Read read(Path file) throws IOException {
    if (Files.size(file) > StatsFile.LARGEST) {
      throw new IOException("is larger than " + (StatsFile.LARGEST >> 20) + " MB");
    }
    RecordedStats stats = new RecordedStats();
    End end;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (!Arrays.equals(MAGIC, in.readNBytes(MAGIC.length))) {
        throw new IOException("is no journal of statistics");
      }
      end = readRecords(in, stats);
    } catch (RuntimeException e) {
      throw new IOException("holds a record that is none of a training's", e);
    }
    return new Read(stats, end);
  }

  private static String type(int code) {
    return code >= 0 && code < TYPES.size() ? TYPES.get(code) : "number " + code;
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
      stats.add(new Encoded(type(body[0]), Arrays.copyOfRange(body, 1, length)));
    }
  }

  private static ByteBuffer framed(Encoded record) {
    byte[] body = new byte[1 + record.bytes().length];
    body[0] = (byte) TYPES.indexOf(record.type());
    System.arraycopy(record.bytes(), 0, body, 1, record.bytes().length);
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
