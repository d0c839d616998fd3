package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import normsweep.Mutations;
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
  void cutAndForeignFilesAreRefused() throws IOException {
    byte[] png = png(20, 10);
    // The last 24 bytes are checksums and the end chunk; without them all pixels are there.
    List<Mutations.Mutant> mutants =
        Mutations.of(png, 40, 0, 1).stream()
            .filter(
                m ->
                    m.bytes().length < png.length - 24
                        || m.bytes().length > png.length
                        || m.how().equals("zeros"))
            .toList();
    Mutations.allRefused(
        "png",
        mutants,
        ExitCode.UNAVAILABLE,
        "a.png",
        mutant -> Images.decode(new ByteArrayInputStream(mutant.bytes()), "a.png", 1000));
  }

  private static byte[] png(int width, int height) throws IOException {
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
