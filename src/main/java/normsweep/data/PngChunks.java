package normsweep.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.imageio.stream.ImageInputStream;

/**
 * The chunks of a PNG file and their checksums, which the JDK's decoder does not compare.
 *
 * @param fault what is wrong with them, if anything is
 * @param exif the data of the chunk of that name, empty if there is none
 * @see <a href="https://www.w3.org/TR/png-3/#5DataRep">PNG (Third Edition), section 5</a>
 */
record PngChunks(Optional<String> fault, byte[] exif) {
  private static final String DAMAGED = "its PNG chunk ";

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final String LAST = "IEND";
  private static final String EXIF = "eXIf";

  /** Length and type of the first chunk, width and height. */
  private static final int HEADER_BYTES = 16;

  /** Four channels of 16 bits, and what filters and packing may add. */
  private static final long BYTES_PER_PIXEL = 10;

  /** For colour profiles and texts. */
  private static final long SPARE_BYTES = 16 << 20;

  private static PngChunks faulty(String fault) {
    return new PngChunks(Optional.of(fault), new byte[0]);
  }

  private static PngChunks none() {
    return new PngChunks(Optional.empty(), new byte[0]);
  }

  /**
   * Reads a stream from its beginning, to which it returns; there is nothing to find if it is no
   * PNG, or one of more pixels than the caller takes.
   *
   * <p>Far more data than the header's pixels can take are not read, let alone kept.
   */
  static PngChunks read(ImageInputStream in, long maxPixels) throws IOException {
    try {
      byte[] start = new byte[SIGNATURE.length + HEADER_BYTES];
      in.readFully(start, 0, SIGNATURE.length);
      if (!Arrays.equals(start, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
        return none();
      }
      in.readFully(start, SIGNATURE.length, HEADER_BYTES);
      ByteBuffer size = ByteBuffer.wrap(start, start.length - 2 * Integer.BYTES, 2 * Integer.BYTES);
      long width = Integer.toUnsignedLong(size.getInt());
      long height = Integer.toUnsignedLong(size.getInt());
      if (width > maxPixels / Math.max(1, height)) {
        return none();
      }
      in.seek(SIGNATURE.length);
      return chunks(in, SPARE_BYTES + BYTES_PER_PIXEL * width * height);
    } catch (EOFException e) {
      // Too short for any image; the decoders say so.
      return none();
    } finally {
      in.seek(0);
    }
  }

  private static PngChunks chunks(ImageInputStream in, long limit) throws IOException {
    byte[] buffer = new byte[1 << 16];
    byte[] exif = new byte[0];
    String type = "IHDR";
    try {
      do {
        long length = in.readUnsignedInt();
        long left = length;
        in.readFully(buffer, 0, Integer.BYTES);
        type = new String(buffer, 0, Integer.BYTES, StandardCharsets.ISO_8859_1);
        if (in.getStreamPosition() + left > limit) {
          return faulty(DAMAGED + type + " holds more than its pixels can take");
        }
        CRC32 checksum = new CRC32();
        checksum.update(buffer, 0, Integer.BYTES);
        while (left > 0) {
          int n = (int) Math.min(left, buffer.length);
          in.readFully(buffer, 0, n);
          checksum.update(buffer, 0, n);
          left -= n;
        }
        if (type.equals(EXIF) && length <= buffer.length) {
          exif = Arrays.copyOf(buffer, (int) length);
        }
        if (in.readUnsignedInt() != checksum.getValue()) {
          return faulty(DAMAGED + type + " does not match its checksum");
        }
      } while (!type.equals(LAST));
      return new PngChunks(Optional.empty(), exif);
    } catch (EOFException e) {
      return faulty(DAMAGED + type + " ends too early, or none follows it");
    }
  }
}
