package normsweep.data;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import normsweep.base.NormSweepException;
import normsweep.base.Reason;
import normsweep.data.Framing.Cut;

/** Decodes image files that may be damaged or hostile. */
public final class Images {
  /** What is decoded at a time: with 16 bits in each of four channels, 32 MB. */
  private static final int BAND_PIXELS = 1 << 22;

  /** Width times height of the largest picture that is decoded. */
  public static final long MAX_PIXELS = 100_000_000;

  private Images() {}

  /**
   * The first image of a PNG, JPEG, GIF or BMP file, upright as its Exif orientation says, reduced
   * or spread to a few pixels: a square made of a rectangle, every output pixel the mean of the
   * area it covers in sRGB, 8 bits per channel. Transparent pixels count as white. An image of that
   * size comes out as it is. Width and height are read and checked before anything is allocated for
   * pixels. What the JDK's decoders pass over is refused: wrong checksums of a PNG, and data that
   * end too early or make no sense in a JPEG.
   *
   * <p>Large images are decoded in bands: what is in memory does not grow with their size.
   *
   * @param framing chooses the rectangle
   * @param size pixels along an edge of what is returned
   * @param maxPixels limit for width times height
   * @return planes R, G, B
   * @throws NormSweepException naming the file, if it cannot be read, is no image, damaged, or
   *     larger than allowed
   */
  public static byte[] read(Path file, Framing framing, int size, long maxPixels) {
    String name = file.toString();
    try (InputStream in = Files.newInputStream(file);
        ImageInputStream stream =
            Files.isRegularFile(file)
                ? new FileImageInputStream(file.toFile())
                : new MemoryCacheImageInputStream(in)) {
      return decoded(stream, name, framing, size, maxPixels);
    } catch (NoSuchFileException e) {
      throw NormSweepException.unavailable(name + " does not exist; name an image file.", e);
    } catch (IOException e) {
      throw NormSweepException.unavailable(
          name + " cannot be read (" + Reason.of(e) + "); name an image file.", e);
    } catch (OutOfMemoryError e) {
      throw NormSweepException.unavailable(
          name + " takes more memory than Java may use; raise -Xmx or give a smaller picture.", e);
    }
  }

  private static byte[] read(ImageReader reader, Orientation orientation, Framing framing, int size)
      throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    Cut cut = orientation.stored(framing, width, height);
    int left = Math.max(0, cut.left());
    int columns = Math.min(width, cut.left() + cut.width()) - left;
    AreaMean mean = new AreaMean(cut.width(), cut.height(), size);
    int[] row = new int[columns];
    ImageReadParam param = reader.getDefaultReadParam();
    int rows = Math.max(1, BAND_PIXELS / columns);
    // Rows outside the rectangle are decoded too: they may be damaged.
    for (int y = 0; y < height; y += rows) {
      Rectangle region = new Rectangle(left, y, columns, Math.min(rows, height - y));
      param.setSourceRegion(region);
      BufferedImage band = SrgbPixels.of(region(reader.read(0, param), region));
      int end = Math.min(region.height, cut.top() + cut.height() - y);
      for (int i = Math.max(0, cut.top() - y); i < end; i++) {
        band.getRGB(0, i, columns, 1, row, 0, columns);
        mean.add(y + i - cut.top(), left - cut.left(), row, columns);
      }
    }
    byte[] stored = mean.planes();
    byte[] upright = new byte[stored.length];
    for (int at = 0; at < stored.length; at += size * size) {
      orientation.turn(stored, upright, at, size);
    }
    return upright;
  }

  // The decoder of lossless JPEG always gives the whole image.
  private static BufferedImage region(BufferedImage image, Rectangle region) {
    return image.getWidth() == region.width && image.getHeight() == region.height
        ? image
        : image.getSubimage(region.x, region.y, region.width, region.height);
  }

  private static byte[] decoded(
      ImageInputStream stream, String name, Framing framing, int size, long maxPixels) {
    try {
      ImageReader reader = reader(stream);
      try {
        return read(reader, stream, framing, size, maxPixels);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // The JDK's decoders answer malformed input with index, argument and state exceptions too.
      throw NormSweepException.unavailable(
          name
              + " cannot be read as an image: "
              + Reason.of(e)
              + "; give an intact PNG or JPEG file",
          e);
    }
  }

  // Several libraries register decoders, in no fixed order. Those of TwelveMonkeys decode more
  // pixel formats than the others, and only theirs notices a BMP that ends too early.
  private static ImageReader reader(ImageInputStream stream) throws IOException {
    List<ImageReader> readers = new ArrayList<>();
    ImageIO.getImageReaders(stream).forEachRemaining(readers::add);
    return readers.stream()
        .filter(reader -> reader.getClass().getName().startsWith("com.twelvemonkeys."))
        .findFirst()
        .or(() -> readers.stream().findFirst())
        .orElseThrow(() -> new IOException("it is not an image in a known format"));
  }

  private static byte[] read(
      ImageReader reader, ImageInputStream stream, Framing framing, int size, long maxPixels)
      throws IOException {
    byte[] exif = PngChunks.exif(stream, maxPixels);
    Orientation orientation =
        exif.length > 0 ? Orientation.ofExif(exif) : Orientation.ofJpeg(stream);
    List<String> defects = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> defects.add(warning));
    reader.setInput(stream, false, true);
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if ((long) width * height > maxPixels) {
      throw new IOException(
          "it has " + width + "x" + height + " pixels, more than the " + maxPixels + " allowed");
    }
    byte[] planes = read(reader, orientation, framing, size);
    // The decoder of JPEG also warns of what is merely unusual, such as a colour profile it
    // ignores.
    for (String defect : defects) {
      if (defect.startsWith("Corrupt JPEG data") || defect.startsWith("Premature end of")) {
        throw new IOException(defect);
      }
    }
    return planes;
  }
}
