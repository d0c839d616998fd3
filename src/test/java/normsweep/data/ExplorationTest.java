package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import normsweep.record.ExitCode;
import normsweep.record.NormSweepException;
import normsweep.record.Records;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplorationTest {
  private static final Augmentation AUGMENTATION = Augmentation.of(4, true, 1);

  private final SmallCifar small = new SmallCifar(5);
  private final Split split =
      new Split(IntStream.range(0, 12).toArray(), new int[] {12, 13, 14}, new int[] {15, 16}, 7);
  @TempDir Path folder;
  private Cifar10 data;

  @BeforeEach
  void open() throws IOException {
    Path whole = Files.write(folder.resolve("whole.bin"), small.whole());
    data = Cifar10.open(Optional.of(whole), folder.resolve("cache"), small.unreachable());
  }

  @Test
  void countsAndChannelStatisticsAgreeWithTwoPassesInDouble() {
    Exploration found = Exploration.explore(data, split, AUGMENTATION, folder);
    for (int label = 0; label < 10; label++) {
      int wanted = label;
      Exploration.ClassCount row = found.classes().get(label);
      assertEquals(Cifar10.CLASS_NAMES.get(label), row.name());
      assertEquals(count(split.train(), wanted), row.train());
      assertEquals(count(split.validation(), wanted), row.validation());
      assertEquals(count(split.test(), wanted), row.test());
    }
    for (int c = 0; c < 3; c++) {
      int plane = c * 1024;
      double[] values =
          Arrays.stream(split.train())
              .mapToObj(small::image)
              .flatMapToDouble(
                  image ->
                      IntStream.range(plane, plane + 1024)
                          .mapToDouble(i -> Byte.toUnsignedInt(image[i]) / 255.0))
              .toArray();
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      assertEquals(mean, found.channels().get(c).mean(), 1e-12);
      assertEquals(Math.sqrt(variance), found.channels().get(c).std(), 1e-12);
    }
  }

  @Test
  void everyTrainingImageIsReadByTheRecordReader() {
    ReadRecords read = new ReadRecords();
    data.reader().setListeners(read);
    Exploration.explore(data, split, AUGMENTATION, folder);
    int once = split.train().length;
    int samples = once; // fewer than ten a class
    int classes = (int) Arrays.stream(split.train()).map(small::label).distinct().count();
    assertEquals(once + samples + 9 * classes, read.count); // an original and eight draws
  }

  @Test
  void theJsonHoldsTheSameNumbersAndNamesThePictures() {
    Exploration found = Exploration.explore(data, split, AUGMENTATION, folder);
    JsonNode json = Records.readJson(folder.resolve("exploration.json"), JsonNode.class);
    assertEquals(data.sha256(), json.at("/data/sha256").asText());
    assertEquals(7, json.get("splitSeed").asLong());
    assertEquals(found.classes().get(3).train(), json.at("/classes/3/train").asInt());
    assertEquals(found.channels().get(2).std(), json.at("/channels/2/std").asDouble());
    json.get("figures").forEach(f -> assertTrue(Files.exists(folder.resolve(f.asText()))));
    assertEquals(found, Records.readJson(folder.resolve("exploration.json"), Exploration.class));
  }

  @Test
  void theTableHasARowAClassATotalAndARowAChannel() {
    List<String> lines =
        Exploration.explore(data, split, AUGMENTATION, folder).table().lines().toList();
    assertEquals(1 + 10 + 1 + 1 + 1 + 3, lines.size());
    assertArrayEquals(
        new String[] {"class", "train", "validation", "test"}, lines.get(0).split(" +", -1));
    assertArrayEquals(new String[] {"total", "12", "3", "2"}, lines.get(11).split(" +", -1));
    assertTrue(lines.get(14).matches("red +0\\.\\d{4} +0\\.\\d{4}"), lines.get(14));
  }

  @Test
  void picturesShowEveryPixelOfTheirImagesEnlarged() throws IOException {
    ImageGrid grid = new ImageGrid("a title", 2);
    grid.row("one", List.of(small.image(0), small.image(1)));
    BufferedImage picture = grid.draw();
    for (int image = 0; image < 2; image++) {
      int left = ImageGrid.left(image);
      int top = picture.getHeight() - 24 - 96;
      byte[] planes = small.image(image);
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
  void titleLabelsAndHeadingsAreDrawn() throws IOException {
    ImageGrid bare = new ImageGrid("", 1);
    bare.headings(List.of(""));
    bare.row("", List.of(small.image(0)));
    ImageGrid named = new ImageGrid("title", 1);
    named.headings(List.of("heading"));
    named.row("label", List.of(small.image(0)));
    BufferedImage without = bare.draw();
    BufferedImage with = named.draw();
    assertTrue(differs(without, with, 24, 24, 100, 48), "title");
    assertTrue(differs(without, with, 24, 100, 136, 96), "label");
    assertTrue(differs(without, with, ImageGrid.left(0), 72, 96, 28), "heading");
  }

  @Test
  void theSameArgumentsGiveTheSameBytes() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    Exploration.explore(data, split, AUGMENTATION, one);
    Exploration.explore(data, split, AUGMENTATION, two);
    for (String name : List.of("exploration.json", "samples.png", "augmented.png")) {
      assertArrayEquals(
          Files.readAllBytes(one.resolve(name)), Files.readAllBytes(two.resolve(name)), name);
      assertFalse(name.endsWith("png") && ImageIO.read(one.resolve(name).toFile()) == null);
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path plain = Files.writeString(folder.resolve("plain"), "in the way");
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> Exploration.explore(data, split, AUGMENTATION, plain));
    assertEquals(ExitCode.FAILED, e.exitCode());
    assertTrue(e.getMessage().contains("plain"), e.getMessage());
  }

  private int count(int[] indices, int label) {
    return (int) Arrays.stream(indices).filter(i -> small.label(i) == label).count();
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
