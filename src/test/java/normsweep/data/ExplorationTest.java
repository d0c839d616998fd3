package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.Records;
import normsweep.record.SweepYaml;
import normsweep.report.figure.SampleFigures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplorationTest {
  private final SmallCifar small = new SmallCifar(5);
  private final Split split =
      new Split(IntStream.range(0, 12).toArray(), new int[] {12, 13, 14}, new int[] {15, 16}, 7);
  @TempDir Path folder;
  private Cifar10 data;
  private Pixels pixels;

  @BeforeEach
  void open() throws IOException {
    Path whole = Files.write(folder.resolve("whole.bin"), small.whole());
    data = Cifar10.open(Optional.of(whole), folder.resolve("cache"), small.unreachable());
    pixels = data.pixels(SweepYaml.parse("x", "x", "", List.of()).data());
  }

  @Test
  void statisticsAgreeWithTwoPasses() {
    Exploration found = SampleFigures.explore(data, split, pixels, folder);
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
  void readsEveryTrainingImage() {
    ReadRecords read = new ReadRecords();
    data.reader().setListeners(read);
    SampleFigures.explore(data, split, pixels, folder);
    int once = split.train().length;
    int samples = once; // fewer than ten a class
    int classes = (int) Arrays.stream(split.train()).map(small::label).distinct().count();
    assertEquals(once + samples + 9 * classes, read.count); // an original and eight draws
  }

  @Test
  void jsonHoldsTheSameNumbers() {
    Exploration found = SampleFigures.explore(data, split, pixels, folder);
    JsonNode json = Records.readJson(folder.resolve("exploration.json"), JsonNode.class);
    assertEquals(data.sha256(), json.at("/data/sha256").asText());
    assertEquals(7, json.get("splitSeed").asLong());
    assertEquals(found.classes().get(3).train(), json.at("/classes/3/train").asInt());
    assertEquals(found.channels().get(2).std(), json.at("/channels/2/std").asDouble());
    json.get("figures").forEach(f -> assertTrue(Files.exists(folder.resolve(f.asText()))));
    assertEquals(found, Records.readJson(folder.resolve("exploration.json"), Exploration.class));
  }

  @Test
  void tableRowsPerClassAndChannel() {
    List<String> lines =
        SampleFigures.explore(data, split, pixels, folder).table().lines().toList();
    assertEquals(1 + 10 + 1 + 2 + 1 + 2 + 3, lines.size());
    assertTrue(lines.get(13).startsWith("The largest class has "), lines.get(13));
    assertEquals("channels of the training images", lines.get(15));
    assertArrayEquals(
        new String[] {"class", "train", "validation", "test"}, lines.get(0).split(" +", -1));
    assertArrayEquals(new String[] {"total", "12", "3", "2"}, lines.get(11).split(" +", -1));
    assertTrue(lines.get(17).matches("red +0\\.\\d{4} +0\\.\\d{4}"), lines.get(17));
  }

  @Test
  void sameArgumentsGiveSameBytes() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    SampleFigures.explore(data, split, pixels, one);
    SampleFigures.explore(data, split, pixels, two);
    for (String name : List.of("exploration.json", "samples.png", "augmented.png")) {
      assertArrayEquals(
          Files.readAllBytes(one.resolve(name)), Files.readAllBytes(two.resolve(name)), name);
      assertFalse(name.endsWith("png") && ImageIO.read(one.resolve(name).toFile()) == null);
    }
  }

  @Test
  void namesUnwritableFolder() throws IOException {
    Path plain = Files.writeString(folder.resolve("plain"), "in the way");
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> SampleFigures.explore(data, split, pixels, plain));
    assertEquals(ExitCode.FAILED, e.exitCode());
    assertTrue(e.getMessage().contains("plain"), e.getMessage());
  }

  private int count(int[] indices, int label) {
    return (int) Arrays.stream(indices).filter(i -> small.label(i) == label).count();
  }
}
