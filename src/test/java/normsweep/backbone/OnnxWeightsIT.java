package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import normsweep.backbone.OnnxFiles.Style;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ONNX files as the graph computes them: torchvision's own outputs where its files are at hand. */
final class OnnxWeightsIT {
  private static final int EDGE = 224;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bn", "folded"})
  void computesWhatTheExporterComputed(String batchNorms) throws Exception {
    String development = System.getenv("NORMSWEEP_DEV_ZOO");
    Path file;
    float[] image;
    float[] features;
    int n;
    if (development == null) {
      WeightTensors weights = RandomWeights.of(11, BackboneForm.TORCH);
      Style style = batchNorms.equals("bn") ? Style.TORCH : Style.TORCH_FOLDED;
      file =
          Files.write(folder.resolve("made.onnx"), OnnxFiles.model(weights, style).toByteArray());
      n = 1;
      image = new float[3 * EDGE * EDGE];
      Random random = new Random(1);
      for (int i = 0; i < image.length; i++) {
        image[i] = 2 * random.nextFloat() - 1;
      }
      features = PlainMobileNetV2.features(weights, image);
    } else {
      Path zoo = Path.of(development, "torchvision_random");
      file = zoo.resolve("mobilenet_v2_" + batchNorms + ".onnx");
      n = 4;
      image = unscaled(floats(zoo.resolve("input_4x3x224x224.f32")));
      features = nhwc(floats(zoo.resolve("features17_4x320x7x7.f32")), n, 320, 49);
    }
    Weights weights = WeightsSources.acquire(Optional.of(file), folder);
    assertTrue(weights.format().contains("pytorch"), weights.format());
    ComputationGraph graph = new MobileNetV2(weights).initPretrained(PretrainedType.IMAGENET);
    assertEquals(batchNorms.equals("folded"), MobileNetV2.isFolded(graph, "Conv_1_bn"));
    INDArray input = Nd4j.createFromArray(image).reshape('c', n, EDGE, EDGE, 3);
    var activations = graph.feedForward(input, false);
    assertArrayEquals(
        features, activations.get("block_16_project_BN").dup('c').data().asFloat(), 1e-4f);
    if (development != null) {
      float[] pooled = floats(Path.of(development, "torchvision_random", "pooled_4x1280.f32"));
      assertArrayEquals(
          pooled, activations.get("out_relu").mean(1, 2).dup('c').data().asFloat(), 1e-4f);
    }
  }

  private static float[] floats(Path file) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /** torchvision's input [N, 3, 224, 224] as the backbone's: NHWC, values from -1 to 1. */
  private static float[] unscaled(float[] input) {
    float[] image = nhwc(input, input.length / (3 * EDGE * EDGE), 3, EDGE * EDGE);
    double[] mean = {0.485, 0.456, 0.406};
    double[] deviation = {0.229, 0.224, 0.225};
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) (2 * (image[i] * deviation[i % 3] + mean[i % 3]) - 1);
    }
    return image;
  }

  private static float[] nhwc(float[] nchw, int n, int channels, int pixels) {
    float[] nhwc = new float[nchw.length];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < pixels; p++) {
          nhwc[(i * pixels + p) * channels + c] = nchw[(i * channels + c) * pixels + p];
        }
      }
    }
    return nhwc;
  }
}
