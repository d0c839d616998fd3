package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.fuzz.Answer;
import normsweep.fuzz.FuzzProcess;
import org.junit.jupiter.api.Test;

/** Any manifest is a set of tensors, or one sentence. */
public final class TfjsWeightsFuzzTest {
  private static final Map<String, byte[]> SHARDS = Map.of("s1", new byte[33], "s2", new byte[4]);

  private static final String WHOLE =
      """
      {"weightsManifest": [
        {"paths": ["s1"], "weights": [
          {"name": "flag", "shape": [], "dtype": "bool"},
          {"name": "a", "shape": [2, 2], "dtype": "float32"},
          {"name": "n", "shape": [1], "dtype": "int32"},
          {"name": "b", "shape": [3], "dtype": "float32"}]},
        {"paths": ["s2"], "weights": [{"name": "c", "shape": [1], "dtype": "float32"}]}]}
      """;

  /** Called by Jazzer before the first input: loading classes is not an input's fault. */
  public static void fuzzerInitialize() {
    read(bytes(WHOLE));
  }

  /** What Jazzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    read(input);
  }

  private static Optional<float[]> read(byte[] manifest) {
    return Answer.of(
        ExitCode.UNAVAILABLE,
        () -> {
          TfjsWeights weights = TfjsWeights.read("test", manifest, SHARDS);
          weights.floats("a", 2, 2);
          return weights.floats("c", 1);
        });
  }

  @Test
  void answersWhateverComes() throws IOException, InterruptedException {
    assertTrue(read(bytes(WHOLE)).isPresent(), "a whole manifest");
    new FuzzProcess(
            TfjsWeightsFuzzTest.class,
            20_000,
            "normsweep.backbone.Tfjs**",
            "com.fasterxml.jackson.core.json.**")
        .jars("jackson")
        .seed(bytes(WHOLE))
        .seed(bytes(WHOLE.replace("[2, 2]", "{\"a\": 2}").replace("\"b\"", "\"\\nb\"")))
        .seed(bytes(WHOLE.replace("[1]", "[2147483647, 99999999999, 1e3]")))
        .seed(bytes(WHOLE.replace("[3],", "[3], \"quantization\": {\"scale\": 0.5},")))
        .seed(bytes("{\"weightsManifest\": [{\"paths\": [], \"weights\": []}]}"))
        .seed(WHOLE.getBytes(StandardCharsets.UTF_16LE))
        .seed(bytes("[null, true, \"\\n\\u001b\", -1.5e300, {}]"))
        .words(List.of("weightsManifest", "paths", "weights", "name", "shape", "dtype", "float32"))
        .findsNothing();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
