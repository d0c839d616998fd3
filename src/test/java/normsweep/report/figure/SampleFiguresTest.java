package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleFiguresTest {
  private static byte[] image(int seed) {
    byte[] planes = new byte[3072];
    new Random(seed).nextBytes(planes);
    return planes;
  }

  @Test
  void everyPixelIsEnlarged() {
    SampleFigures.PictureGrid grid =
        new SampleFigures.PictureGrid(
            "a title", 2, List.of(), Map.of("one", List.of(image(0), image(1))));
    BufferedImage picture = grid.draw();
    for (int column = 0; column < 2; column++) {
      int left = SampleFigures.PictureGrid.left(column);
      int top = picture.getHeight() - 24 - 96;
      byte[] planes = image(column);
      for (int y = 0; y < 96; y++) {
        for (int x = 0; x < 96; x++) {
          int pixel = y / 3 * 32 + x / 3;
          int expected =
              (planes[pixel] & 0xff) << 16
                  | (planes[1024 + pixel] & 0xff) << 8
                  | (planes[2048 + pixel] & 0xff);
          assertEquals(expected, picture.getRGB(left + x, top + y) & 0xffffff);
        }
      }
    }
  }

  @Test
  void titleLabelsAndHeadingsAreDrawn() {
    List<byte[]> images = List.of(image(0));
    SampleFigures.PictureGrid bare =
        new SampleFigures.PictureGrid("", 1, List.of(""), Map.of("", images));
    SampleFigures.PictureGrid named =
        new SampleFigures.PictureGrid("title", 1, List.of("heading"), Map.of("label", images));
    BufferedImage without = bare.draw();
    BufferedImage with = named.draw();
    assertTrue(differs(without, with, 24, 24, 100, 48), "title");
    assertTrue(differs(without, with, 24, 100, 136, 96), "label");
    assertTrue(differs(without, with, SampleFigures.PictureGrid.left(0), 72, 96, 28), "heading");
  }

  private static boolean differs(
      BufferedImage a, BufferedImage b, int left, int top, int width, int height) {
    return IntStream.range(0, width * height)
        .anyMatch(
            i ->
                a.getRGB(left + i % width, top + i / width)
                    != b.getRGB(left + i % width, top + i / width));
  }
}
