package normsweep.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import normsweep.record.NormSweepException;

/** Decodes image files that may be damaged or hostile. */
public final class Images {
  private Images() {}

  /**
   * Decodes the first image of a PNG, JPEG, GIF or BMP stream. Width and height are read and
   * checked before anything is allocated for pixels.
   *
   * @param name the file's name, for messages
   * @param maxPixels limit for width times height
   * @throws NormSweepException unavailable, naming the file, if it is no image, damaged, or larger
   *     than allowed
   */
  public static BufferedImage decode(InputStream in, String name, long maxPixels) {
    try (MemoryCacheImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw refused(name, "it is not an image in a known format", null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width * height > maxPixels) {
          throw refused(
              name,
              "it has " + width + "x" + height + " pixels, more than the " + maxPixels + " allowed",
              null);
        }
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (NormSweepException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The JDK's decoders answer malformed input with index, argument and state exceptions too.
      throw refused(name, Download.reason(e), e);
    }
  }

  private static NormSweepException refused(String name, String why, Throwable cause) {
    return NormSweepException.unavailable(
        name + " cannot be read as an image: " + why + "; give an intact PNG or JPEG file", cause);
  }
}
