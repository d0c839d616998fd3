package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Folds the batch norms of random weights by hand into a TensorFlow.js model, and converts that:
 * the function of the network must come out unchanged.
 */
final class FoldedMobileNetV2Test {
  private static WeightTensors unfolded;
  private static Map<String, float[]> detector;

  @BeforeAll
  static void fold() throws IOException {
    unfolded = RandomWeights.of(9);
    ObjectNode root = new ObjectMapper().createObjectNode();
    ObjectNode group = root.putArray("weightsManifest").addObject();
    group.putArray("paths").add("all");
    ArrayNode entries = group.putArray("weights");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    convolution(entries, bytes, "Conv", "Conv1", "bn_Conv1", 3, 3, 32);
    int in = 32;
    int[] widths = {16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320};
    for (int block = 0; block < widths.length; block++) {
      String keras = block == 0 ? "expanded_conv_" : "block_" + block + "_";
      String scope = block == 0 ? "expanded_conv/" : "expanded_conv_" + block + "/";
      int wide = block == 0 ? in : 6 * in;
      if (block > 0) {
        String expand = keras + "expand";
        convolution(entries, bytes, scope + "expand", expand, expand + "_BN", 1, in, wide);
      }
      depthwise(entries, bytes, scope + "depthwise", keras + "depthwise", wide);
      String project = keras + "project";
      convolution(
          entries, bytes, scope + "project", project, project + "_BN", 1, wide, widths[block]);
      in = widths[block];
    }
    convolution(entries, bytes, "Conv_1", "Conv_1", "Conv_1_bn", 1, 320, 1280);
    detector =
        TfjsWeights.read(
            Map.of(
                "model.json",
                new ObjectMapper().writeValueAsBytes(root),
                "all",
                bytes.toByteArray()));
  }

  @Test
  void keepsTheFunctionOfTheNetwork() {
    WeightTensors folded = FoldedMobileNetV2.convert(detector);
    Random random = new Random(2);
    float[] image = new float[224 * 224 * 3];
    for (int i = 0; i < image.length; i++) {
      image[i] = 2 * random.nextFloat() - 1;
    }
    float[] expected = PlainMobileNetV2.outRelu(unfolded, image);
    assertArrayEquals(expected, PlainMobileNetV2.outRelu(folded, image), 2e-3f);
  }

  @Test
  void leavesBatchNormsThatOnlyShift() {
    WeightTensors folded = FoldedMobileNetV2.convert(detector);
    for (TensorShape shape : folded.shapes()) {
      for (float value : folded.values(shape)) {
        switch (shape.parameter()) {
          case "gamma" -> assertEquals(1, value);
          case "moving_mean" -> assertEquals(0, value);
          case "moving_variance" -> assertEquals(1 - 1e-3f, value);
          default -> assertTrue(Float.isFinite(value));
        }
      }
    }
  }

  private static void convolution(
      ArrayNode entries,
      ByteArrayOutputStream bytes,
      String scope,
      String layer,
      String norm,
      int kernel,
      int in,
      int out) {
    float[] values =
        unfolded.values(TensorShape.of(layer, "kernel", kernel, kernel, in, out)).clone();
    float[] scale = scale(norm, out);
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale[i % out];
    }
    add(entries, bytes, scope + "/Conv2D/merged_input", values, kernel, kernel, in, out);
    add(entries, bytes, scope + "/BatchNorm/batchnorm/sub", shift(norm, scale), out);
  }

  private static void depthwise(
      ArrayNode entries, ByteArrayOutputStream bytes, String scope, String layer, int channels) {
    float[] scale = scale(layer + "_BN", channels);
    float[] kernel = unfolded.values(TensorShape.of(layer, "depthwise_kernel", 3, 3, channels, 1));
    add(entries, bytes, scope + "/depthwise_weights", kernel, 3, 3, channels, 1);
    add(entries, bytes, scope + "/BatchNorm/batchnorm/mul", scale, channels);
    add(entries, bytes, scope + "/BatchNorm/batchnorm/sub", shift(layer + "_BN", scale), channels);
  }

  private static float[] scale(String norm, int channels) {
    float[] gamma = unfolded.values(TensorShape.of(norm, "gamma", channels));
    float[] variance = unfolded.values(TensorShape.of(norm, "moving_variance", channels));
    float[] scale = new float[channels];
    for (int c = 0; c < channels; c++) {
      scale[c] = (float) (gamma[c] / Math.sqrt(variance[c] + 1e-3));
    }
    return scale;
  }

  private static float[] shift(String norm, float[] scale) {
    float[] beta = unfolded.values(TensorShape.of(norm, "beta", scale.length));
    float[] mean = unfolded.values(TensorShape.of(norm, "moving_mean", scale.length));
    float[] shift = new float[scale.length];
    for (int c = 0; c < scale.length; c++) {
      shift[c] = beta[c] - mean[c] * scale[c];
    }
    return shift;
  }

  private static void add(
      ArrayNode entries, ByteArrayOutputStream bytes, String name, float[] values, int... shape) {
    ObjectNode entry =
        entries
            .addObject()
            .put("name", "FeatureExtractor/MobilenetV2/" + name)
            .put("dtype", "float32");
    ArrayNode edges = entry.putArray("shape");
    for (int edge : shape) {
      edges.add(edge);
    }
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    bytes.writeBytes(buffer.array());
  }
}
