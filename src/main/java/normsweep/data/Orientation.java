package normsweep.data;

import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import javax.imageio.stream.ImageInputStream;
import normsweep.data.Framing.Cut;

/**
 * How the rows and columns of a stored picture lie when it is upright. A pixel of the upright
 * picture is looked up in the stored one: its coordinates are exchanged first, then each is counted
 * from the other end.
 *
 * <p>The tag is looked up here, not by a library of metadata: those build every value of the block
 * first, and overlapping values make hundreds of megabytes of its 64 KB.
 *
 * @param exchanged whether stored rows are upright columns
 * @param fromRight whether stored columns are counted from the right
 * @param fromBottom whether stored rows are counted from the bottom
 * @see <a href="https://www.cipa.jp/std/documents/download_e.html?CIPA_DC-008-2024-E">Exif 3.0,
 *     section 4.6.5, tag Orientation</a>
 */
record Orientation(boolean exchanged, boolean fromRight, boolean fromBottom) {
  static final Orientation UPRIGHT = new Orientation(false, false, false);

  private static final String EXIF = "Exif";
  private static final int TAG = 0x112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  /** The orientation of number 1 to 8 in Exif; upright for any other. */
  static Orientation of(int number) {
    return switch (number) {
      case 2 -> new Orientation(false, true, false);
      case 3 -> new Orientation(false, true, true);
      case 4 -> new Orientation(false, false, true);
      case 5 -> new Orientation(true, false, false);
      case 6 -> new Orientation(true, false, true);
      case 7 -> new Orientation(true, true, true);
      case 8 -> new Orientation(true, true, false);
      default -> UPRIGHT;
    };
  }

  /** What a block of Exif says; upright if it says nothing or makes no sense, as viewers do. */
  static Orientation ofExif(byte[] exif) {
    ByteBuffer block = ByteBuffer.wrap(exif);
    try {
      block.order(block.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      int directory = block.getInt(Integer.BYTES);
      int entries = block.getChar(directory);
      for (int i = 0; i < entries; i++) {
        int entry = directory + Short.BYTES + ENTRY_BYTES * i;
        if (block.getChar(entry) == TAG && block.getChar(entry + Short.BYTES) == SHORT) {
          return of(block.getChar(entry + ENTRY_BYTES - Integer.BYTES));
        }
      }
    } catch (IndexOutOfBoundsException e) {
      // It makes no sense.
    }
    return UPRIGHT;
  }

  /** What the Exif segment of a JPEG stream says, which is left at its beginning. */
  static Orientation ofJpeg(ImageInputStream in) throws IOException {
    try {
      List<JPEGSegment> segments = JPEGSegmentUtil.readSegments(in, JPEG.APP1, EXIF);
      if (segments.isEmpty()) {
        return UPRIGHT;
      }
      try (InputStream data = segments.get(0).data()) {
        // The name ends in two zeros, of which the library takes one.
        data.skipNBytes(1);
        return ofExif(data.readAllBytes());
      }
    } catch (IOException | RuntimeException e) {
      // No JPEG, or one so damaged that the decoder says more of it.
      return UPRIGHT;
    } finally {
      in.seek(0);
    }
  }

  /** The stored rectangle that is an upright one, of a stored picture of this size. */
  Cut stored(Framing framing, int width, int height) {
    Cut cut = exchanged ? framing.of(height, width) : framing.of(width, height);
    int left = exchanged ? cut.top() : cut.left();
    int top = exchanged ? cut.left() : cut.top();
    int columns = exchanged ? cut.height() : cut.width();
    int rows = exchanged ? cut.width() : cut.height();
    return new Cut(
        fromRight ? width - columns - left : left,
        fromBottom ? height - rows - top : top,
        columns,
        rows);
  }

  /** A stored square plane, upright. */
  void turn(byte[] stored, byte[] upright, int at, int size) {
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int column = exchanged ? y : x;
        int row = exchanged ? x : y;
        int from = (fromBottom ? size - 1 - row : row) * size;
        upright[at + y * size + x] = stored[at + from + (fromRight ? size - 1 - column : column)];
      }
    }
  }
}
