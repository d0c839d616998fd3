package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A whole small sweep on real images and weights, by the packaged program, as a user runs it. */
class RunIT {
  private static final String SWEEP =
      """
      data: {train: 192, validation: 48, test: 48, views: 2}
      training: {epochs: 2, batchSize: 16}
      """;

  @TempDir static Path folder;
  private static JarProcess.Ended first;

  @BeforeAll
  static void runSweep() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("tiny.yaml"), SWEEP);
    first = JarProcess.run(folder, "run", "tiny.yaml");
  }

  private static SweepFolder sweep() {
    return new SweepFolder(folder.resolve("output").resolve("tiny"));
  }

  @Test
  void sixTrialsAreCompletedAndSaved() throws IOException {
    assertEquals(0, first.exitCode(), first.output());
    SweepResults results = sweep().readResults();
    assertEquals(6, results.trials().size());
    for (TrialResult trial : results.trials()) {
      assertTrue(trial.completed(), trial.id());
      assertEquals(2, trial.epochs());
      SweepFolder.TrialFolder files = sweep().trial(trial.id());
      assertEquals("trials/" + trial.id() + "/model.zip", trial.model());
      assertEquals(3, Files.readAllLines(files.metrics()).size());
      assertEquals(
          "epoch,trainLoss,trainAccuracy,valLoss,valAccuracy,learningRate,seconds",
          Files.readAllLines(files.metrics()).get(0));
      assertEquals(
          "iteration,parameter,normBefore,normAfter", Files.readAllLines(files.gradients()).get(0));
      assertTrue(Files.size(files.stats()) > 0);
      assertTrue(Files.size(files.histograms()) > 0);
      assertTrue(first.output().contains(trial.id()), first.output());
    }
    // Features of an earlier run of this test may be in the cache already.
    assertTrue(
        Pattern.compile("features: (\\d+ images/s through the trunk|all in the cache)")
            .matcher(first.output())
            .find(),
        first.output());
    assertEquals(7, Files.readAllLines(sweep().resultsCsv()).size());
  }

  @Test
  void resultsHoldEveryField() throws IOException {
    JsonNode json = Records.json().readTree(sweep().results().toFile());
    assertEquals(1, json.get("schema").asInt());
    assertTrue(fields(json).containsAll(Set.of("schema", "sweep", "weights", "data", "trials")));
    assertEquals(
        Set.of("name", "source", "sha256", "pretrainedOn", "format", "form"),
        fields(json.get("weights")));
    assertEquals(
        Set.of("source", "sha256", "train", "validation", "test"), fields(json.get("data")));
    assertTrue(
        fields(json.get("trials").get(0))
            .containsAll(
                Set.of(
                    "id",
                    "norm",
                    "clip",
                    "seed",
                    "status",
                    "epochs",
                    "bestEpoch",
                    "valAccuracy",
                    "testAccuracy",
                    "testLoss",
                    "trainSeconds",
                    "imagesPerSecond",
                    "model")));
  }

  private static Set<String> fields(JsonNode node) {
    Set<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void savedModelsAreStockNetworks() throws IOException {
    for (TrialResult trial : sweep().readResults().trials()) {
      ComputationGraph network =
          ModelSerializer.restoreComputationGraph(
              sweep().trial(trial.id()).model().toFile(), false);
      assertTrue(network.getVertex("Conv_1") != null && network.getVertex("Conv_1_bn") != null);
    }
  }

  @Test
  void sameCommandTrainsNothingAgain() throws IOException, InterruptedException {
    byte[] before = Files.readAllBytes(sweep().results());
    JarProcess.Ended again = JarProcess.run(folder, "run", "tiny.yaml");
    assertEquals(0, again.exitCode(), again.output());
    assertEquals(
        new String(before, java.nio.charset.StandardCharsets.UTF_8),
        Files.readString(sweep().results()));
  }

  @Test
  void anotherConfigIsRefusedAndNamed() throws IOException, InterruptedException {
    byte[] before = Files.readAllBytes(sweep().results());
    JarProcess.Ended other =
        JarProcess.run(folder, "run", "tiny.yaml", "--set", "training.epochs=3");
    assertEquals(2, other.exitCode(), other.output());
    assertEquals(1, other.output().strip().lines().count(), other.output());
    assertTrue(other.output().contains("training.epochs: 2 -> 3"), other.output());
    assertTrue(other.output().contains("--fresh"), other.output());
    assertEquals(before.length, Files.size(sweep().results()));
  }

  @Test
  void freshDeletesNothingUnasked() throws IOException, InterruptedException {
    byte[] before = Files.readAllBytes(sweep().results());
    JarProcess.Ended ended = JarProcess.run(folder, "run", "tiny.yaml", "--fresh");
    assertEquals(2, ended.exitCode(), ended.output());
    assertEquals(1, ended.output().strip().lines().count(), ended.output());
    assertTrue(ended.output().contains("(6 completed of 6 trials, "), ended.output());
    assertTrue(ended.output().contains("add --yes to confirm"), ended.output());
    assertEquals(before.length, Files.size(sweep().results()));
  }

  @Test
  void dryRunLeavesNothing() throws IOException, InterruptedException {
    JarProcess.Ended ended =
        JarProcess.run(
            folder,
            "run",
            "tiny.yaml",
            "--dry-run",
            "--out",
            "elsewhere",
            "--set",
            "grid.training.learningRate=[1e-4,1e-3]");
    assertEquals(0, ended.exitCode(), ended.output());
    assertEquals(12, ended.output().lines().filter(line -> line.startsWith("pending")).count());
    assertTrue(ended.output().contains("Sweep tiny: 12 trials, 12 to run"), ended.output());
    assertTrue(ended.output().strip().endsWith("Nothing was run."), ended.output());
    assertTrue(Files.notExists(folder.resolve("elsewhere")));
  }

  /** What the program generates, in a real shell: at a command, an option and an option's value. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void bashCompletesCommandsAndOptions() throws IOException, InterruptedException {
    JarProcess.Ended ended = JarProcess.run(folder, "generate-completion");
    assertEquals(0, ended.exitCode(), ended.output());
    Files.writeString(folder.resolve("completion"), ended.output());
    Files.writeString(
        folder.resolve("complete.sh"),
        """
        source completion
        complete -p normsweep
        reply() {
          COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
          COMPREPLY=()
          _complete_normsweep "$1" "${@: -1}" "${@: -2:1}" 2>/dev/null # compopt wants a real Tab
          echo "${COMPREPLY[@]}"
        }
        reply normsweep la
        reply normsweep export --t
        reply normsweep inspect --co
        reply normsweep run --tens
        """);
    Path said = folder.resolve("completed");
    Process bash =
        new ProcessBuilder("bash", "--noprofile", "--norc", "complete.sh")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertEquals(0, bash.waitFor(), Files.readString(said));
    List<String> lines = Files.readAllLines(said);
    assertEquals(5, lines.size(), lines.toString());
    assertTrue(lines.get(0).matches("complete .*-F _complete_normsweep normsweep"), lines.get(0));
    assertEquals(
        List.of("landscape", "--tensorboard", "--compare", "--tensorboard"), lines.subList(1, 5));
  }

  @Test
  void everyCommandExplainsItself() throws IOException, InterruptedException {
    for (String command :
        List.of(
            "run",
            "explore",
            "check",
            "ui",
            "landscape",
            "report",
            "inspect",
            "predict",
            "compare",
            "reproduce",
            "bench")) {
      assertEquals(0, Main.execute(command, "--help"), command);
    }
    assertEquals(2, Main.execute("sweep"));
    assertEquals(2, Main.execute("run"));
    assertEquals(2, Main.execute("run", "missing.yaml"));
    assertEquals(2, Main.execute("report", folder.toString()));
    assertEquals(3, Main.execute("inspect", folder.resolve("tiny.yaml").toString()));
  }
}
