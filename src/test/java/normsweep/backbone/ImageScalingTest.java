package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ImageScalingTest {
  /** Output centres of 2 → 4 lie at −¼, ¼, ¾, 1¼; outside the image the edge continues. */
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
}
