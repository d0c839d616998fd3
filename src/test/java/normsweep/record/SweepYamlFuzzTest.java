package normsweep.record;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.fuzz.Answer;
import normsweep.fuzz.FuzzProcess;
import org.junit.jupiter.api.Test;

/** Any text is a sweep, which reads back equal, or one sentence. */
public final class SweepYamlFuzzTest {
  private static final List<String> EXOTIC =
      List.of(
          "",
          "null",
          "[1, 2]",
          "{data: {train: 300, flip: false}, grid: {clip: [0.5, layer-2, value-0.01]}}",
          "a: &x [1]\nb: *x\n",
          "grid: !!java.util.ArrayList\n- none\n",
          "? {a: b}\n: |+\n  text\n",
          "name: \"a\\u000a\\x1b\"\n--- \n# two documents\n...\n",
          "training: {epochs: 0x1F, learningRate: 1e-3, batchSize: 1_0, warmupEpochs: .inf}\n",
          "grid: {seed: [1, 1:30, 0o17, 99999999999999999999], clip: 1e400}\n");

  /** Called by Jazzer before the first input: loading classes is not an input's fault. */
  public static void fuzzerInitialize() {
    read("grid: {clip: [1.0]}");
  }

  /** What Jazzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    read(new String(input, StandardCharsets.UTF_8));
  }

  private static Optional<SweepConfig> read(String text) {
    Optional<SweepConfig> read =
        Answer.of(ExitCode.USAGE, () -> SweepYaml.parse("a.yaml", "a", text, List.of()));
    read.ifPresent(
        config -> {
          SweepConfig again = SweepYaml.parse("a.yaml", "b", SweepYaml.write(config), List.of());
          if (!again.equals(config)) {
            throw new AssertionError(config + " came back as " + again);
          }
          if (config.grid().clip().stream().anyMatch(clip -> clip.id().length() > 64)) {
            throw new AssertionError("a clip that no folder can be named by: " + config);
          }
        });
    return read;
  }

  @Test
  void answersWhateverComes() throws IOException, InterruptedException {
    List<byte[]> seeds = new ArrayList<>();
    try (var files = Files.list(Path.of("sweeps"))) {
      for (Path file : files.sorted().toList()) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    for (byte[] sweep : seeds) {
      assertTrue(read(new String(sweep, StandardCharsets.UTF_8)).isPresent(), "a whole sweep");
    }
    EXOTIC.forEach(text -> seeds.add(text.getBytes(StandardCharsets.UTF_8)));
    seeds.add(SweepYaml.write(read("").orElseThrow()).getBytes(StandardCharsets.UTF_8));
    new FuzzProcess(
            SweepYamlFuzzTest.class, 10_000, "normsweep.record.**", "org.snakeyaml.engine.**")
        .jars("jackson", "snakeyaml")
        .seeds(seeds)
        .words(List.of("grid:", "clip:", "layer-", "value-", "norm:", "batch-norm", "seed:", "!!"))
        .findsNothing();
  }
}
