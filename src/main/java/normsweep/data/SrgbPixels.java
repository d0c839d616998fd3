package normsweep.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;

/** The pixels of decoded images as a screen shows them. */
final class SrgbPixels {
  private static final int MAX = 255;

  private SrgbPixels() {}

  /**
   * An image of which {@link BufferedImage#getRGB(int, int)} gives the pixels, 8 bits per channel.
   * Samples of grey are those of all three channels: Java takes them for a linear scale and would
   * brighten them, while PNG and JPEG mean the scale of their colours.
   */
  static BufferedImage of(BufferedImage image) {
    ColorModel model = image.getColorModel();
    ColorSpace space = model.getColorSpace();
    if (space.getType() == ColorSpace.TYPE_GRAY && model instanceof ComponentColorModel) {
      return grey(image.getRaster(), model);
    }
    if (space.isCS_sRGB()) {
      return image;
    }
    return new ColorConvertOp(null).filter(image, argb(image.getWidth(), image.getHeight()));
  }

  private static BufferedImage grey(Raster raster, ColorModel model) {
    int width = raster.getWidth();
    BufferedImage image = argb(width, raster.getHeight());
    int bands = raster.getNumBands(); // grey, and alpha perhaps
    int[] row = new int[width];
    int[] samples = new int[width * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, samples);
      for (int x = 0; x < width; x++) {
        int grey = eightBits(samples[bands * x], model.getComponentSize(0));
        int alpha =
            model.hasAlpha() ? eightBits(samples[bands * x + 1], model.getComponentSize(1)) : MAX;
        row[x] = alpha << 24 | 0x010101 * grey;
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }

  private static int eightBits(int sample, int bits) {
    long max = (1L << bits) - 1;
    return (int) ((2 * MAX * (sample & max) + max) / (2 * max));
  }

  private static BufferedImage argb(int width, int height) {
    return new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
  }
}
