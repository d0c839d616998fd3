package normsweep.backbone;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;

public final class TfjsWeightsTest {
  public static final String MANIFEST =
      """
      {"modelTopology": {"node": []}, "weightsManifest": [{"paths": ["s1", "s2"], "weights": [
        {"name": "flag", "shape": [], "dtype": "bool"},
        {"name": "a", "shape": [2, 2], "dtype": "float32"},
        {"name": "n", "shape": [1], "dtype": "int32"},
        {"name": "b", "shape": [3], "dtype": "float32"}]}]}
      """;

  /** One flag, four floats, an int and three floats: 33 bytes. */
  public static final byte[] TENSORS =
      ByteBuffer.allocate(33)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put((byte) 1)
          .putFloat(1)
          .putFloat(-2.5f)
          .putFloat(3)
          .putFloat(4)
          .putInt(77)
          .putFloat(0.125f)
          .putFloat(6)
          .putFloat(7)
          .array();

  @Test
  void findsTensorsAcrossShards() {
    // The cut lies inside the second tensor, and inside one of its values.
    for (int cut = 0; cut <= TENSORS.length; cut++) {
      TfjsWeights weights = read(MANIFEST, cut);
      assertArrayEquals(new float[] {1, -2.5f, 3, 4}, weights.floats("a", 2, 2));
      assertArrayEquals(new float[] {0.125f, 6, 7}, weights.floats("b", 3));
    }
  }

  @Test
  void namesTheTensorThatDoesNotFit() {
    TfjsWeights weights = read(MANIFEST, 10);
    assertRefused("it has no tensor c.", () -> weights.floats("c", 3));
    assertRefused(
        "its tensor a is float32 2×2, where MobileNetV2 has float32 4.",
        () -> weights.floats("a", 4));
    assertRefused(
        "its tensor n is int32 1, where MobileNetV2 has float32 1.", () -> weights.floats("n", 1));
  }

  @Test
  void refusesManifestsThatDoNotFitTheirShards() {
    assertRefused(
        "its shards end before the tensor b.", () -> read(MANIFEST.replace("[3]", "[4]"), 10));
    assertRefused(
        "its shards hold 4 bytes more than its tensors.",
        () -> read(MANIFEST.replace("[3]", "[2]"), 10));
    assertRefused(
        "its shards end before the tensor a.",
        () -> read(MANIFEST.replace("[2, 2]", "[2147483647, 2147483647, 2147483647]"), 10));
    assertRefused(
        "its tensor a has the impossible shape [2,-2].",
        () -> read(MANIFEST.replace("[2, 2]", "[2, -2]"), 10));
    assertRefused(
        "its tensor a has the impossible shape [2,99999999999].",
        () -> read(MANIFEST.replace("[2, 2]", "[2, 99999999999]"), 10));
    assertRefused(
        "its tensor a has the impossible shape {\"x\":2}.",
        () -> read(MANIFEST.replace("[2, 2]", "{\"x\": 2}"), 10));
    assertRefused(
        "its tensor a has the impossible shape [1,1,1,1,1,1,1,1,1].",
        () -> read(MANIFEST.replace("[2, 2]", "[1,1,1,1,1,1,1,1,1]"), 10));
    assertRefused(
        "its tensor n has the unknown type 'complex'.",
        () -> read(MANIFEST.replace("int32", "complex"), 10));
    assertRefused("its shard s3 is missing.", () -> read(MANIFEST.replace("s2", "s3"), 10));
    assertRefused(
        "it holds the tensor b twice.", () -> read(MANIFEST.replace("\"a\"", "\"b\""), 10));
    assertRefused(
        "its tensor b is quantised.",
        () -> read(MANIFEST.replace("[3],", "[3], \"quantization\": {},"), 10));
  }

  @Test
  void showsNamesAsOneShortLine() {
    assertRefused(
        "its tensor n has the unknown type 'f?l?[2Joat'.",
        () -> read(MANIFEST.replace("int32", "f\\nl\\u001b[2Joat"), 10));
    assertRefused(
        "its tensor a? is quantised.",
        () -> read(MANIFEST.replace("\"a\",", "\"a\\n\", \"quantization\": {},"), 10));
    String endless = "n".repeat(100_000);
    for (String json :
        new String[] {
          MANIFEST.replace("\"n\"", '"' + endless + '"'),
          MANIFEST.replace("int32", endless),
          MANIFEST.replace("s2", endless),
          MANIFEST.replace("[2, 2]", "[" + "1, ".repeat(100_000) + "1]")
        }) {
      NormSweepException error = assertThrows(NormSweepException.class, () -> read(json, 10));
      assertTrue(error.getMessage().length() < 400, error.getMessage());
    }
  }

  @Test
  void refusesJsonThatIsNoManifest() {
    for (String json : new String[] {"", "{", "[1, 2", "nul", "\u0000"}) {
      assertRefused("its model.json is not valid JSON.", () -> read(json + "{", 10));
    }
    for (String json : new String[] {"{}", "[]", "7", "{\"weightsManifest\": []}"}) {
      assertRefused("its model.json has no weightsManifest.", () -> read(json, 10));
    }
    assertRefused("its model.json is not valid JSON.", () -> read("[".repeat(100_000), 10));
  }

  @Test
  void refusesAShardNamedOverAndOver() {
    String many = "\"s1\", ".repeat(3) + "\"s1\"";
    assertRefused(
        "its shards hold more than 64 MiB.",
        () ->
            TfjsWeights.read(
                "test",
                bytes("{\"weightsManifest\": [{\"paths\": [" + many + "]}]}"),
                Map.of("s1", new byte[20 << 20])));
  }

  @Test
  void refusesAShardThatManyGroupsName() {
    String group =
        "{\"paths\": [\"s1\"], \"weights\": [{\"name\": \"%d\", \"shape\": [20971520], \"dtype\":"
            + " \"uint8\"}]}";
    String groups = IntStream.range(0, 4).mapToObj(group::formatted).collect(joining(","));
    assertRefused(
        "its shards hold more than 64 MiB.",
        () ->
            TfjsWeights.read(
                "test",
                bytes("{\"weightsManifest\": [" + groups + "]}"),
                Map.of("s1", new byte[20 << 20])));
  }

  @Test
  void answersEveryTruncationAndBitFlipWithOneSentence() {
    byte[] json = bytes(MANIFEST);
    for (int n = 0; n < json.length - 3; n++) {
      byte[] cut = Arrays.copyOf(json, n);
      assertRefused("", () -> TfjsWeights.read("test", cut, Map.of("s1", TENSORS)));
    }
    Random random = new Random(4);
    for (int i = 0; i < 2000; i++) {
      byte[] flipped = json.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        TfjsWeights.read("test", flipped, Map.of("s1", TENSORS, "s2", new byte[0])).floats("b", 3);
      } catch (NormSweepException e) {
        assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
      }
    }
  }

  private static TfjsWeights read(String manifest, int cut) {
    return TfjsWeights.read(
        "test",
        bytes(manifest),
        Map.of(
            "s1",
            Arrays.copyOfRange(TENSORS, 0, cut),
            "s2",
            Arrays.copyOfRange(TENSORS, cut, TENSORS.length)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertRefused(
      String fault, org.junit.jupiter.api.function.Executable reading) {
    NormSweepException error = assertThrows(NormSweepException.class, reading);
    assertEquals(ExitCode.UNAVAILABLE, error.exitCode());
    assertTrue(
        error
            .getMessage()
            .startsWith(
                "The TensorFlow.js model of test does not fit: " + fault.replaceFirst("\\.$", ";")),
        error.getMessage());
  }
}
