package normsweep.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ImageScalingTest {
  /** Output centres of 2 → 4 lie at −¼, ¼, ¾, 1¼; outside the image the edge goes on. */
  @Test
  void bilinearWithHalfPixelCentres() {
    byte[] red = {0, (byte) 200, 100, (byte) 240};
    byte[] image = new byte[12];
    System.arraycopy(red, 0, image, 0, 4);
    float[][] expected = {
      {0, 50, 150, 200},
      {25, 71.25f, 163.75f, 210},
      {75, 113.75f, 191.25f, 230},
      {100, 135, 205, 240}
    };
    try (INDArray scaled = ImageScaling.modelInput(image, 1, 2, 4)) {
      assertArrayEquals(new long[] {1, 4, 4, 3}, scaled.shape());
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 4; x++) {
          assertEquals(expected[y][x] / 127.5f - 1, scaled.getFloat(0, y, x, 0), 1e-6f);
          assertEquals(-1, scaled.getFloat(0, y, x, 1));
          assertEquals(-1, scaled.getFloat(0, y, x, 2));
        }
      }
    }
  }

  @Test
  void channelsAndImagesKeepTheirPlaces() {
    byte[] images = new byte[2 * ImageScaling.SOURCE_BYTES];
    byte[] colours = {0, 51, 102, (byte) 153, (byte) 204, (byte) 255};
    for (int i = 0; i < images.length; i++) {
      images[i] = colours[i / 1024];
    }
    try (INDArray scaled = ImageScaling.modelInput(images, 2)) {
      assertArrayEquals(new long[] {2, 224, 224, 3}, scaled.shape());
      for (int plane = 0; plane < 6; plane++) {
        float expected = 0.4f * plane - 1;
        assertEquals(expected, scaled.getFloat(plane / 3, 0, 0, plane % 3), 1e-6f);
        assertEquals(expected, scaled.getFloat(plane / 3, 223, 100, plane % 3), 1e-6f);
      }
    }
  }

  @Test
  void imagesOfTheSourceSizeStayAsTheyAre() {
    byte[] bytes = new byte[ImageScaling.SOURCE_BYTES];
    new Random(1).nextBytes(bytes);
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int p = 0; p < 1024; p++) {
      int red = bytes[p] & 0xff;
      int green = bytes[1024 + p] & 0xff;
      int blue = bytes[2048 + p] & 0xff;
      image.setRGB(p % 32, p / 32, red << 16 | green << 8 | blue);
    }
    assertArrayEquals(bytes, ImageScaling.sourceBytes(image));
    try (INDArray direct = ImageScaling.modelInput(bytes, 1);
        INDArray decoded = ImageScaling.modelInput(image)) {
      assertEquals(direct, decoded);
    }
  }

  /** 96×48: the middle 48×48, 1.5 pixels an output pixel: weights 1, ½ of 1½ along each axis. */
  @Test
  void largeImagesAreCroppedToASquareAndAveraged() {
    BufferedImage image = new BufferedImage(96, 48, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 96; x++) {
      for (int y = 0; y < 48; y++) {
        image.setRGB(x, y, x << 16 | y);
      }
    }
    byte[] bytes = ImageScaling.sourceBytes(image);
    double[] red = {(24 + 0.5 * 25) / 1.5, (0.5 * 25 + 26) / 1.5, (27 + 0.5 * 28) / 1.5};
    for (int x = 0; x < 3; x++) {
      assertEquals(Math.round(red[x]), bytes[x]);
      assertEquals(Math.round(red[x] - 24), bytes[2048 + 32 * x]);
      assertEquals(0, bytes[1024 + x]);
    }
  }

  @Test
  void smallImagesAreSpread() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x102030);
    byte[] bytes = ImageScaling.sourceBytes(image);
    assertEquals(0x10, bytes[0]);
    assertEquals(0x10, bytes[1023]);
    assertEquals(0x20, bytes[1024]);
    assertEquals(0x30, bytes[3071]);
  }

  @Test
  void transparencyIsWhite() {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(1, 0, 0x80_00_00_00);
    byte[] bytes = ImageScaling.sourceBytes(image);
    assertEquals((byte) 255, bytes[0]);
    assertEquals(127, bytes[1]);
  }
}
