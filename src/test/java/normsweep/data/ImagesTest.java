package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import normsweep.record.ExitCode;
import normsweep.record.NormSweepException;
import org.junit.jupiter.api.Test;

class ImagesTest {
  @Test
  void decodesUpToTheLimitAndNotBeyond() throws IOException {
    byte[] png = png(20, 10);
    BufferedImage image = Images.decode(new ByteArrayInputStream(png), "a.png", 200);
    assertEquals(20, image.getWidth());
    assertEquals(0xff0a0b0c, image.getRGB(3, 4));
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Images.decode(new ByteArrayInputStream(png), "a.png", 199));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(e.getMessage().contains("a.png") && e.getMessage().contains("20x10"));
  }

  @Test
  void aHeaderThatPromisesBillionsOfPixelsAllocatesNothing() throws IOException {
    byte[] png = png(20, 10);
    // Width and height stand at bytes 16 and 20 of every PNG.
    png[16] = 0x7f;
    png[20] = 0x7f;
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Images.decode(new ByteArrayInputStream(png), "a.png", 1 << 24));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
  }

  @Test
  void aPngWhosePixelsDoNotMatchTheirChecksumIsRefused() throws IOException {
    byte[] png = png(20, 10);
    // The last 16 bytes are the checksum of the pixels and the end chunk.
    png[png.length - 17] ^= 1;
    assertRefused("its PNG chunk IDAT does not match its checksum", png);
  }

  @Test
  void aJpegThatEndsTooEarlyIsRefusedAlthoughTheDecoderFillsItUp() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png(200, 100)));
    assertTrue(ImageIO.write(image, "jpg", bytes));
    byte[] jpeg = bytes.toByteArray();
    byte[] half = Arrays.copyOf(jpeg, jpeg.length / 2);
    assertEquals(200, ImageIO.read(new ByteArrayInputStream(half)).getWidth());
    assertRefused("Corrupt JPEG data: premature end", half);
    assertEquals(200, Images.decode(new ByteArrayInputStream(jpeg), "a.jpg", 1 << 20).getWidth());
  }

  private static void assertRefused(String why, byte[] bytes) {
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Images.decode(new ByteArrayInputStream(bytes), "a.picture", 1 << 20));
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
