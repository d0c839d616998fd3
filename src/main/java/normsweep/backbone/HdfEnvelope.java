package normsweep.backbone;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the first bytes of a file tell about it before any HDF5 structure is followed: whether it is
 * an HDF5 file at all, what it is instead, and whether all of it is there.
 *
 * @see <a href="https://docs.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html">HDF5 File Format
 *     Specification 3.0, section II.A</a>
 */
final class HdfEnvelope {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final int SNIFFED = 64;

  /** How files begin that come instead, in lower case. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "<", "a web page",
          "version https://git-lfs", "a Git LFS pointer",
          "pk\u0003\u0004", "a zip archive, as Keras 3 writes it",
          "\u001f\u008b", "a gzip archive");

  private HdfEnvelope() {}

  /** Whether the file begins as an HDF5 file does. */
  static boolean claims(byte[] bytes) {
    return Arrays.equals(bytes, 0, Math.min(8, bytes.length), SIGNATURE, 0, 8);
  }

  /** What is wrong with the file, as the predicate of a sentence, or nothing. */
  static Optional<String> fault(byte[] bytes) {
    if (bytes.length == 0) {
      return Optional.of("is empty");
    }
    if (!claims(bytes)) {
      return Optional.of("is not an HDF5 file" + instead(bytes));
    }
    long end = endOfFile(bytes);
    if (end < 0) {
      return Optional.of("is damaged (its HDF5 superblock is not readable)");
    }
    if (end > bytes.length) {
      return Optional.of("is truncated: " + bytes.length + " of " + end + " bytes are there");
    }
    return Optional.empty();
  }

  /** The length the file says it has, or -1. */
  private static long endOfFile(byte[] bytes) {
    int version = bytes.length > 8 ? bytes[8] : -1;
    int sizes = version < 2 ? 13 : 9;
    int at =
        switch (version) {
          case 0 -> 40;
          case 1 -> 44;
          case 2, 3 -> 28;
          default -> -1;
        };
    // Every file that Keras has written uses eight-byte offsets; so does the formula above.
    if (at < 0 || bytes.length < at + 8 || bytes[sizes] != 8 || bytes[sizes + 1] != 8) {
      return -1;
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
  }

  /** What the file is instead of weights, where its beginning tells; else empty. */
  static String instead(byte[] bytes) {
    String head =
        new String(bytes, 0, Math.min(SNIFFED, bytes.length), StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT);
    return OTHERS.entrySet().stream()
        .filter(other -> head.stripLeading().startsWith(other.getKey().stripLeading()))
        .map(other -> " but " + other.getValue())
        .findAny()
        .orElse("");
  }
}
