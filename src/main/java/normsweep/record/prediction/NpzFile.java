package normsweep.record.prediction;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import normsweep.base.AtomicFiles;

/**
 * Arrays in a zip of NumPy's {@code .npy} files (format 1.0), which {@code numpy.load} reads. Equal
 * arrays are equal files.
 */
final class NpzFile {
  private static final Charset ASCII = StandardCharsets.US_ASCII;
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int PREFIX = MAGIC.length + Short.BYTES;
  private static final int ALIGNMENT = 64;
  private static final String ENDING = ".npy";
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([<|][a-z][0-9])', 'fortran_order': False,"
              + " 'shape': \\(([0-9]{1,7}),(?: ([0-9]{1,7}))?\\), \\} *\n");

  /** Start of 1980 in the zip's own time. */
  private static final long TIME_OF_ENTRIES = 315_619_200_000L;

  private NpzFile() {}

  /**
   * An array of one or two dimensions.
   *
   * @param type NumPy's name of the element type; its last character is the element's size
   * @param shape length of each dimension
   * @param data the elements, row-major and little-endian
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way to or from a file
  record NpyArray(String type, int[] shape, byte[] data) {
    private byte[] bytes() {
      String dimensions =
          IntStream.of(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
      String comma = shape.length == 1 ? "," : "";
      String text =
          "{'descr': '"
              + type
              + "', 'fortran_order': False, 'shape': ("
              + dimensions
              + comma
              + "), }";
      int length = (PREFIX + text.length()) / ALIGNMENT * ALIGNMENT + ALIGNMENT - PREFIX;
      byte[] header = (text + " ".repeat(length - 1 - text.length()) + "\n").getBytes(ASCII);
      return ByteBuffer.allocate(PREFIX + length + data.length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put(MAGIC)
          .putShort((short) length)
          .put(header)
          .put(data)
          .array();
    }

    private static NpyArray of(byte[] bytes) throws IOException {
      ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.length < PREFIX || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
        throw new ZipException("an array has no header");
      }
      int begin = PREFIX + Short.toUnsignedInt(file.getShort(MAGIC.length));
      String text = new String(bytes, PREFIX, Math.min(begin, bytes.length) - PREFIX, ASCII);
      Matcher header = HEADER.matcher(text);
      if (!header.matches()) {
        throw new ZipException("the header of an array is malformed");
      }
      int rows = Integer.parseInt(header.group(2));
      boolean vector = header.group(3) == null;
      int columns = vector ? 1 : Integer.parseInt(header.group(3));
      long size = (long) rows * columns * Character.digit(header.group(1).charAt(2), 10);
      if (size != bytes.length - begin) {
        throw new ZipException("an array has fewer or more elements than its header says");
      }
      return new NpyArray(
          header.group(1),
          vector ? new int[] {rows} : new int[] {rows, columns},
          Arrays.copyOfRange(bytes, begin, bytes.length));
    }
  }

  /** Writes arrays by name, atomically. */
  static void write(Path file, Map<String, NpyArray> arrays) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          zip.setLevel(Deflater.BEST_COMPRESSION);
          for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
            ZipEntry entry = new ZipEntry(array.getKey() + ENDING);
            entry.setTime(TIME_OF_ENTRIES);
            zip.putNextEntry(entry);
            zip.write(array.getValue().bytes());
            zip.closeEntry();
          }
          zip.finish();
        });
  }

  /**
   * Reads all arrays of a file.
   *
   * @param most bytes that an array may have
   * @throws IOException if it is not such a file, or damaged
   */
  static Map<String, NpyArray> read(Path file, int most) throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        byte[] bytes;
        try (InputStream in = zip.getInputStream(entry)) {
          bytes = in.readNBytes(most + PREFIX + 2 * ALIGNMENT);
        }
        CRC32 sum = new CRC32();
        sum.update(bytes);
        if (sum.getValue() != entry.getCrc()) {
          throw new ZipException("the checksum of an array does not match");
        }
        String name = entry.getName();
        if (!name.endsWith(ENDING)) {
          throw new ZipException("it contains something other than arrays");
        }
        arrays.put(name.substring(0, name.length() - ENDING.length()), NpyArray.of(bytes));
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new IOException("it is no zip file", e); // what ZipFile throws for damaged names
    }
    return arrays;
  }
}
