package normsweep.report.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import normsweep.data.Augmentation;
import normsweep.data.Cifar10;
import normsweep.data.ImageSource;
import normsweep.data.Pixels;
import normsweep.data.Split;
import normsweep.record.DataSettings;
import normsweep.record.SweepYaml;
import normsweep.report.figure.SampleFigures.SamplePanel;
import org.junit.jupiter.api.Test;

class SampleFiguresTest {
  /** The labels of all images of a made-up data set, whose classes take turns. */
  static int[] labels() {
    return IntStream.range(0, Cifar10.TRAIN + Cifar10.TEST).map(i -> i % 10).toArray();
  }

  static byte[] image(int seed) {
    byte[] planes = new byte[3072];
    new Random(seed).nextBytes(planes);
    return planes;
  }

  /** A made-up data set that is split and drawn as CIFAR-10 is. */
  static ImageSource made(int[] labels) {
    return new ImageSource() {
      @Override
      public String name() {
        return "made-up";
      }

      @Override
      public List<String> classes() {
        return Cifar10.CLASS_NAMES;
      }

      @Override
      public int[] labels() {
        return labels;
      }

      @Override
      public String source() {
        return "nowhere";
      }

      @Override
      public String sha256() {
        return "";
      }

      @Override
      public Split split(DataSettings parts) {
        return Split.stratified(
            labels, parts.train(), parts.validation(), parts.test(), parts.splitSeed());
      }

      @Override
      public Pixels pixels(DataSettings settings) {
        return Pixels.of(
            SampleFiguresTest::image,
            Augmentation.of(settings.padding(), settings.flip(), settings.splitSeed()));
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
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

  private static DataSettings data(String... settings) {
    String text = "{data: {train: 2003, validation: 500, test: 1000}, grid: {seed: [1]}}";
    return SweepYaml.parse("made-up", "made-up", text, List.of(settings)).data();
  }

  private static SamplePanel panel(DataSettings data) {
    Figure figure = SampleFigures.figure(made(labels()), data);
    assertEquals("data-sample", figure.name());
    return (SamplePanel) figure.sheet().panels().get(0);
  }

  @Test
  void sampleShowsImagesAndTheirViews() {
    DataSettings data = data();
    List<List<byte[]>> columns = panel(data).columns();
    assertEquals(10, columns.size());
    int[] train = Split.stratified(labels(), 2003, 500, 1000, data.splitSeed()).train();
    Augmentation augmentation = Augmentation.of(4, true, data.splitSeed());
    for (int label = 0; label < 10; label++) {
      int wanted = label;
      int[] own = Arrays.stream(train).filter(i -> i % 10 == wanted).limit(2).toArray();
      List<byte[]> column = columns.get(label);
      assertEquals(4, column.size());
      assertArrayEquals(image(own[0]), column.get(0));
      assertArrayEquals(image(own[1]), column.get(1));
      assertArrayEquals(augmentation.draw(image(own[1]), 0, own[1]), column.get(2));
      assertArrayEquals(augmentation.draw(image(own[1]), 1, own[1]), column.get(3));
    }
  }

  @Test
  void sampleWithoutAugmentationShowsImagesOnly() {
    for (List<byte[]> column : panel(data("data.padding=0", "data.flip=false")).columns()) {
      assertEquals(4, column.stream().distinct().count());
    }
    assertEquals(4, panel(data("data.views=1")).columns().get(0).size());
  }

  @Test
  void sampleCountsTheImagesOfEachClass() {
    List<Line> bars = panel(data()).bars();
    assertEquals(30, bars.size());
    List<Double> lengths = bars.stream().map(bar -> bar.points().get(1).x()).toList();
    // Three classes have one training image more than the others.
    assertEquals(2003, lengths.subList(0, 10).stream().mapToDouble(n -> n).sum());
    assertEquals(3, lengths.subList(0, 10).stream().filter(n -> n == 201).count());
    assertEquals(Collections.nCopies(10, 50.0), lengths.subList(10, 20));
    assertEquals(Collections.nCopies(10, 100.0), lengths.subList(20, 30));
  }

  @Test
  void sampleIsDrawnInBothFormats() throws IOException {
    Figure figure = SampleFigures.figure(made(labels()), data());
    assertEquals(40, figure.svg().split("data:image/png;base64,", -1).length - 1);
    assertEquals(1600, ImageIO.read(new ByteArrayInputStream(figure.png())).getWidth());
  }
}
