package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import normsweep.base.AtomicFiles;
import normsweep.base.ExitCode;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WeightsSourcesTest {
  private static final String KERAS = "HDF5, layout of Keras Applications";

  private static byte[] good;
  private static byte[] other;

  @TempDir Path temporary;

  private final List<String> asked = new ArrayList<>();
  private Path zoo;

  @BeforeAll
  static void makeWeights(@TempDir Path folder) throws IOException {
    KerasWeightsFile.write(RandomWeights.of(1), folder.resolve("1.h5"));
    KerasWeightsFile.write(RandomWeights.of(2), folder.resolve("2.h5"));
    good = Files.readAllBytes(folder.resolve("1.h5"));
    other = Files.readAllBytes(folder.resolve("2.h5"));
  }

  @BeforeEach
  void nameTheFolder() {
    zoo = temporary.resolve("zoo");
  }

  @Test
  void takesUserFileWithoutAskingSources() throws IOException {
    Path file = Files.write(temporary.resolve("mine.h5"), good);
    Weights weights = acquire(Optional.of(file), giving("first", good));
    assertEquals(
        new Weights(
            "mine",
            file.toString(),
            file,
            Hashes.sha256(file),
            "unstated data (user file mine.h5)",
            KERAS,
            BackboneForm.KERAS),
        weights);
    assertEquals(List.of(), asked);
    assertFalse(Files.exists(zoo));
  }

  @Test
  void recognisesImageNetByFileName() throws IOException {
    Path file = Files.write(temporary.resolve("mobilenet_v2_ImageNet.h5"), good);
    assertEquals("ImageNet (by its file name)", acquire(Optional.of(file)).pretrainedOn());
  }

  @Test
  void neverReplacesUserFile() throws IOException {
    Path file = Files.write(temporary.resolve("mine.h5"), new byte[] {1, 2, 3});
    NormSweepException error =
        assertThrows(
            NormSweepException.class, () -> acquire(Optional.of(file), giving("first", good)));
    assertEquals(ExitCode.UNAVAILABLE, error.exitCode());
    assertTrue(error.getMessage().contains(file + " is not an HDF5 file"), error.getMessage());
    assertEquals(List.of(), asked);
  }

  @Test
  void fetchesOnceThenReadsTheFolder() throws IOException {
    Weights weights = acquire(Optional.empty(), failing("first"), giving("second", good));
    Path file = zoo.resolve("second.h5");
    assertEquals(
        new Weights(
            "second",
            "address second",
            file,
            Hashes.sha256(file),
            "data of second",
            KERAS,
            BackboneForm.KERAS),
        weights);
    assertEquals(List.of("first", "second"), asked);
    asked.clear();
    assertEquals(weights, acquire(Optional.empty(), failing("first"), giving("second", other)));
    assertEquals(List.of(), asked);
    assertEquals(List.of("second.h5", "second.h5.json"), filesInZoo());
  }

  @Test
  void prefersFirstSourceAmongCached() throws IOException {
    acquire(Optional.empty(), giving("second", other));
    acquire(Optional.empty(), giving("first", good));
    asked.clear();
    Weights weights = acquire(Optional.empty(), giving("first", good), giving("second", other));
    assertEquals("address first", weights.source());
    assertEquals(List.of(), asked);
  }

  @Test
  void skipsSourceThatSendsWebPage() throws IOException {
    byte[] page = "<html>Please log in</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Weights weights = acquire(Optional.empty(), giving("first", page), giving("second", good));
    assertEquals("address second", weights.source());
    assertEquals(List.of("second.h5", "second.h5.json"), filesInZoo());
  }

  @Test
  void listsEverySourceTried() {
    byte[] page = {'<', 'p', '>'};
    NormSweepException error =
        assertThrows(
            NormSweepException.class,
            () -> acquire(Optional.empty(), failing("first"), giving("second", page)));
    assertEquals(ExitCode.UNAVAILABLE, error.exitCode());
    assertEquals(
        "Pretrained weights are unavailable: address first: no answer within 10 s; address second:"
            + " the file it gave is not an HDF5 file but a web page; a proxy may stand in between; download"
            + " address first elsewhere and place it in "
            + zoo
            + ", or name a file with --weights FILE.",
        error.getMessage());
  }

  @Test
  void fetchesADamagedCacheAgain() throws IOException {
    acquire(Optional.empty(), giving("first", good));
    Path file = zoo.resolve("first.h5");
    byte[] damaged = good.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(file, damaged);
    asked.clear();
    Weights weights = acquire(Optional.empty(), giving("first", good));
    assertEquals(List.of("first"), asked);
    assertEquals(Hashes.sha256(file), weights.sha256());
    assertEquals(-1, java.util.Arrays.mismatch(good, Files.readAllBytes(file)));

    Files.write(file, damaged);
    NormSweepException error =
        assertThrows(NormSweepException.class, () -> acquire(Optional.empty(), failing("first")));
    assertTrue(
        error.getMessage().contains(file + " is not the one that was checked"), error.getMessage());
    assertEquals(-1, java.util.Arrays.mismatch(damaged, Files.readAllBytes(file)));
  }

  @Test
  void damagedRecordIsNotHandPlaced() throws IOException {
    acquire(Optional.empty(), giving("first", good));
    Path record = Files.writeString(zoo.resolve("first.h5.json"), "{\"source\": \"addr");
    asked.clear();
    NormSweepException error =
        assertThrows(NormSweepException.class, () -> acquire(Optional.empty(), failing("first")));
    assertTrue(error.getMessage().contains(record + " is damaged"), error.getMessage());
    assertEquals("{\"source\": \"addr", Files.readString(record));
    assertEquals("address first", acquire(Optional.empty(), giving("first", good)).source());
    assertEquals(List.of("first", "first"), asked);
  }

  @Test
  void fetchesWhenOnlyRecordExists() throws IOException {
    acquire(Optional.empty(), giving("first", other));
    Files.delete(zoo.resolve("first.h5"));
    asked.clear();
    acquire(Optional.empty(), giving("first", good));
    assertEquals(List.of("first"), asked);
  }

  @Test
  void takesAndWatchesHandPlacedFile() throws IOException {
    Files.createDirectories(zoo);
    Path file = Files.write(zoo.resolve("first.h5"), good);
    Weights weights = acquire(Optional.empty(), failing("first"));
    assertEquals("data of first", weights.pretrainedOn());
    assertEquals("placed by hand at " + file, weights.source());
    assertEquals(List.of(), asked);
    Files.write(file, other);
    assertThrows(NormSweepException.class, () -> acquire(Optional.empty(), failing("first")));
  }

  @Test
  void refusesUnwritableFolder() throws IOException {
    Files.writeString(zoo, "a file where the folder should be");
    NormSweepException error =
        assertThrows(
            NormSweepException.class, () -> acquire(Optional.empty(), giving("first", good)));
    assertEquals(ExitCode.FAILED, error.exitCode());
    assertTrue(
        error.getMessage().startsWith("The weights folder " + zoo + " cannot be written: " + zoo),
        error.getMessage());
  }

  @Test
  void notesWeightsThatReplaceImageNet() throws IOException {
    assertEquals(Optional.empty(), acquire(Optional.empty(), giving("first", good)).note());
    Weights coco =
        new Weights(
            "coco",
            "npm",
            zoo.resolve("coco.h5"),
            "0",
            "COCO (object detection)",
            KERAS,
            BackboneForm.KERAS);
    String note = coco.note().orElseThrow();
    assertTrue(note.contains("COCO (object detection) instead of ImageNet"), note);
    assertTrue(note.contains("about 10 points"), note);
    assertTrue(note.contains(WeightsSources.OFFICIAL + " and place it in " + zoo), note);
    assertTrue(note.contains("--weights"), note);
  }

  private Weights acquire(Optional<Path> user, WeightsSource... sources) {
    return WeightsSources.acquire(user, zoo, List.of(sources));
  }

  private WeightsSource giving(String name, byte[] bytes) {
    return source(
        name,
        target -> {
          asked.add(name);
          Files.write(target, bytes);
        });
  }

  private WeightsSource failing(String name) {
    return source(
        name,
        target -> {
          asked.add(name);
          throw NormSweepException.unavailable("address " + name + ": no answer within 10 s");
        });
  }

  private static WeightsSource source(String name, AtomicFiles.FileContent fetch) {
    return new WeightsSource("address " + name, name + ".h5", "data of " + name, fetch);
  }

  private List<String> filesInZoo() throws IOException {
    try (var files = Files.list(zoo)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
