package normsweep.data.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.data.Augmentation;
import normsweep.data.Pixels;
import normsweep.data.Split;
import normsweep.record.DataSettings;
import normsweep.record.SweepYaml;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void root() throws IOException {
    folder = Files.createDirectories(temporary.resolve("own pictures 50%20"));
  }

  private static byte[] picture(int seed, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt());
    }
    Path file = Files.createTempFile("picture", ".png");
    ImageIO.write(image, "png", file.toFile());
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  private Path write(String path, int seed) throws IOException {
    return write(path, picture(seed, 12, 9));
  }

  private Path write(String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  /** Two classes, one with twice as many pictures as the other. */
  private void writeUneven() throws IOException {
    for (int i = 0; i < 40; i++) {
      write("Äpfel/img-" + i + ".png", i);
      write("zebra/" + (char) ('a' + i % 20) + "x" + i / 20 + ".png", 100 + i / 2 * 2);
    }
  }

  private Pictures open(Path source, int skip) {
    Path report = temporary.resolve("out/pictures.csv");
    return Pictures.open(
        source,
        settings("data.skipUnreadable=" + skip),
        temporary.resolve("cache"),
        Optional.of(report));
  }

  private Pictures open() {
    return open(folder, 0);
  }

  private static DataSettings settings(String... overrides) {
    return SweepYaml.parse(
            "x", "x", "{data: {source: x}, training: {batchSize: 2}}", List.of(overrides))
        .data();
  }

  private static DataSettings resolved(Pictures pictures, String... overrides) {
    List<String> all = pictures.resolved(settings(overrides));
    String text = "training: {batchSize: 2}";
    return SweepYaml.parse(
            "x",
            "x",
            text,
            java.util.stream.Stream.concat(Arrays.stream(overrides), all.stream()).toList())
        .data();
  }

  private void assertRefused(
      ExitCode code, String message, org.junit.jupiter.api.function.Executable action) {
    NormSweepException e = assertThrows(NormSweepException.class, action);
    assertEquals(code, e.exitCode(), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void foldersAreClassesAndCopiesCountOnce() throws IOException {
    writeUneven();
    Pictures pictures = open();
    assertEquals(List.of("zebra", "Äpfel"), pictures.classes());
    assertArrayEquals(new int[] {20, 40}, pictures.counts(IntStream.range(0, 60).toArray()));
    assertEquals("own pictures 50%20", pictures.name());
    assertFalse(Files.exists(temporary.resolve("out/pictures.csv")));
  }

  @Test
  void splitIsStratifiedSeededAndDisjoint() throws IOException {
    writeUneven();
    Pictures pictures = open();
    DataSettings parts = resolved(pictures, "data.train=30", "data.validation=12", "data.test=18");
    Split split = pictures.split(parts);
    assertArrayEquals(new int[] {10, 20}, pictures.counts(split.train()));
    assertArrayEquals(new int[] {4, 8}, pictures.counts(split.validation()));
    assertArrayEquals(new int[] {6, 12}, pictures.counts(split.test()));
    Set<Integer> all = new HashSet<>();
    for (int[] part : List.of(split.train(), split.validation(), split.test())) {
      Arrays.stream(part).forEach(all::add);
    }
    assertEquals(60, all.size());
    assertArrayEquals(split.test(), open().split(parts).test());
    DataSettings other =
        resolved(
            pictures, "data.train=30", "data.validation=12", "data.test=18", "data.splitSeed=2");
    assertFalse(Arrays.equals(split.test(), pictures.split(other).test()));
  }

  @Test
  void tooFewPicturesReduceAllPartsInProportion() throws IOException {
    writeUneven();
    DataSettings parts = resolved(open()); // 2000, 500 and 1000
    assertEquals(33, parts.train());
    assertEquals(10, parts.validation());
    assertEquals(17, parts.test());
    assertEquals(8, parts.imageSize()); // 7/8 of 9 pixels
    assertTrue(parts.own());
  }

  /** A new picture takes a place between others, which move by one at most. */
  @Test
  void furtherPicturesHardlyChangeTheSplit() throws IOException {
    writeUneven();
    Pictures before = open();
    DataSettings parts = resolved(before, "data.train=30", "data.validation=12", "data.test=15");
    Set<String> then = contents(before, before.split(parts).train());
    write("zebra/new.png", 777);
    Pictures after = open();
    Set<String> now = contents(after, after.split(parts).train());
    now.removeAll(then);
    assertTrue(now.size() <= 2, now::toString);
  }

  private static Set<String> contents(Pictures pictures, int[] images) {
    Set<String> names = new HashSet<>();
    Arrays.stream(images).forEach(image -> names.add(pictures.content(image).orElseThrow()));
    return names;
  }

  @Test
  void partsStayApart() throws IOException {
    writeNumberedParts();
    Pictures pictures = open();
    Split split =
        pictures.split(resolved(pictures, "data.train=20", "data.validation=10", "data.test=14"));
    assertTrue(Arrays.stream(split.train()).allMatch(i -> i < 30));
    assertTrue(Arrays.stream(split.validation()).allMatch(i -> i >= 30 && i < 60));
    assertTrue(Arrays.stream(split.test()).allMatch(i -> i >= 60));
  }

  private void writeNumberedParts() throws IOException {
    for (int i = 0; i < 30; i++) {
      String name = (i % 2 == 0 ? "b/" : "a/") + i + ".png";
      write("train/" + name, i);
      write("validation/" + name, 100 + i);
      write("test/" + name, 200 + i);
    }
  }

  /** Where numbers are names, too, a picture takes the place of at most one of its class. */
  @Test
  void furtherNumbersHardlyChangeTheSplit() throws IOException {
    writeNumberedParts();
    Pictures before = open();
    DataSettings parts = resolved(before, "data.train=20", "data.validation=10", "data.test=14");
    Split then = before.split(parts);
    long drawn = before.drawnBy(3);
    String third = before.content(3).orElseThrow();
    write("train/a/31.png", 776);
    write("test/a/31.png", 777);
    Pictures after = open();
    Split now = after.split(parts);
    assertEquals(contents(before, then.validation()), contents(after, now.validation()));
    Set<String> train = contents(after, now.train());
    train.removeAll(contents(before, then.train()));
    assertTrue(train.size() <= 1, train::toString);
    Set<String> test = contents(after, now.test());
    test.removeAll(contents(before, then.test()));
    assertTrue(test.size() <= 1, test::toString);
    int moved =
        IntStream.range(0, after.labels().length)
            .filter(i -> after.content(i).orElseThrow().equals(third))
            .findFirst()
            .orElseThrow();
    assertEquals(drawn, after.drawnBy(moved)); // and its views stay
  }

  @Test
  void onlyAsManyNumbersAsThoseOfCifarGiveTheOrder() {
    List<PictureList.Entry> cifar = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      boolean train = i < 50_000;
      int number = train ? i : i - 50_000;
      cifar.add(
          new PictureList.Entry(
              number % 10 + "/" + number + ".png", "x", train ? Split.TRAIN : Split.TEST));
    }
    assertTrue(PictureList.numbered(cifar));
    assertFalse(PictureList.numbered(cifar.subList(0, 59_999)));
    cifar.set(7, new PictureList.Entry("7/8.png", "x", Split.TRAIN)); // the number of another
    assertFalse(PictureList.numbered(cifar));
  }

  @Test
  void balanceKeepsAsManyOfEachClassAsTheRarestHas() throws IOException {
    writeUneven(); // 20 and 40
    Path cache = temporary.resolve("cache");
    DataSettings wanted = settings("data.balance=true");
    Pictures before = Pictures.open(folder, wanted, cache, Optional.empty());
    int[] all = IntStream.range(0, 40).toArray();
    assertArrayEquals(new int[] {20, 20}, before.counts(all));
    write("Äpfel/new.png", 778);
    Pictures after = Pictures.open(folder, wanted, cache, Optional.empty());
    Set<String> added = contents(after, all);
    added.removeAll(contents(before, all));
    assertTrue(added.size() <= 1, added::toString);
    DataSettings other = settings("data.balance=true", "data.splitSeed=2");
    assertNotEquals(
        contents(before, all),
        contents(Pictures.open(folder, other, cache, Optional.empty()), all));
  }

  @Test
  void eachPartIsBalancedByItself() throws IOException {
    writeNumberedParts(); // 15 of each class
    for (int i = 0; i < 5; i++) {
      write("train/a/x" + i + ".png", 300 + i);
      Files.delete(folder.resolve("test/b/" + 2 * i + ".png"));
    }
    Pictures pictures =
        Pictures.open(
            folder, settings("data.balance=true"), temporary.resolve("cache"), Optional.empty());
    assertArrayEquals(new int[] {15, 15}, pictures.counts(IntStream.range(0, 30).toArray()));
    assertArrayEquals(new int[] {10, 10}, pictures.counts(IntStream.range(60, 80).toArray()));
    assertEquals(80, pictures.labels().length);
  }

  @Test
  void tableNamesPicturesClassesAndParts() throws IOException {
    StringBuilder table = new StringBuilder("split,label,path\n");
    for (int i = 0; i < 60; i++) {
      write("images/p" + i + ".png", i);
      String label = i % 3 == 0 ? "\"red, or so\"" : "blue";
      String part = i < 36 ? "train" : i < 48 ? "validation" : "test";
      table.append(part).append(',').append(label).append(",images/p").append(i).append(".png\n");
    }
    Path csv = folder.resolve("labels.csv");
    Files.writeString(csv, table, StandardCharsets.UTF_8);
    Pictures pictures = open(csv, 0);
    assertEquals("labels", pictures.name());
    assertEquals(List.of("blue", "red, or so"), pictures.classes());
    Split split = pictures.split(resolved(pictures));
    assertArrayEquals(new int[] {24, 12}, pictures.counts(split.train()));
    assertArrayEquals(new int[] {8, 4}, pictures.counts(split.test()));
    Files.writeString(csv, "path,label,split\nimages/p1.png,a,trial\n");
    assertRefused(ExitCode.USAGE, "allowed is train, validation or test", () -> open(csv, 0));
    Files.writeString(csv, "file,label\nimages/p1.png,a\n");
    assertRefused(ExitCode.USAGE, "without path or label", () -> open(csv, 0));
  }

  @Test
  void stretchedPicturesOfOneSizeStayAsTheyAre() throws IOException {
    for (int i = 0; i < 30; i++) {
      write((i % 2 == 0 ? "a/" : "b/") + (10 + i) + ".png", picture(i, 32, 32));
    }
    Pictures pictures = open();
    DataSettings parts = resolved(pictures, "data.resize=stretch");
    assertEquals(32, parts.imageSize());
    Pixels pixels = pictures.pixels(parts);
    byte[] planes = pixels.plain(5);
    BufferedImage image = ImageIO.read(folder.resolve("b/15.png").toFile());
    for (int i = 0; i < 1024; i++) {
      int rgb = image.getRGB(i % 32, i / 32);
      assertEquals(
          rgb & 0xffffff,
          ((planes[i] & 0xff) << 16)
              | ((planes[1024 + i] & 0xff) << 8)
              | (planes[2048 + i] & 0xff));
    }
    // As an image of CIFAR-10 is drawn.
    assertArrayEquals(
        Augmentation.of(4, true, 1).draw(planes, 1, pictures.drawnBy(5)), pixels.view(5, 1));
    assertFalse(Arrays.equals(pixels.view(5, 0), pixels.view(5, 1)));
    assertNotEquals(pictures.pixels(resolved(pictures)).preprocessing(), pixels.preprocessing());
  }

  @Test
  void unreadablePicturesAreListed() throws IOException {
    writeUneven();
    write("zebra/broken.png", "no picture".getBytes(StandardCharsets.UTF_8));
    byte[] whole = picture(5000, 40, 40);
    write("zebra/cut.png", Arrays.copyOf(whole, whole.length / 2));
    assertRefused(ExitCode.UNAVAILABLE, "2 of 82 pictures", this::open);
    assertRefused(ExitCode.UNAVAILABLE, "data.skipUnreadable to 2", () -> open(folder, 1));
    List<String> rows = Files.readAllLines(temporary.resolve("out/pictures.csv"));
    assertEquals(3, rows.size());
    assertEquals("file,reason", rows.get(0));
    assertTrue(rows.get(1).contains("broken.png"), rows::toString);
    assertEquals(60, open(folder, 2).labels().length);
  }

  @Test
  void unusableFoldersAreRefusedInOneSentence() throws IOException {
    assertRefused(ExitCode.UNAVAILABLE, "holds no pictures", this::open);
    assertRefused(ExitCode.UNAVAILABLE, "does not exist", () -> open(folder.resolve("missing"), 0));
    write("a/1.png", 1);
    assertRefused(ExitCode.USAGE, "has 1 class (a)", this::open);
    Path loose = write("2.png", 2);
    assertRefused(ExitCode.USAGE, "not in the folder of a class", this::open);
    Files.delete(loose);
    write("b/3.png", 3);
    write("b/4.png", 4);
    write("c/x.png", 1);
    assertRefused(ExitCode.USAGE, "same picture in two classes", this::open);
    Files.delete(folder.resolve("c/x.png"));
    for (int i = 10; i < 60; i++) {
      write("b/" + i + ".png", i);
    }
    assertRefused(
        ExitCode.USAGE, "The class a has 1 pictures", () -> open().split(resolved(open())));
  }

  @Test
  void linksThatLeaveTheFolderAreRefused() throws IOException {
    writeUneven();
    Path elsewhere = Files.write(temporary.resolve("elsewhere.png"), picture(9, 5, 5));
    Files.createSymbolicLink(folder.resolve("zebra/link.png"), elsewhere);
    assertRefused(ExitCode.USAGE, "a link that leads out of it", this::open);
  }

  @Test
  void samePictureInTwoPartsIsRefused() throws IOException {
    for (int i = 0; i < 30; i++) {
      write("train/" + (i % 2) + "/p" + i + ".png", i);
      write("test/" + (i % 2) + "/q" + i + ".png", 200 + i);
    }
    write("test/1/again.png", 1);
    assertRefused(ExitCode.USAGE, "same picture in two parts of the split", this::open);
  }
}
