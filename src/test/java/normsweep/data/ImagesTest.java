package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
  @TempDir Path folder;

  @Test
  void refusesHeaderOfBillionsOfPixels() throws IOException {
    byte[] png = png(20, 10);
    // Width and height stand at bytes 16 and 20 of every PNG.
    png[16] = 0x7f;
    png[20] = 0x7f;
    assertRefused("", png);
  }

  @Test
  void refusesPngOfWrongChecksum() throws IOException {
    byte[] png = png(20, 10);
    // The last 16 bytes are the checksum of the pixels and the end chunk.
    png[png.length - 17] ^= 1;
    assertRefused("its PNG chunk IDAT does not match its checksum", png);
  }

  @Test
  void refusesTruncatedJpeg() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png(200, 100)));
    assertTrue(ImageIO.write(image, "jpg", bytes));
    byte[] jpeg = bytes.toByteArray();
    byte[] half = Arrays.copyOf(jpeg, jpeg.length / 2);
    assertEquals(200, ImageIO.read(new ByteArrayInputStream(half)).getWidth());
    assertRefused("Corrupt JPEG data: premature end", half);
    assertEquals(3 * 32 * 32, square(jpeg, 1 << 20).length);
  }

  @Test
  void squareOfTheSizeStays() throws IOException {
    byte[] planes = new byte[3 * 32 * 32];
    new Random(1).nextBytes(planes);
    byte[] png =
        Pngs.of(32, Pngs.RGB, 8, (x, y, c) -> planes[(c * 32 + y) * 32 + x] & 0xff, Map.of());
    assertArrayEquals(planes, square(png, 1 << 10));
  }

  /** 96×48: the middle 48×48, 1.5 pixels an output pixel: weights 1, ½ of 1½ along each axis. */
  @Test
  void cropsAndAveragesLargeImages() throws IOException {
    BufferedImage image = new BufferedImage(96, 48, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 96; x++) {
      for (int y = 0; y < 48; y++) {
        image.setRGB(x, y, x << 16 | y);
      }
    }
    byte[] bytes = square(encoded(image, "png"), 1 << 20);
    double[] red = {(24 + 0.5 * 25) / 1.5, (0.5 * 25 + 26) / 1.5, (27 + 0.5 * 28) / 1.5};
    for (int x = 0; x < 3; x++) {
      assertEquals(Math.round(red[x]), bytes[x]);
      assertEquals(Math.round(red[x] - 24), bytes[2048 + 32 * x]);
      assertEquals(0, bytes[1024 + x]);
    }
  }

  @Test
  void smallImagesAreSpread() throws IOException {
    byte[] png = Pngs.of(1, Pngs.RGB, 8, (x, y, c) -> 0x10 * (c + 1), Map.of());
    byte[] bytes = square(png, 1);
    assertEquals(0x10, bytes[0]);
    assertEquals(0x10, bytes[1023]);
    assertEquals(0x20, bytes[1024]);
    assertEquals(0x30, bytes[3071]);
  }

  /** Bands of a picture that is decoded in parts join, in every format and order of its rows. */
  @Test
  void partsJoinToTheWholePicture() throws IOException {
    int width = 2300;
    int height = 4100;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    AreaMean mean = new AreaMean(width, width, 32);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        row[x] = (x * 31 + y * y / 1000 * 0x010305) | 0xff000000;
      }
      image.setRGB(0, y, width, 1, row, 0, width);
      if (y >= 900 && y < 3200) {
        mean.add(y - 900, 0, row, width);
      }
    }
    byte[] expected = mean.planes();
    for (String format : List.of("png", "bmp")) {
      assertArrayEquals(expected, square(encoded(image, format), 1 << 24), format);
    }
    ByteArrayOutputStream interlaced = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(interlaced)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.write(null, new IIOImage(image, null, null), param);
    }
    assertArrayEquals(expected, square(interlaced.toByteArray(), 1 << 24));
    byte[] jpeg = encoded(image, "jpg");
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(jpeg));
    assertArrayEquals(square(encoded(decoded, "png"), 1 << 24), square(jpeg, 1 << 24));
    byte[] cut = Arrays.copyOf(jpeg, jpeg.length - jpeg.length / 50);
    assertRefused("Corrupt JPEG data: premature end", () -> square(cut, 1 << 24));
  }

  @Test
  void decodesUpToTheLimit() throws IOException {
    byte[] png = png(20, 10);
    assertEquals(3 * 32 * 32, square(png, 200).length);
    assertRefused("20x10", () -> square(png, 199));
    assertRefused(
        "does not exist",
        () -> Images.read(folder.resolve("a.picture.no"), Framing.SQUARE, 32, 200));
  }

  private byte[] square(byte[] picture, long maxPixels) throws IOException {
    return Images.read(
        Files.write(folder.resolve("a.picture"), picture), Framing.SQUARE, 32, maxPixels);
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, bytes));
    return bytes.toByteArray();
  }

  private void assertRefused(String why, byte[] bytes) {
    assertRefused(why, () -> square(bytes, 1 << 20));
  }

  private static void assertRefused(String why, Executable reading) {
    NormSweepException e = assertThrows(NormSweepException.class, reading);
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(
        e.getMessage().contains("a.picture") && e.getMessage().contains(why), e.getMessage());
  }

  static byte[] png(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, (x * 7919 + y * 104729) & 0xffffff);
      }
    }
    image.setRGB(3, 4, 0x0a0b0c);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
