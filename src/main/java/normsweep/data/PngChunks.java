package normsweep.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.stream.ImageInputStream;

/**
 * The chunks of a PNG file and their checksums, which the JDK's decoder does not compare.
 *
 * @see <a href="https://www.w3.org/TR/png-3/#5DataRep">PNG (Third Edition), section 5</a>
 */
final class PngChunks {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] NOTHING = {};
  private static final String LAST = "IEND";
  private static final String EXIF = "eXIf";

  /** Behind the signature and the length and type of the first chunk: width and height. */
  private static final int HEADER = 16;

  /** Four channels of 16 bits, and what filters and packing may add. */
  private static final long BYTES_PER_PIXEL = 10;

  /** For colour profiles and texts. */
  private static final long SPARE_BYTES = 16 << 20;

  private PngChunks() {}

  /**
   * Reads a stream from its beginning, to which it returns.
   *
   * <p>Far more data than the header's pixels can take are not read, let alone kept.
   *
   * @return the Exif data, empty if there are none, if the stream is no PNG, or if it is one of
   *     more pixels than the caller takes
   * @throws IOException if a chunk is damaged
   */
  static byte[] exif(ImageInputStream in, long maxPixels) throws IOException {
    try {
      byte[] start = new byte[SIGNATURE.length];
      in.readFully(start);
      if (!Arrays.equals(start, SIGNATURE)) {
        return NOTHING;
      }
      in.seek(HEADER);
      long width = in.readUnsignedInt();
      long height = in.readUnsignedInt();
      if (width > maxPixels / Math.max(1, height)) {
        return NOTHING;
      }
      in.seek(SIGNATURE.length);
      return chunks(in, SPARE_BYTES + BYTES_PER_PIXEL * width * height);
    } catch (EOFException e) {
      // Too short for any image; the decoders say so.
      return NOTHING;
    } finally {
      in.seek(0);
    }
  }

  private static byte[] chunks(ImageInputStream in, long limit) throws IOException {
    byte[] buffer = new byte[1 << 16];
    byte[] exif = NOTHING;
    String type = "IHDR";
    try {
      do {
        long length = in.readUnsignedInt();
        in.readFully(buffer, 0, Integer.BYTES);
        type = new String(buffer, 0, Integer.BYTES, StandardCharsets.ISO_8859_1);
        if (in.getStreamPosition() + length > limit) {
          throw damaged(type, "holds more than its pixels can take");
        }
        CRC32 checksum = new CRC32();
        checksum.update(buffer, 0, Integer.BYTES);
        for (long left = length; left > 0; left -= buffer.length) {
          int n = (int) Math.min(left, buffer.length);
          in.readFully(buffer, 0, n);
          checksum.update(buffer, 0, n);
        }
        if (type.equals(EXIF) && length <= buffer.length) {
          exif = Arrays.copyOf(buffer, (int) length);
        }
        if (in.readUnsignedInt() != checksum.getValue()) {
          throw damaged(type, "does not match its checksum");
        }
      } while (!type.equals(LAST));
      return exif;
    } catch (EOFException e) {
      throw damaged(type, "ends too early, or none follows it");
    }
  }

  private static IOException damaged(String type, String how) {
    return new IOException("its PNG chunk " + type + " " + how);
  }
}
