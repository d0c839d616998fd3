package normsweep.savedmodel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import normsweep.MalformedInput;
import normsweep.MalformedInput.Answer;
import normsweep.MalformedInput.Outcome;
import normsweep.Mutations;
import normsweep.Mutations.Mutant;
import normsweep.backbone.KerasWeightsFile;
import normsweep.backbone.OnnxFiles;
import normsweep.backbone.RandomWeights;
import normsweep.backbone.TensorShape;
import normsweep.backbone.WeightTensors;
import normsweep.backbone.Weights;
import normsweep.backbone.WeightsFile;
import normsweep.backbone.WeightsFile.Origin;
import normsweep.backbone.WeightsRecord;
import normsweep.backbone.WeightsSource;
import normsweep.backbone.WeightsSources;
import normsweep.base.HalfPrecision;
import normsweep.features.FakeTrunk;
import normsweep.features.FeatureCache;
import normsweep.features.FeatureFile;
import normsweep.features.FeatureStore;
import normsweep.tail.TailBackbones;

/** Damaged weights, features and saved models. */
public final class ModelInputs {
  /** Magic, sizes, key, both checksums and the table of a feature file, where each ends. */
  private static final List<Integer> FEATURE_FIELDS =
      List.of(8, 12, 16, 20, 24, 56, 60, 64, 64 + 4 * 4, 4096);

  /** Signature, versions and sizes of an HDF5 superblock, and its four addresses. */
  private static final List<Integer> SUPERBLOCK = List.of(8, 9, 12, 20, 28, 36, 44);

  /** The writer puts what is no tensor before the first one of each layer. */
  private static final int STRUCTURE = 1 << 14;

  private final Path folder;

  private ModelInputs(Path folder) {
    this.folder = folder;
  }

  /** All inputs of this package, each in a folder of its own below {@code folder}. */
  public static List<MalformedInput> in(Path folder) throws IOException {
    return new ModelInputs(Files.createDirectories(folder)).all();
  }

  private List<MalformedInput> all() throws IOException {
    WeightTensors tensors = RandomWeights.of(3);
    KerasWeightsFile.write(tensors, folder.resolve("whole.h5"));
    byte[] weights = Files.readAllBytes(folder.resolve("whole.h5"));
    WeightsSource source =
        new WeightsSource(
            "made up", "weights.h5", "images", target -> Files.write(target, weights));
    return List.of(
        givenWeights(tensors, weights),
        givenOnnx(),
        cachedWeights(source, weights),
        weightsRecord(source, weights),
        features(),
        modelZip());
  }

  private MalformedInput givenWeights(WeightTensors tensors, byte[] whole) {
    Path file = folder.resolve("given").resolve("weights.h5");
    List<Mutant> mutants = new ArrayList<>(Mutations.of(whole, 12, 6, 1, SUPERBLOCK));
    mutants.addAll(Mutations.flips(whole, 24, 0, STRUCTURE, new SplittableRandom(11)));
    return new MalformedInput(
        "weights (.h5) that the user names",
        file,
        whole,
        mutants,
        mutant -> {
          WeightTensors read = WeightsFile.open(file, Origin.given(file)).tensors();
          assertOneValueDiffersAtMost(tensors, read);
          return Answer.of(Outcome.ACCEPTED);
        });
  }

  private MalformedInput givenOnnx() throws IOException {
    Path file = folder.resolve("given").resolve("weights.onnx");
    byte[] whole = OnnxFiles.torch(3);
    Files.createDirectories(file.getParent());
    Files.write(file, whole);
    WeightTensors tensors = WeightsFile.open(file, Origin.given(file)).tensors();
    List<Mutant> mutants = new ArrayList<>(Mutations.of(whole, 12, 6, 1, List.of(1, 2, 16, 64)));
    // Nodes come first, tensors behind them.
    mutants.addAll(Mutations.flips(whole, 24, 0, STRUCTURE, new SplittableRandom(13)));
    return new MalformedInput(
        "weights (.onnx) that the user names",
        file,
        whole,
        mutants,
        mutant -> {
          WeightTensors read = WeightsFile.open(file, Origin.given(file)).tensors();
          assertEquals(tensors.form(), read.form());
          assertOneValueDiffersAtMost(tensors, read);
          return Answer.of(Outcome.ACCEPTED);
        });
  }

  /** HDF5 has no checksum of its data: a flip in a value is another value. */
  private static void assertOneValueDiffersAtMost(WeightTensors whole, WeightTensors read) {
    int different = 0;
    for (TensorShape shape : whole.shapes()) {
      float[] expected = whole.values(shape);
      float[] found = read.values(shape);
      for (int i = 0; i < expected.length; i++) {
        different += expected[i] == found[i] ? 0 : 1;
      }
    }
    assertTrue(different <= 1, different + " weights differ");
  }

  private MalformedInput cachedWeights(WeightsSource source, byte[] whole) throws IOException {
    Path zoo = folder.resolve("cached");
    Path file = zoo.resolve(source.fileName());
    WeightsSources.acquire(Optional.empty(), zoo, List.of(source));
    List<Mutant> mutants = new ArrayList<>(Mutations.of(whole, 2, 2, 2, List.of()));
    mutants.addAll(Mutations.flips(whole, 2, 0, STRUCTURE, new SplittableRandom(12)));
    return new MalformedInput(
        "weights (.h5) in the weights folder",
        file,
        whole,
        mutants,
        mutant -> {
          WeightsSources.acquire(Optional.empty(), zoo, List.of(source));
          assertArrayEquals(whole, Files.readAllBytes(file));
          return Answer.of(
              Arrays.equals(mutant.bytes(), whole) ? Outcome.ACCEPTED : Outcome.REBUILT);
        });
  }

  private MalformedInput weightsRecord(WeightsSource source, byte[] weights) throws IOException {
    Path zoo = folder.resolve("recorded");
    Path h5 = zoo.resolve(source.fileName());
    Path file = WeightsRecord.beside(h5);
    Weights first = WeightsSources.acquire(Optional.empty(), zoo, List.of(source));
    byte[] whole = Files.readAllBytes(file);
    List<Integer> lines = Mutations.lineEnds(whole);
    return new MalformedInput(
        "record of weights",
        file,
        whole,
        Mutations.of(whole, 2, 6, 3, lines.subList(0, 1)),
        mutant -> {
          Weights again = WeightsSources.acquire(Optional.empty(), zoo, List.of(source));
          assertEquals(first.sha256(), again.sha256());
          assertArrayEquals(weights, Files.readAllBytes(h5));
          // A text may have become another text.
          return Answer.of(
              Arrays.equals(mutant.bytes(), Files.readAllBytes(file))
                  ? Outcome.ACCEPTED
                  : Outcome.REBUILT);
        });
  }

  private MalformedInput features() throws IOException {
    Path cache = folder.resolve("features");
    Path file = cache.resolve(FakeTrunk.key().fileName());
    features(cache);
    byte[] bytes = Files.readAllBytes(file);
    List<Integer> boundaries = new ArrayList<>(FEATURE_FIELDS);
    int block = FeatureFile.BLOCK_IMAGES * FakeTrunk.VALUES * Short.BYTES;
    for (int end = 4096 + block; end < bytes.length; end += block) {
      boundaries.add(end);
    }
    return new MalformedInput(
        "feature cache",
        file,
        bytes,
        Mutations.of(bytes, 4, 25, 6, boundaries),
        mutant -> {
          FeatureStore read = features(cache);
          for (int i = 0; i < FakeTrunk.IMAGES; i++) {
            assertEquals(
                FakeTrunk.expected(i, i % FakeTrunk.VALUES),
                HalfPrecision.toFloat(read.half(i).get(i % FakeTrunk.VALUES)));
          }
          // Zeros between table and data are padding, which no checksum covers.
          return Answer.of(
              Arrays.equals(mutant.bytes(), Files.readAllBytes(file))
                  ? Outcome.ACCEPTED
                  : Outcome.REBUILT);
        });
  }

  private static FeatureStore features(Path cache) {
    return FeatureCache.open(cache, FakeTrunk::new)
        .store(FakeTrunk.key(), FakeTrunk.IMAGES, FakeTrunk::image);
  }

  private MalformedInput modelZip() throws IOException {
    Path file = folder.resolve("zip").resolve("model.zip");
    ModelZip model = ModelZipTest.model(TailBackbones.allHeads().get(1));
    model.write(file);
    byte[] whole = Files.readAllBytes(file);
    List<Integer> boundaries = new ArrayList<>();
    for (String signature : List.of("PK\u0003\u0004", "PK\u0001\u0002", "PK\u0005\u0006")) {
      for (int end : Mutations.after(whole, signature.getBytes(StandardCharsets.ISO_8859_1))) {
        boundaries.addAll(List.of(end - 4, end));
      }
    }
    return new MalformedInput(
        "model zip",
        file,
        whole,
        Mutations.of(whole, 20, 80, 7, boundaries),
        mutant -> {
          // Times, versions and local headers are not looked at.
          ModelZip read = ModelZipTest.read(file);
          assertEquals(model.description(), read.description());
          assertEquals(model.network().params(), read.network().params());
          return Answer.of(Outcome.ACCEPTED);
        });
  }
}
