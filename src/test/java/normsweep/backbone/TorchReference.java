package normsweep.backbone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import normsweep.backbone.OnnxFiles.Style;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An ONNX file with what its network computes: torchvision's own export and outputs where a
 * developer has them at hand, else a made-up file and plain loops.
 *
 * @param file the ONNX file
 * @param image images as the backbone takes them: NHWC, values from -1 to 1
 * @param images how many
 * @param features the activation behind the last inverted residual block, NHWC
 * @param tolerance how far an import may be off: 1e-4, and more where activations have no limit of
 *     6
 * @param pooled out_relu averaged over its positions
 */
public record TorchReference(
    Path file,
    float[] image,
    int images,
    float[] features,
    float tolerance,
    Optional<float[]> pooled) {
  private static final int EDGE = 224;

  /**
   * A reference.
   *
   * @param network "bn" for torchvision's with its batch norms, "folded" without, "gluon" for the
   *     one of MXNet Gluon's first release, which is always made up
   * @param folder where a made-up file may be written
   */
  public static TorchReference of(String network, Path folder) throws IOException {
    String development = System.getenv("NORMSWEEP_DEV_ZOO");
    return development == null || network.equals("gluon")
        ? madeUp(network, folder)
        : torchvision(network, Path.of(development, "torchvision_random"));
  }

  /** The images as an array [N, 224, 224, 3]. */
  public INDArray input() {
    return Nd4j.createFromArray(image).reshape('c', images, EDGE, EDGE, 3);
  }

  private static TorchReference torchvision(String batchNorms, Path zoo) throws IOException {
    float[] image = nhwc(floats(zoo.resolve("input_4x3x224x224.f32")), 4, 3, EDGE * EDGE);
    double[] mean = {0.485, 0.456, 0.406};
    double[] deviation = {0.229, 0.224, 0.225};
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) (2 * (image[i] * deviation[i % 3] + mean[i % 3]) - 1);
    }
    return new TorchReference(
        zoo.resolve("mobilenet_v2_" + batchNorms + ".onnx"),
        image,
        4,
        nhwc(floats(zoo.resolve("features17_4x320x7x7.f32")), 4, 320, 49),
        1e-4f,
        Optional.of(floats(zoo.resolve("pooled_4x1280.f32"))));
  }

  private static TorchReference madeUp(String network, Path folder) throws IOException {
    BackboneForm form =
        network.equals("gluon")
            ? new BackboneForm(1e-5, true, true, BackboneForm.Blocks.GLUON)
            : BackboneForm.TORCH;
    WeightTensors weights = RandomWeights.of(11, form);
    Style style = network.equals("folded") ? Style.TORCH_FOLDED : Style.TORCH;
    byte[] model = OnnxFiles.model(weights, style).toByteArray();
    float[] image = new float[3 * EDGE * EDGE];
    Random random = new Random(1);
    for (int i = 0; i < image.length; i++) {
      image[i] = 2 * random.nextFloat() - 1;
    }
    float[] features = PlainMobileNetV2.features(weights, image);
    float largest = 0;
    for (float value : features) {
      largest = Math.max(largest, Math.abs(value));
    }
    return new TorchReference(
        Files.write(folder.resolve("made.onnx"), model),
        image,
        1,
        features,
        network.equals("gluon") ? 1e-4f * largest / 6 : 1e-4f,
        Optional.empty());
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
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
