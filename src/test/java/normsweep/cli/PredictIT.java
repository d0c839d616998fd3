package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import normsweep.record.Records;
import normsweep.record.SweepResults;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures as people have them, by the packaged program and a model that it has trained. */
class PredictIT {
  private static final String SWEEP =
      """
      data: {train: 96, validation: 20, test: 20, views: 1}
      training: {epochs: 2, batchSize: 16, warmupEpochs: 1}
      grid: {norm: [batch-norm], clip: [none], seed: [1]}
      """;

  @TempDir static Path folder;
  private static String zip;

  @BeforeAll
  static void train() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("one.yaml"), SWEEP);
    JarProcess.Ended ended = JarProcess.run(folder, "run", "one.yaml");
    assertEquals(0, ended.exitCode(), ended.output());
    zip = "output/one/trials/batch-norm.clip-none.seed-1/model.zip";
  }

  /** Stripes in a shade of grey for every type of image. */
  private static void stripes(String file, int type) throws IOException {
    BufferedImage image = new BufferedImage(240, 180, type);
    int unit = type == BufferedImage.TYPE_USHORT_GRAY ? 257 : 1;
    for (int i = 0; i < 240 * 180; i++) {
      int value = 20 + i % 240 / 2 + (i / 240 % 30 < 15 ? 60 : 0);
      for (int channel = 0; channel < image.getRaster().getNumBands(); channel++) {
        image.getRaster().setSample(i % 240, i / 240, channel, unit * value);
      }
    }
    write(image, file);
  }

  private static void write(BufferedImage image, String file) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    assertTrue(ImageIO.write(image, file.substring(file.lastIndexOf('.') + 1), path.toFile()));
  }

  private static JarProcess.Ended predict(List<String> jvm, String... images)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("predict", zip));
    words.addAll(Arrays.asList(images));
    return JarProcess.start(folder, jvm, words.toArray(String[]::new)).await();
  }

  /** The lines below a picture's name. */
  private static List<String> probabilities(JarProcess.Ended ended, String image) {
    List<String> lines = ended.output().lines().toList();
    assertTrue(lines.contains(image), ended.output());
    return lines.subList(lines.indexOf(image) + 1, lines.indexOf(image) + 4);
  }

  @Test
  void greyEqualsSamePictureInColour() throws IOException, InterruptedException {
    stripes("grey/a.png", BufferedImage.TYPE_3BYTE_BGR);
    stripes("grey/b.png", BufferedImage.TYPE_BYTE_GRAY);
    stripes("grey/c.png", BufferedImage.TYPE_USHORT_GRAY);
    stripes("grey/d.bmp", BufferedImage.TYPE_BYTE_GRAY);
    stripes("grey/e.jpg", BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage decoded = ImageIO.read(folder.resolve("grey/e.jpg").toFile());
    BufferedImage colour = new BufferedImage(240, 180, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 240 * 180; i++) {
      int value = decoded.getRaster().getSample(i % 240, i / 240, 0);
      colour.setRGB(i % 240, i / 240, 0x010101 * value);
    }
    write(colour, "grey/f.png");
    JarProcess.Ended ended = predict(List.of(), "grey");
    assertEquals(0, ended.exitCode(), ended.output());
    List<String> expected = probabilities(ended, "grey/a.png");
    for (String other : List.of("grey/b.png", "grey/c.png", "grey/d.bmp")) {
      assertEquals(expected, probabilities(ended, other), other);
    }
    assertEquals(probabilities(ended, "grey/f.png"), probabilities(ended, "grey/e.jpg"));
  }

  @Test
  void predictsManyPhotographsInLittleMemory() throws IOException, InterruptedException {
    BufferedImage image = new BufferedImage(4000, 3000, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < 3000; y++) {
      for (int x = 0; x < 4000; x++) {
        image.setRGB(x, y, new Color(x / 16, y / 12, (x ^ y) / 16).getRGB());
      }
    }
    write(image, "large/1.jpg");
    for (int i = 2; i <= 7; i++) {
      Files.copy(folder.resolve("large/1.jpg"), folder.resolve("large/" + i + ".jpg"));
    }
    JarProcess.Ended ended =
        predict(
            List.of("-Xmx192m"),
            Stream.iterate(1, i -> i + 1)
                .limit(7)
                .map(i -> "large/" + i + ".jpg")
                .toArray(String[]::new));
    assertEquals(0, ended.exitCode(), ended.output());
    for (int i = 2; i <= 7; i++) {
      assertEquals(
          probabilities(ended, "large/1.jpg"), probabilities(ended, "large/" + i + ".jpg"));
    }
  }

  /** Standard output stays JSON when a picture cannot be read, and says what the text says. */
  @Test
  void jsonHoldsWhatTheTextSays() throws IOException, InterruptedException {
    stripes("two/a.png", BufferedImage.TYPE_INT_RGB);
    stripes("two/b.bmp", BufferedImage.TYPE_BYTE_GRAY);
    Files.writeString(folder.resolve("damaged.png"), "no picture");
    JarProcess.Ended text = predict(List.of(), "two", "--top", "10");
    assertEquals(0, text.exitCode(), text.output());

    JsonNode all = json(0, "two", "--top", "99");
    assertEquals(2, all.size());
    for (JsonNode image : all) {
      JsonNode classes = image.get("classes");
      assertEquals(Set.copyOf(SweepResults.DataOrigin.CIFAR_10), names(classes));
      double sum = 0;
      double before = 1;
      List<String> lines = new ArrayList<>(List.of(image.get("image").asText()));
      for (JsonNode one : classes) {
        double probability = one.get("probability").asDouble();
        assertTrue(probability <= before && probability >= 0, image.toString());
        before = probability;
        sum += probability;
        String name = one.get("name").asText();
        lines.add(String.format(Locale.ROOT, "  %-12s %5.1f %%", name, 100 * probability));
      }
      assertEquals(1, sum, 1e-5);
      assertTrue(text.output().contains(String.join("\n", lines) + "\n"), text.output());
    }

    JsonNode first = json(1, "damaged.png", "two", "--top", "1");
    assertEquals(2, first.size());
    for (int i = 0; i < 2; i++) {
      assertEquals(1, first.get(i).get("classes").size());
      assertEquals(all.get(i).at("/classes/0"), first.get(i).at("/classes/0"));
    }
    assertEquals(2, predict(List.of(), "two", "--top", "0").exitCode());
  }

  private static Set<String> names(JsonNode classes) {
    Set<String> names = new HashSet<>();
    classes.forEach(one -> names.add(one.get("name").asText()));
    return names;
  }

  private static JsonNode json(int exitCode, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(JarProcess.command(List.of(), "predict", zip, "--json"));
    command.addAll(Arrays.asList(words));
    Path out = Files.createTempFile(folder, "predictions", ".json");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals(exitCode, process.waitFor(), Files.readString(out));
    return Records.json().readTree(out.toFile());
  }

  @Test
  void predictsTheRestAfterUnreadablePicture() throws IOException, InterruptedException {
    stripes("some/b.png", BufferedImage.TYPE_INT_RGB);
    stripes("some/C.PNG", BufferedImage.TYPE_INT_RGB);
    byte[] whole = Files.readAllBytes(folder.resolve("some/b.png"));
    Files.write(folder.resolve("some/a.png"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(folder.resolve("some/notes.txt"), "no picture");
    Files.createDirectories(folder.resolve("some/deeper.png"));
    Files.createDirectories(folder.resolve("empty"));
    JarProcess.Ended ended = predict(List.of(), "missing.jpg", "some", "empty", "some/b.png");
    assertEquals(1, ended.exitCode(), ended.output());
    List<String> lines = ended.output().lines().toList();
    assertEquals(3 + 3 * 4, lines.size(), ended.output());
    assertTrue(lines.get(0).startsWith("missing.jpg does not exist; "), ended.output());
    assertEquals("some/C.PNG", lines.get(1));
    assertTrue(lines.get(5).startsWith("some/a.png cannot be read as an image"), ended.output());
    assertEquals("some/b.png", lines.get(6));
    assertTrue(
        lines.get(10).startsWith("empty contains no pictures (file extensions png, "),
        ended.output());
    assertEquals("some/b.png", lines.get(11));
    assertEquals(lines.subList(2, 5), lines.subList(7, 10));
    assertNotEquals(lines.get(2), lines.get(3));
    assertFalse(ended.output().contains("\tat "), ended.output());
  }
}
