package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import normsweep.backbone.WeightsFile.Origin;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

final class KerasWeightsFileTest {
  private static final Origin NAME = Origin.given(Path.of("given.h5"));

  @TempDir static Path folder;

  private static WeightTensors tensors;
  private static byte[] whole;

  @BeforeAll
  static void writeAWholeFile() throws IOException {
    tensors = RandomWeights.of(3);
    KerasWeightsFile.write(tensors, folder.resolve("whole.h5"));
    whole = Files.readAllBytes(folder.resolve("whole.h5"));
  }

  @Test
  void readsBackWhatItWrites() {
    assertSameTensors(tensors, open(folder.resolve("whole.h5")).tensors());
  }

  @Test
  void writesEqualBytesForEqualTensors() throws IOException {
    KerasWeightsFile.write(RandomWeights.of(3), folder.resolve("again.h5"));
    assertArrayEquals(whole, Files.readAllBytes(folder.resolve("again.h5")));
  }

  @Test
  void importedGraphComputesTheReference() {
    Random random = new Random(5);
    float[] image = new float[224 * 224 * 3];
    for (int i = 0; i < image.length; i++) {
      image[i] = 2 * random.nextFloat() - 1;
    }
    ComputationGraph graph = MobileNetV2.load(tensors);
    float[] expected = PlainMobileNetV2.outRelu(tensors, image);
    float[] actual =
        graph
            .outputSingle(Nd4j.createFromArray(image).reshape('c', 1, 224, 224, 3))
            .dup('c')
            .data()
            .asFloat();
    assertTrue(spread(expected) > 0.1, "the reference is not constant");
    assertArrayEquals(expected, actual, 2e-3f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenetv2_1.00_224", "mobilenetv2_1.00_160", "my base/inner"})
  void readsBackbonesNestedInSavedModels(String base) throws IOException {
    Path saved = folder.resolve("saved.h5");
    Files.deleteIfExists(saved);
    try (WritableHdfFile hdf = HdfFile.write(saved)) {
      hdf.putGroup("optimizer_weights")
          .putGroup("Adam")
          .putGroup("Conv1")
          .putDataset("m:0", new float[1]);
      WritableGroup root = hdf.putGroup("model_weights");
      // Keras leaves one level out where a backbone is nested in another model.
      WritableGroup nested = root;
      for (String name : base.split("/", -1)) {
        nested = nested.putGroup(name);
      }
      for (TensorShape shape : tensors.shapes()) {
        layer(nested, shape).putDataset(shape.parameter() + ":0", array(shape));
      }
      root.putGroup("predictions").putGroup("predictions").putDataset("bias:0", new float[1000]);
    }
    assertSameTensors(tensors, open(saved).tensors());
  }

  @Test
  void refusesTwoBackbonesInOneFile() throws IOException {
    Path file = folder.resolve("two.h5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putGroup("left").putGroup("Conv1").putDataset("kernel", new float[1]);
      hdf.putGroup("right").putGroup("Conv1").putDataset("kernel", new float[1]);
    }
    assertRefused("holds 2 models with these layers;", file);
  }

  /**
   * The legacy format of Keras 3 names a dataset by the variable's path, {@code Conv1/kernel}, its
   * first releases by the variable's name alone, and no layer calls its kernel depthwise.
   */
  @ParameterizedTest
  @CsvSource({"true, false", "false, false", "true, true"})
  void readsTheLegacyFormatOfKeras3(boolean path, boolean depthwise) throws IOException {
    Path file = folder.resolve("keras3.h5");
    Files.deleteIfExists(file);
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putAttribute("keras_version", "3.8.0");
      for (TensorShape shape : tensors.shapes()) {
        WritableGroup layer = layer(hdf, shape);
        WritableGroup group = path ? layer(layer, shape) : layer;
        String parameter = shape.parameter();
        group.putDataset(depthwise ? parameter : parameter.replace("depthwise_", ""), array(shape));
      }
      hdf.putGroup("top_level_model_weights");
    }
    assertSameTensors(tensors, open(file).tensors());
  }

  @Test
  void readsDoublePrecisionAndIgnoresClassifier() throws IOException {
    Path file =
        written(
            "double.h5",
            shape -> {
              if (!shape.layer().equals("Conv_1_bn")) {
                return array(shape);
              }
              float[] values = tensors.values(shape);
              double[] wide = new double[values.length];
              Arrays.setAll(wide, i -> values[i]);
              return wide;
            });
    assertSameTensors(tensors, open(file).tensors());
  }

  @Test
  void namesWhatDoesNotFit() throws IOException {
    assertRefused(
        "lacks the layer Conv_1_bn;",
        written("a.h5", shape -> shape.layer().equals("Conv_1_bn") ? null : array(shape)));
    assertRefused(
        "lacks the moving_mean of layer bn_Conv1;",
        written(
            "b.h5",
            shape ->
                shape.layer().equals("bn_Conv1") && shape.parameter().equals("moving_mean")
                    ? null
                    : array(shape)));
    assertRefused(
        "has a kernel of shape 1×1×320×640 in layer Conv_1 where MobileNetV2 has 1×1×320×1280;",
        written(
            "c.h5",
            shape -> shape.layer().equals("Conv_1") ? new float[1][1][320][640] : array(shape)));
    assertRefused(
        "has no floating-point numbers in layer Conv_1_bn;",
        written("d.h5", shape -> shape.layer().equals("Conv_1_bn") ? new int[1280] : array(shape)));
  }

  @Test
  void refusesImpossibleValues() throws IOException {
    for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 1e30f, -1}) {
      float[] bad = new float[960];
      bad[7] = value;
      assertRefused(
          "holds the value "
              + value
              + " in the moving_variance of layer block_16_expand_BN, which trained weights cannot",
          written(
              "value.h5",
              shape ->
                  shape.equals(TensorShape.of("block_16_expand_BN", "moving_variance", 960))
                      ? bad
                      : array(shape)));
    }
  }

  @Test
  void refusesLayerOfZeros() throws IOException {
    assertRefused(
        "holds only zeros in layer Conv_1;",
        written(
            "zeros.h5",
            shape -> shape.layer().equals("Conv_1") ? new float[1][1][320][1280] : array(shape)));
  }

  @Test
  void refusesChunksBeforeAnythingIsUnpacked() throws IOException {
    Path file = folder.resolve("chunks.h5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      for (TensorShape shape : tensors.shapes()) {
        layer(hdf, shape)
            .putDataset(
                shape.parameter() + ":0",
                array(shape),
                DatasetCreationOptions.builder()
                    .chunkDimensions(shape.toArray())
                    .deflate()
                    .build());
      }
    }
    assertRefused("keeps layer Conv1 in chunks (h5repack -l CONTI rewrites it);", file);
  }

  @Test
  void tellsWhatAForeignFileIs() {
    assertRefused("is empty;", bytes(""));
    assertRefused("is not an HDF5 file;", bytes("abc"));
    assertRefused("is not an HDF5 file but a web page;", bytes("<!DOCTYPE html><html>"));
    assertRefused("is not an HDF5 file but a Git LFS pointer;", bytes("version https://git-lfs."));
    assertRefused("is not an HDF5 file but a zip archive", bytes("PK\u0003\u0004rest"));
    assertRefused("is not an HDF5 file but a gzip archive;", bytes("\u001f\u008b\b"));
  }

  @Test
  void refusesTheLayoutOfKeras3() throws IOException {
    Path file = folder.resolve("keras3.weights.h5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putGroup("layers").putGroup("conv2d").putGroup("vars").putDataset("0", new float[3]);
    }
    assertRefused("is in the layout of Keras 3;", file);
  }

  @Test
  void refusesMissingFileAndFolder() {
    Path missing = folder.resolve("missing.h5");
    NormSweepException error = assertThrows(NormSweepException.class, () -> open(missing));
    assertEquals("The weights file " + missing + " does not exist.", error.getMessage());
    assertThrows(NormSweepException.class, () -> open(folder));
  }

  @Test
  void refusesEveryTruncation() {
    // Every length up to the end of the superblock, then a hundred over the rest of the file.
    for (int n = 1; n < 64; n++) {
      assertRefused("", Arrays.copyOf(whole, n));
    }
    for (int i = 0; i < 100; i++) {
      int length = 64 + (int) ((long) (whole.length - 64) * i / 100);
      assertRefused(
          "is truncated: " + length + " of " + whole.length + " bytes are there;",
          Arrays.copyOf(whole, length));
    }
  }

  @Test
  void survivesBitFlipsInTheStructure() {
    // The writer puts all structure before the first tensor of a layer and between layers, so half
    // of the flips go to the first kibibytes and half anywhere.
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] flipped = whole.clone();
      int at = random.nextInt(i % 2 == 0 ? 1 << 14 : whole.length);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      try {
        KerasWeightsFile.of(NAME, flipped).tensors();
      } catch (NormSweepException e) {
        assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
        assertTrue(e.getMessage().startsWith("The weights file given.h5 "), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 50, refused + " of 300 damaged files were refused");
  }

  private static WeightsFile open(Path file) {
    return WeightsFile.open(file, Origin.given(file));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Object array(TensorShape shape) {
    return KerasWeightsFile.nested(tensors.values(shape), shape.toArray());
  }

  private static WritableGroup layer(WritableGroup root, TensorShape shape) {
    return root.getChildren().get(shape.layer()) instanceof WritableGroup there
        ? there
        : root.putGroup(shape.layer());
  }

  /** A file that holds what {@code content} gives for each tensor; nothing where it is null. */
  private static Path written(String name, Function<TensorShape, Object> content)
      throws IOException {
    Path file = folder.resolve(name);
    Files.deleteIfExists(file);
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      for (TensorShape shape : tensors.shapes()) {
        Object data = content.apply(shape);
        if (data != null) {
          layer(hdf, shape).putDataset(shape.parameter() + ":0", data);
        }
      }
      hdf.putGroup("predictions").putDataset("bias:0", new float[1000]);
    }
    return file;
  }

  private static void assertRefused(String expected, Path file) throws IOException {
    assertRefused(expected, Files.readAllBytes(file));
  }

  private static void assertRefused(String expected, byte[] bytes) {
    NormSweepException error =
        assertThrows(NormSweepException.class, () -> KerasWeightsFile.of(NAME, bytes).tensors());
    assertEquals(ExitCode.UNAVAILABLE, error.exitCode());
    assertTrue(
        error.getMessage().startsWith("The weights file given.h5 " + expected), error.getMessage());
  }

  private static void assertSameTensors(WeightTensors expected, WeightTensors actual) {
    for (TensorShape shape : expected.shapes()) {
      assertArrayEquals(expected.values(shape), actual.values(shape), shape.toString());
    }
  }

  private static double spread(float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += value * value;
    }
    double mean = sum / values.length;
    return Math.sqrt(squares / values.length - mean * mean);
  }
}
