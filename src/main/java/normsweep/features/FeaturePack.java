package normsweep.features;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Features of pictures on disk, each under a name of its content, in the order in which they were
 * computed: what an interrupted build has written stays, and further pictures are appended.
 *
 * <p>Little-endian: a header of {@value #HEADER_BYTES} bytes (magic, halves of one picture, SHA-256
 * of the key), then records of {@value #RECORD_HEADER} bytes (name, CRC-32C of name and halves) and
 * the halves. A record that does not match its checksum, or that is cut off at the end, counts as
 * absent. Opening reads everything once.
 */
final class FeaturePack {
  private static final String FORMAT = "NSPACK01";
  private static final int HEADER_BYTES = 64;
  private static final int KEY = 16;
  private static final int RECORD_HEADER = 64;
  private static final int NAME_BYTES = 32;

  /** A mapping cannot reach 2 GiB. */
  private static final long SEGMENT_BYTES = 1L << 30;

  private final int values;
  private final int segmentRecords;
  private final ByteBuffer[] segments;
  private final Map<String, Integer> positions = new HashMap<>();

  private FeaturePack(FileChannel channel, int values) throws IOException {
    this.values = values;
    int record = recordBytes(values);
    segmentRecords = (int) (SEGMENT_BYTES / record);
    long records = records(channel, values);
    segments = new ByteBuffer[(int) ((records + segmentRecords - 1) / segmentRecords)];
    for (int s = 0; s < segments.length; s++) {
      long first = (long) s * segmentRecords;
      long held = Math.min(segmentRecords, records - first);
      segments[s] = channel.map(MapMode.READ_ONLY, HEADER_BYTES + first * record, held * record);
      segments[s].order(ByteOrder.LITTLE_ENDIAN);
      for (int r = 0; r < held; r++) {
        ByteBuffer name = segments[s].slice(r * record, NAME_BYTES);
        ByteBuffer halves = segments[s].slice(r * record + RECORD_HEADER, record - RECORD_HEADER);
        if (crc(name, halves) == segments[s].getInt(r * record + NAME_BYTES)) {
          byte[] bytes = new byte[NAME_BYTES];
          name.get(0, bytes);
          positions.put(HexFormat.of().formatHex(bytes), (int) first + r);
        }
      }
    }
  }

  private static int recordBytes(int values) {
    return RECORD_HEADER + values * Short.BYTES;
  }

  private static long records(FileChannel channel, int values) throws IOException {
    return Math.max(0, channel.size() - HEADER_BYTES) / recordBytes(values);
  }

  /**
   * Opens a pack.
   *
   * @param key SHA-256 it must have been written for
   * @return null if there is none, or a file that is no pack of this key
   */
  static FeaturePack open(Path file, String key) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(header, 0);
      int values = header.getInt(FORMAT.length());
      return values > 0 && header.rewind().equals(header(key, values))
          ? new FeaturePack(channel, values)
          : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static ByteBuffer header(String key, int values) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put(StandardCharsets.US_ASCII.encode(FORMAT)).putInt(values);
    return header.put(KEY, HexFormat.of().parseHex(key)).rewind();
  }

  private static int crc(ByteBuffer name, ByteBuffer halves) {
    CRC32C crc = new CRC32C();
    crc.update(name.duplicate());
    crc.update(halves.duplicate());
    return (int) crc.getValue();
  }

  /** Bytes that a picture takes. */
  static long bytes(int values) {
    return recordBytes(values);
  }

  boolean holds(String name) {
    return positions.containsKey(name);
  }

  /** The features of these pictures, all of which it holds. */
  FeatureStore select(List<String> names) {
    int[] chosen = names.stream().mapToInt(positions::get).toArray();
    return new FeatureStore() {
      @Override
      public int size() {
        return chosen.length;
      }

      @Override
      public int valuesPerImage() {
        return values;
      }

      @Override
      public void readHalf(int index, short[] target, int offset) {
        half(index).get(0, target, offset, values);
      }

      @Override
      public ShortBuffer half(int index) {
        int at = chosen[Objects.checkIndex(index, chosen.length)];
        int offset = at % segmentRecords * recordBytes(values) + RECORD_HEADER;
        return segments[at / segmentRecords]
            .slice(offset, values * Short.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asShortBuffer();
      }
    };
  }

  /** Appends records to a file, which nobody else may write meanwhile. */
  static final class Appender implements AutoCloseable {
    private final FileChannel channel;
    private final int values;

    /** Starts a pack, or goes on behind the last whole record of one. */
    Appender(Path file, String key, int values) throws IOException {
      this.values = values;
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      ByteBuffer found = ByteBuffer.allocate(HEADER_BYTES);
      channel.read(found, 0);
      ByteBuffer header = header(key, values);
      if (!found.rewind().equals(header)) {
        channel.truncate(0);
        FeatureFile.writeFully(channel, header, 0);
      }
      channel.truncate(HEADER_BYTES + records(channel, values) * recordBytes(values));
    }

    /**
     * Appends pictures.
     *
     * @param features floats, picture by picture
     * @throws ArithmeticException if a value is not finite in half precision
     */
    void append(List<String> names, float[] features) throws IOException {
      ByteBuffer block =
          ByteBuffer.allocate(names.size() * recordBytes(values)).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < names.size(); i++) {
        int at = i * recordBytes(values);
        ByteBuffer halves = block.slice(at + RECORD_HEADER, values * Short.BYTES);
        FeatureFile.putHalves(
            Arrays.copyOfRange(features, i * values, (i + 1) * values),
            values,
            halves.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer());
        block.put(at, HexFormat.of().parseHex(names.get(i)));
        block.putInt(at + NAME_BYTES, crc(block.slice(at, NAME_BYTES), halves));
      }
      FeatureFile.writeFully(channel, block, channel.size());
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
