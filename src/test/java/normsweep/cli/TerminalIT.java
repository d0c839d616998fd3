package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import normsweep.record.SweepFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program in a pseudo-terminal, which util-linux's {@code script} makes. */
class TerminalIT {
  private static final String SWEEP =
      """
      data: {train: %d, validation: 20, test: 20, views: 1}
      training: {epochs: %d, batchSize: 16, warmupEpochs: 1}
      grid: {norm: [layer-norm], clip: [none, 1.0], seed: [1]}
      """;

  @TempDir Path folder;

  private Process start(int width, Map<String, String> environment, String arguments)
      throws IOException {
    String words = String.join(" ", JarProcess.command(List.of("-Xmx3g")));
    ProcessBuilder builder =
        new ProcessBuilder(
            "script",
            "-qec",
            "stty cols " + width + " rows 40; exec " + words + " " + arguments,
            "/dev/null");
    builder.environment().put("TERM", "xterm");
    builder.environment().putAll(environment);
    builder.environment().remove(environment.isEmpty() ? "NO_COLOR" : "");
    return builder
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("screen").toFile())
        .start();
  }

  private String screen() throws IOException {
    return Files.readString(folder.resolve("screen"), StandardCharsets.UTF_8);
  }

  private static void await(Process process, int exitCode) throws InterruptedException {
    assertTrue(process.waitFor(10, TimeUnit.MINUTES));
    assertEquals(exitCode, process.exitValue());
  }

  @Test
  void redrawnLinesFitAndLeaveNothing() throws Exception {
    Files.writeString(folder.resolve("s.yaml"), SWEEP.formatted(192, 2));
    for (int width : new int[] {60, 80, 120}) {
      await(start(width, Map.of(), "run s.yaml --out o" + width), 0);
      String output = screen();
      assertTrue(output.contains("trial 1/2 "), output);
      assertTrue(output.contains("\u001b[32m"), "the best cell is green");
      List<String> left = new ArrayList<>(TerminalText.of(output, width));
      List<String> lines = new ArrayList<>(left);
      lines.removeIf(line -> !line.matches("(sweep|trial) .*"));
      assertEquals(List.of(), lines, String.join("\n", left));
      assertEquals(4, count(left, "  epoch "), "two of each trial");
      assertEquals(2, count(left, "* "), "the best row, and what the mark means: " + left);
      // The terminal breaks nothing but paths, which can be copied as long as they are whole.
      left.removeIf(line -> line.contains("/") || line.length() < width);
      assertEquals(List.of(), left);
    }
  }

  private static long count(List<String> lines, String beginning) {
    return lines.stream().filter(line -> line.startsWith(beginning)).count();
  }

  @Test
  void noColourAndQuietAreHeeded() throws Exception {
    Files.writeString(folder.resolve("s.yaml"), SWEEP.formatted(48, 1));
    await(start(80, Map.of("NO_COLOR", "1"), "run s.yaml --quiet"), 0);
    String output = screen();
    assertFalse(output.contains("\u001b"), output);
    assertFalse(output.contains("epoch "), output);
    assertTrue(output.contains("* highest validation accuracy"), output);
    await(start(80, Map.of("NO_COLOR", "1"), "run absent.yaml"), 2);
    assertFalse(screen().contains("\u001b"), screen());
    await(start(80, Map.of(), "run absent.yaml"), 2);
    assertTrue(screen().contains("\u001b"), screen());
  }

  /** Without a terminal, with event files, and twice: at the start of a trial and within it. */
  @Test
  void ctrlCSavesAndNamesTheCommandThatResumes() throws Exception {
    Files.writeString(folder.resolve("s.yaml"), SWEEP.formatted(1600, 3));
    assertEquals(
        0, JarProcess.run(folder, "run", "s.yaml", "--out", "whole", "--tensorboard").exitCode());
    JarProcess run = JarProcess.start(folder, List.of(), "run", "s.yaml", "--tensorboard");
    Path metrics =
        new SweepFolder(folder.resolve("output").resolve("s"))
            .trial("layer-norm.clip-none.seed-1")
            .metrics();
    while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < 2) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    await(new ProcessBuilder("kill", "-INT", Long.toString(run.pid())).start(), 0);
    JarProcess.Ended ended = run.await();
    assertEquals(130, ended.exitCode(), ended.output());
    // The signal may arrive between two epochs.
    String saved =
        "Saved layer-norm.clip-none.seed-1 (in epoch [23], after step \\d+|after epoch [123]); ";
    String last = ended.output().lines().reduce("", (before, line) -> line);
    assertTrue(last.matches(saved + "resume with: java -jar .* run s.yaml --tensorboard"), last);
    String command = last.substring(last.indexOf("java -jar"));
    await(
        new ProcessBuilder("sh", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("screen").toFile())
            .start(),
        0);
    SweepFolder whole = new SweepFolder(folder.resolve("whole"));
    SweepFolder resumed = new SweepFolder(folder.resolve("output").resolve("s"));
    for (String trial : List.of("layer-norm.clip-none.seed-1", "layer-norm.clip-1.0.seed-1")) {
      for (String name : List.of("gradients.csv", "updates.csv", "trajectory/epoch-0003.f32")) {
        assertArrayEquals(
            Files.readAllBytes(whole.trial(trial).root().resolve(name)),
            Files.readAllBytes(resumed.trial(trial).root().resolve(name)));
      }
      try (Stream<Path> files = Files.list(resumed.tensorBoard().resolve(trial))) {
        Path events = files.findFirst().orElseThrow();
        Path others = whole.tensorBoard().resolve(trial).resolve(events.getFileName());
        assertEquals(Files.size(others), Files.size(events), "no event is lost or doubled");
      }
    }
  }
}
