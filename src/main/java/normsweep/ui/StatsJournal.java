package normsweep.ui;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import normsweep.base.AtomicFiles;
import normsweep.base.Reason;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.impl.SbeStorageMetaData;

/**
 * {@code stats.journal}: the statistics of a trial, one record after another. DL4J's own store
 * loses everything in about one of six kills in the middle of training, and its reader creates
 * whatever class a file names; here a killed process loses at most the last record.
 *
 * <p>The file begins with a line that identifies it. A record is its length and its CRC-32C (four
 * bytes each, big-endian), then one byte for its type and DL4J's encoding of it, all written in one
 * call. Reading ends at the first record that is incomplete or damaged.
 *
 * <p>A journal may be an untrusted file. Only three types of record are created, and a network's
 * configuration, from which DL4J creates the classes it names, may name only those of DL4J, ND4J
 * and this project.
 */
final class StatsJournal {
  private static final byte[] MAGIC = "normsweep statistics 1\n".getBytes(UTF_8);

  /** Where the first record begins. */
  static final int FIRST_RECORD = MAGIC.length;

  private static final int HEADER = 2 * Integer.BYTES;
  private static final int LARGEST_RECORD = 64 << 20;

  /** Larger journals are refused; a thousand reports of a trial's tail take about 10 MB. */
  private static final long LARGEST = 512L << 20;

  private static final List<Supplier<Persistable>> TYPES =
      List.of(SbeStorageMetaData::new, SbeStatsInitializationReport::new, SbeStatsReport::new);
  private static final List<String> CONFIG_PACKAGES =
      List.of("org.deeplearning4j.nn.", "org.nd4j.linalg.", "org.nd4j.weightinit.", "normsweep.");

  /** What a journal holds up to its first record that is incomplete or damaged. */
  record Read(List<Persistable> records, End end) {}

  /** What follows the last good record. */
  enum End {
    /** Nothing. */
    WHOLE,
    /** An incomplete record, as a killed process leaves it. */
    TORN,
    /** A record that is not what was written. */
    DAMAGED
  }

  private StatsJournal() {}

  /** The journal beside a {@code stats.db}. */
  static Path beside(Path statsFile) {
    return statsFile.resolveSibling("stats.journal");
  }

  /** Creates a journal with these records, replacing any other. */
  static void create(Path file, List<Persistable> records) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          out.write(MAGIC);
          for (Persistable record : records) {
            out.write(framed(record).array());
          }
        });
  }

  /** Adds a record to a journal. */
  static void append(Path file, Persistable record) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      ByteBuffer framed = framed(record);
      while (framed.hasRemaining()) {
        channel.write(framed);
      }
    }
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
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (Files.size(file) > LARGEST) {
        throw new IOException("is larger than " + (LARGEST >> 20) + " MB");
      }
      if (!Arrays.equals(MAGIC, in.readNBytes(MAGIC.length))) {
        throw new IOException("is not a journal of statistics");
      }
      List<Persistable> records = new ArrayList<>();
      return new Read(records, readRecords(in, records));
    } catch (FileSystemException e) {
      throw new IOException("cannot be read (" + Reason.of(e) + ")", e);
    } catch (RuntimeException e) {
      throw new IOException("holds a record that training does not write", e);
    }
  }

  /** Puts a record where it belongs in a store of DL4J's. */
  static void put(Persistable record, StatsStorageRouter store) {
    if (record instanceof StorageMetaData metaData) {
      store.putStorageMetaData(metaData);
    } else if (record instanceof SbeStatsReport) {
      store.putUpdate(record);
    } else {
      store.putStaticInfo(record);
    }
  }

  private static End readRecords(DataInputStream in, List<Persistable> records) throws IOException {
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
      records.add(decoded(body));
    }
  }

  private static Persistable decoded(byte[] body) {
    Persistable record = TYPES.get(body[0]).get();
    record.decode(Arrays.copyOfRange(body, 1, body.length));
    if (record instanceof SbeStatsInitializationReport info && info.hasModelInfo()) {
      checkConfig(info.getModelConfigJson());
    }
    return record;
  }

  private static void checkConfig(String config) {
    try {
      for (JsonNode type : new ObjectMapper().readTree(config).findValues("@class")) {
        if (CONFIG_PACKAGES.stream().noneMatch(type.asText()::startsWith)) {
          throw new IllegalArgumentException("a network configuration names " + type.asText());
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a network configuration is not JSON", e);
    }
  }

  private static ByteBuffer framed(Persistable record) {
    int type =
        IntStream.range(0, TYPES.size())
            .filter(i -> TYPES.get(i).get().getClass() == record.getClass())
            .findFirst()
            .orElseThrow();
    byte[] encoding = record.encode();
    return framed(ByteBuffer.allocate(1 + encoding.length).put((byte) type).put(encoding).array());
  }

  /** Length and checksum before a record's type and encoding. */
  static ByteBuffer framed(byte[] body) {
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
