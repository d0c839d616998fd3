package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrientationTest {
  @TempDir Path folder;

  /** A block of Exif with two entries before the orientation. */
  static byte[] exif(int orientation, ByteOrder order) {
    ByteBuffer block = ByteBuffer.allocate(54).order(order);
    byte mark = (byte) (order == ByteOrder.BIG_ENDIAN ? 'M' : 'I');
    block.put(mark).put(mark).putShort((short) 42).putInt(12).position(12);
    block.putShort((short) 3);
    block.putShort((short) 0x100).putShort((short) 4).putInt(1).putInt(40);
    block.putShort((short) 0x10f).putShort((short) 2).putInt(4).putInt(0x41424300);
    block.putShort((short) 0x112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return block.array();
  }

  /** The segment of a JPEG. */
  static byte[] segment(byte[] exif) {
    byte[] name = {'E', 'x', 'i', 'f', 0, 0};
    return ByteBuffer.allocate(name.length + exif.length).put(name).put(exif).array();
  }

  /** What the first row and the first column of the stored picture are in the upright one. */
  @ParameterizedTest
  @CsvSource({
    "1, top, left",
    "2, top, right",
    "3, bottom, right",
    "4, bottom, left",
    "5, left, top",
    "6, right, top",
    "7, right, bottom",
    "8, left, bottom"
  })
  void turnsPhotographsUpright(int number, String row, String column) throws IOException {
    byte[] jpeg = encoded(picture(90, 51), "jpg");
    BufferedImage stored = ImageIO.read(new ByteArrayInputStream(jpeg));
    byte[] expected = square(encoded(upright(stored, row, column), "png"));
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      byte[] exif = exif(number, order);
      assertArrayEquals(expected, square(PixelFormatsTest.with(jpeg, 0xffe1, segment(exif))));
      byte[] png = encoded(stored, "png");
      ByteArrayOutputStream tagged = new ByteArrayOutputStream();
      // Behind the header.
      tagged.write(png, 0, 33);
      tagged.writeBytes(Pngs.chunk("eXIf", exif));
      tagged.write(png, 33, png.length - 33);
      assertArrayEquals(expected, square(tagged.toByteArray()));
    }
    assertEquals(number == 1, Arrays.equals(expected, square(jpeg)));
  }

  private static BufferedImage picture(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      int x = i % width;
      int y = i / width;
      image.setRGB(x, y, new Color(255 * x / width, 255 * y / height, x * y % 97).getRGB());
    }
    return image;
  }

  private static BufferedImage upright(BufferedImage stored, String row, String column) {
    boolean turned = row.equals("left") || row.equals("right");
    int width = turned ? stored.getHeight() : stored.getWidth();
    int height = turned ? stored.getWidth() : stored.getHeight();
    BufferedImage upright = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int r = 0; r < stored.getHeight(); r++) {
      for (int c = 0; c < stored.getWidth(); c++) {
        int x = turned ? r : c;
        int y = turned ? c : r;
        boolean right = row.equals("right") || column.equals("right");
        boolean bottom = row.equals("bottom") || column.equals("bottom");
        upright.setRGB(right ? width - 1 - x : x, bottom ? height - 1 - y : y, stored.getRGB(c, r));
      }
    }
    return upright;
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, bytes));
    return bytes.toByteArray();
  }

  private byte[] square(byte[] picture) throws IOException {
    return Images.read(
        Files.write(folder.resolve("a.picture"), picture), Framing.SQUARE, 32, 1 << 20);
  }

  @Test
  void passesOverNonsensicalExif() {
    byte[] whole = exif(6, ByteOrder.BIG_ENDIAN);
    assertNotEquals(Orientation.UPRIGHT, Orientation.ofExif(whole));
    for (int length = 0; length < 46; length++) {
      assertEquals(Orientation.UPRIGHT, Orientation.ofExif(Arrays.copyOf(whole, length)));
    }
    for (int number : new int[] {0, 9, 65535}) {
      assertEquals(Orientation.UPRIGHT, Orientation.ofExif(exif(number, ByteOrder.LITTLE_ENDIAN)));
    }
    for (int at : new int[] {4, 5, 6, 7}) {
      byte[] elsewhere = whole.clone();
      elsewhere[at] = (byte) 0xff;
      assertEquals(Orientation.UPRIGHT, Orientation.ofExif(elsewhere));
    }
  }

  @Test
  void readsPicturesWithNonsensicalExif() throws IOException {
    byte[] plain = Pngs.of(32, Pngs.GREY, 8, (x, y, c) -> x + y, Map.of());
    byte[] noise = {'M', 'M', 0, 42, -1, -1, -1, -1};
    byte[] tagged = Pngs.of(32, Pngs.GREY, 8, (x, y, c) -> x + y, Map.of("eXIf", noise));
    assertArrayEquals(square(plain), square(tagged));
    byte[] jpeg = encoded(picture(40, 40), "jpg");
    assertArrayEquals(square(jpeg), square(PixelFormatsTest.with(jpeg, 0xffe1, segment(noise))));
    assertArrayEquals(
        square(jpeg), square(PixelFormatsTest.with(jpeg, 0xffe1, new byte[] {'E', 'x', 'i'})));
  }
}
