package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Point;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same picture comes out of every pixel format that PNG, JPEG, GIF and BMP have. */
class PixelFormatsTest {
  private static final int SIZE = 32;

  @TempDir Path folder;

  @FunctionalInterface
  private interface Value {
    double at(int x, int y, int channel);
  }

  private static byte[] planes(Value value) {
    byte[] planes = new byte[3 * SIZE * SIZE];
    for (int i = 0; i < planes.length; i++) {
      int pixel = i % (SIZE * SIZE);
      planes[i] = (byte) Math.round(value.at(pixel % SIZE, pixel / SIZE, i / (SIZE * SIZE)));
    }
    return planes;
  }

  private byte[] read(byte[] picture) throws IOException {
    return Images.read(
        Files.write(folder.resolve("a.picture"), picture), Framing.SQUARE, SIZE, 1 << 20);
  }

  private static byte[] png(int type, int depth, Pngs.Samples samples) {
    return Pngs.of(SIZE, type, depth, samples, Map.of());
  }

  private static int ramp(int x, int y) {
    return (7 * x + 31 * y) % 256;
  }

  private static int colour(int x, int y, int channel) {
    return (7 * x + 31 * y + 85 * channel) % 256;
  }

  /** What alpha leaves of a value on white. */
  private static double onWhite(double value, double alpha) {
    return (value * alpha + 255 * (255 - alpha)) / 255;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16})
  void greyFillsAllThreeChannels(int depth) throws IOException {
    int max = (1 << depth) - 1;
    byte[] grey = png(Pngs.GREY, depth, (x, y, c) -> ramp(x, y) * max / 255);
    int levels = Math.min(max, 255);
    assertArrayEquals(
        planes((x, y, c) -> Math.floor(ramp(x, y) * levels / 255.0) * 255 / levels), read(grey));
  }

  @Test
  void roundsGreyOf16Bits() throws IOException {
    byte[] grey = png(Pngs.GREY, 16, (x, y, c) -> 64 * (SIZE * y + x));
    assertArrayEquals(planes((x, y, c) -> 64 * (SIZE * y + x) / 257.0), read(grey));
  }

  @ParameterizedTest
  @CsvSource({"8, 1", "16, 257"})
  void coloursOfBothDepthsStay(int depth, int unit) throws IOException {
    byte[] rgb = png(Pngs.RGB, depth, (x, y, c) -> unit * colour(x, y, c));
    assertArrayEquals(planes(PixelFormatsTest::colour), read(rgb));
  }

  @ParameterizedTest
  @CsvSource({"8, 1", "16, 257"})
  void transparentPixelsCountAsWhite(int depth, int unit) throws IOException {
    byte[] rgba =
        png(
            Pngs.RGB_ALPHA,
            depth,
            (x, y, c) -> unit * (c < 3 ? colour(x, y, c) : 255 - ramp(y, x)));
    assertArrayEquals(planes((x, y, c) -> onWhite(colour(x, y, c), 255 - ramp(y, x))), read(rgba));
    byte[] greyAlpha =
        png(Pngs.GREY_ALPHA, depth, (x, y, c) -> unit * (c < 1 ? ramp(x, y) : 255 - ramp(y, x)));
    assertArrayEquals(planes((x, y, c) -> onWhite(ramp(x, y), 255 - ramp(y, x))), read(greyAlpha));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void indicesStandForTheirColours(int depth) throws IOException {
    int colours = 1 << depth;
    byte[] palette = new byte[3 * colours];
    byte[] alphas = new byte[colours];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = (byte) (41 * i + 5);
      alphas[i / 3] = (byte) (255 - i / 3 % 3 * 100);
    }
    byte[] indexed =
        Pngs.of(
            SIZE, Pngs.PALETTE, depth, (x, y, c) -> (x + 3 * y) % colours, Map.of("PLTE", palette));
    Value value = (x, y, c) -> palette[3 * ((x + 3 * y) % colours) + c] & 0xff;
    assertArrayEquals(planes(value), read(indexed));
    Map<String, byte[]> chunks = new LinkedHashMap<>();
    chunks.put("PLTE", palette);
    chunks.put("tRNS", alphas);
    byte[] transparent =
        Pngs.of(SIZE, Pngs.PALETTE, depth, (x, y, c) -> (x + 3 * y) % colours, chunks);
    assertArrayEquals(
        planes((x, y, c) -> onWhite(value.at(x, y, c), alphas[(x + 3 * y) % colours] & 0xff)),
        read(transparent));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "4, 15", "8, 255", "16, 65535"})
  void transparentGreyCountsAsWhite(int depth, int max) throws IOException {
    byte[] key = {0, 0};
    byte[] grey =
        Pngs.of(
            SIZE, Pngs.GREY, depth, (x, y, c) -> (x + y) % 4 == 0 ? 0 : max, Map.of("tRNS", key));
    assertArrayEquals(planes((x, y, c) -> 255), read(grey));
    byte[] black = png(Pngs.GREY, depth, (x, y, c) -> (x + y) % 4 == 0 ? 0 : max);
    assertArrayEquals(planes((x, y, c) -> (x + y) % 4 == 0 ? 0 : 255), read(black));
  }

  @ParameterizedTest
  @CsvSource({"8, 1", "16, 257"})
  void transparentColourCountsAsWhite(int depth, int unit) throws IOException {
    byte[] rgb =
        Pngs.of(
            SIZE,
            Pngs.RGB,
            depth,
            (x, y, c) -> unit * (x % 2 == 0 ? 10 * (c + 1) : colour(x, y, c)),
            Map.of("tRNS", key(unit, 10, 20, 30)));
    assertArrayEquals(planes((x, y, c) -> x % 2 == 0 ? 255 : colour(x, y, c)), read(rgb));
  }

  private static byte[] key(int unit, int... samples) {
    ByteBuffer key = ByteBuffer.allocate(Short.BYTES * samples.length);
    for (int sample : samples) {
      key.putChar((char) (unit * sample));
    }
    return key.array();
  }

  @ParameterizedTest
  @CsvSource({
    "png, 10", "bmp, 10", "gif, 10", "png, 5", "bmp, 5", "png, 1", "bmp, 1",
  })
  void readsWhatOtherProgramsWrite(String format, int type) throws IOException {
    BufferedImage image = new BufferedImage(SIZE, SIZE, type);
    for (int i = 0; i < SIZE * SIZE; i++) {
      for (int c = 0; c < image.getRaster().getNumBands(); c++) {
        image.getRaster().setSample(i % SIZE, i / SIZE, c, ramp(i % SIZE, i / SIZE));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, bytes));
    assertArrayEquals(planes((x, y, c) -> ramp(x, y)), read(bytes.toByteArray()));
  }

  /** Blocks of one value, which JPEG keeps at the highest quality. */
  private static int block(int x, int y, int channel) {
    return 40 + 50 * (x / 8) + 7 * (y / 8) + (x / 16 == channel ? 9 : 0);
  }

  private static byte[] jpeg(int bands, Value value) throws IOException {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, SIZE, SIZE, bands, new Point(0, 0));
    for (int i = 0; i < SIZE * SIZE * bands; i++) {
      int x = i / bands % SIZE;
      int y = i / bands / SIZE;
      raster.setSample(x, y, i % bands, (int) value.at(x, y, i % bands));
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(1);
      writer.setOutput(out);
      if (bands == 1) {
        ImageTypeSpecifier grey =
            ImageTypeSpecifier.createGrayscale(8, DataBuffer.TYPE_BYTE, false);
        BufferedImage image = new BufferedImage(grey.getColorModel(), raster, false, null);
        writer.write(null, new IIOImage(image, null, null), param);
      } else {
        writer.write(null, new IIOImage(raster, null, null), param);
      }
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** With a segment after the first two bytes. */
  static byte[] with(byte[] jpeg, int marker, byte[] data) {
    ByteBuffer longer = ByteBuffer.allocate(jpeg.length + 4 + data.length);
    longer.put(jpeg, 0, 2).putChar((char) marker).putChar((char) (data.length + 2)).put(data);
    return longer.put(jpeg, 2, jpeg.length - 2).array();
  }

  private static byte[] adobe(byte[] jpeg, int transform) {
    byte[] data = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
    return with(jpeg, 0xffee, data);
  }

  @Test
  void greyJpegFillsAllThreeChannels() throws IOException {
    assertArrayEquals(
        planes((x, y, c) -> block(x, y, 3)), read(jpeg(1, (x, y, c) -> block(x, y, 3))));
  }

  /** Adobe stores what is not printed: 255 is no ink. */
  @Test
  void inksAreTakenFromWhite() throws IOException {
    byte[] cmyk = jpeg(4, (x, y, c) -> c == 3 ? 255 : block(x, y, c));
    assertArrayEquals(planes(PixelFormatsTest::block), read(adobe(cmyk, 0)));
    byte[] black = jpeg(4, (x, y, c) -> c == 3 ? block(x, y, 3) : 255);
    assertArrayEquals(planes((x, y, c) -> block(x, y, 3)), read(adobe(black, 0)));
    byte[] ycck = jpeg(4, (x, y, c) -> c == 0 ? 255 - block(x, y, 3) : c == 3 ? 255 : 128);
    assertArrayEquals(planes((x, y, c) -> block(x, y, 3)), read(adobe(ycck, 2)));
  }

  /** 55 of 255 on a linear scale is 128 in sRGB. */
  @Test
  void aColourProfileIsHonoured() throws IOException {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] name = "ICC_PROFILE\0\1\1".getBytes(StandardCharsets.ISO_8859_1);
    byte[] segment =
        ByteBuffer.allocate(name.length + profile.length).put(name).put(profile).array();
    byte[] linear = with(adobe(jpeg(3, (x, y, c) -> 55), 0), 0xffe2, segment);
    byte[] planes = read(linear);
    for (byte value : planes) {
      assertEquals(128, value & 0xff, 1);
    }
    assertEquals(32, ImageIO.read(new ByteArrayInputStream(linear)).getWidth());
  }
}
