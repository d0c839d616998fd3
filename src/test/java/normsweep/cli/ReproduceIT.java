package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.savedmodel.ModelZip;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trial trained by the packaged program, and trained again from its zip alone. */
class ReproduceIT {
  private static final String TRIAL = "batch-norm.clip-1.0.seed-1";
  private static final String SWEEP =
      """
      data: {train: 96, validation: 20, test: 20, views: 1}
      training: {epochs: 2, batchSize: 16, warmupEpochs: 1}
      grid: {norm: batch-norm, clip: 1.0, seed: [1, 2]}
      """;

  @TempDir static Path folder;
  private static Path temporary;

  @BeforeAll
  static void train() throws IOException, InterruptedException {
    temporary = Files.createDirectory(folder.resolve("tmp"));
    Files.writeString(folder.resolve("two.yaml"), SWEEP);
    JarProcess.Ended ended = JarProcess.run(folder, "run", "two.yaml");
    assertEquals(0, ended.exitCode(), ended.output());
    Files.copy(
        new SweepFolder(folder.resolve("output").resolve("two")).trial(TRIAL).model(),
        folder.resolve("model.zip"));
  }

  private static JarProcess start(String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("reproduce"));
    words.addAll(Arrays.asList(arguments));
    List<String> jvm = List.of("-Djava.io.tmpdir=" + temporary);
    return JarProcess.start(folder, jvm, words.toArray(String[]::new));
  }

  private static JarProcess.Ended reproduce(String... arguments)
      throws IOException, InterruptedException {
    return start(arguments).await();
  }

  /** A copy of the model with another description. */
  private static void edit(String copy, Consumer<ObjectNode> change) throws IOException {
    Path zip = folder.resolve(copy);
    Files.copy(folder.resolve("model.zip"), zip, StandardCopyOption.REPLACE_EXISTING);
    try (FileSystem entries = FileSystems.newFileSystem(zip)) {
      Path json = entries.getPath(ModelZip.DESCRIPTION);
      ObjectNode description = (ObjectNode) Records.json().readTree(Files.readAllBytes(json));
      change.accept(description);
      Files.write(json, Records.json().writeValueAsBytes(description));
    }
  }

  private static ObjectNode training(ObjectNode description) {
    return (ObjectNode) description.get("config").get("training");
  }

  private static void assertNothingLeftBehind() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      assertFalse(files.anyMatch(file -> file.toString().contains("normsweep-reproduce")));
    }
  }

  private static void assertSays(JarProcess.Ended ended, String... parts) {
    for (String part : parts) {
      assertTrue(ended.output().contains(part), part + " in " + ended.output());
    }
  }

  @Test
  void sameMachineTrainsSameBits() throws IOException, InterruptedException {
    JarProcess.Ended ended = reproduce("model.zip");
    assertEquals(0, ended.exitCode(), ended.output());
    assertSays(
        ended,
        TRIAL + " of sweep two",
        "bit-equal results are expected",
        "[1/1] " + TRIAL,
        "bit-equal: parameters, metrics");
    assertNothingLeftBehind();
  }

  @Test
  void changedSettingIsNamedAndMeasured() throws IOException, InterruptedException {
    edit("changed.zip", description -> training(description).put("learningRate", 0.002));
    JarProcess.Ended ended = reproduce("changed.zip", "--out", "kept");
    assertEquals(1, ended.exitCode(), ended.output());
    String fact = "learning rate of epoch 1: 0.001 in the zip, 0.002 here";
    assertSays(
        ended,
        "  " + fact + System.lineSeparator() + "Bit-equal results are not to be expected.",
        "not equal",
        "first fact that differs: " + fact,
        "parameters: largest difference 0.",
        "test accuracy: ");
    double kept =
        new SweepFolder(folder.resolve("kept")).readResults().trials().get(0).testAccuracy();
    assertSays(ended, String.format(java.util.Locale.ROOT, "%.2f %% here", 100 * kept));
    JarProcess.Ended again = reproduce("model.zip", "--out", "kept");
    assertEquals(2, again.exitCode(), again.output());
    assertEquals("--out kept is not empty; name a new folder.", again.output().strip());
  }

  @Test
  void otherMachineAndWeightsAreNamed() throws IOException, InterruptedException {
    edit(
        "foreign.zip",
        description -> {
          ((ObjectNode) description.get("versions"))
              .put("normsweep", "0.0.9")
              .put("cores", "640")
              .put("earlierDevices", "the GPU (NVIDIA Fake 1)");
          description.put("trial", description.get("trial").asText() + ".\u001b[2J");
          ((ObjectNode) description.get("weights")).put("sha256", "ab");
          description.remove("epochs");
        });
    JarProcess.Ended ended = reproduce("foreign.zip");
    assertSays(
        ended,
        "normsweep: 0.0.9 in the zip, 0.1.0 here",
        "cores: 640 in the zip",
        "earlierDevices: the GPU (NVIDIA Fake 1) in the zip, none here",
        TRIAL + ".?[2J of sweep two",
        "weights (SHA-256): ab in the zip",
        "no metrics of single epochs",
        "Bit-equal results are not to be expected.",
        "bit-equal: parameters, scores");
    assertEquals(0, ended.exitCode(), ended.output());
  }

  @Test
  void tooLittleProvenanceIsOneSentence() throws IOException, InterruptedException {
    edit("bare.zip", description -> description.putObject("config").put("name", "two"));
    JarProcess.Ended bare = reproduce("bare.zip");
    assertEquals(3, bare.exitCode(), bare.output());
    assertEquals(1, bare.output().strip().lines().count(), bare.output());
    assertSays(bare, "bare.zip holds too little", "cannot be trained again");
    edit("wrong.zip", description -> training(description).put("epochs", 0));
    JarProcess.Ended wrong = reproduce("wrong.zip");
    assertEquals(2, wrong.exitCode(), wrong.output());
    assertEquals(1, wrong.output().strip().lines().count(), wrong.output());
    assertSays(wrong, "wrong.zip", "training.epochs is 0");
  }

  @Test
  void interruptionRemovesTemporaryFolder() throws IOException, InterruptedException {
    edit("long.zip", description -> training(description).put("epochs", 1000));
    JarProcess process = start("long.zip");
    while (process.running() && !process.text().contains("epoch  3/1000")) {
      Thread.sleep(50);
    }
    assertTrue(process.running(), process.text());
    process.terminate();
    assertNothingLeftBehind();
  }
}
