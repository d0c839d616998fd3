package normsweep.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import normsweep.record.NormSweepException;
import normsweep.record.Reason;

/** Decodes image files that may be damaged or hostile. */
public final class Images {
  private Images() {}

  /**
   * Decodes the first image of a PNG, JPEG, GIF or BMP stream. Width and height are read and
   * checked before anything is allocated for pixels. What the JDK's decoders pass over is refused:
   * wrong checksums of a PNG, and data that end too early or make no sense in a JPEG.
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
      List<String> defects = new ArrayList<>();
      try {
        // Before the reader has the stream: it lets go of what it has read.
        Optional<String> fault = PngChunks.fault(stream, maxPixels);
        if (fault.isPresent()) {
          throw refused(name, fault.get(), null);
        }
        reader.addIIOReadWarningListener((source, warning) -> defects.add(warning));
        reader.setInput(stream, true, true);
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width * height > maxPixels) {
          throw refused(
              name,
              "it has " + width + "x" + height + " pixels, more than the " + maxPixels + " allowed",
              null);
        }
        BufferedImage image = reader.read(0);
        Optional<String> defect = defects.stream().filter(Images::damage).findFirst();
        if (defect.isPresent()) {
          throw refused(name, defect.get(), null);
        }
        return image;
      } finally {
        reader.dispose();
      }
    } catch (NormSweepException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The JDK's decoders answer malformed input with index, argument and state exceptions too.
      throw refused(name, Reason.of(e), e);
    }
  }

  // The decoder of JPEG also warns of what is merely unusual, such as a colour profile it ignores.
  private static boolean damage(String defect) {
    return defect.startsWith("Corrupt JPEG data") || defect.startsWith("Premature end of");
  }

  private static NormSweepException refused(String name, String why, Throwable cause) {
    return NormSweepException.unavailable(
        name + " cannot be read as an image: " + why + "; give an intact PNG or JPEG file", cause);
  }
}
