package normsweep.backbone;

import normsweep.features.FrozenTrunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Brings square images to what the backbone reads: bilinear upscaling with half-pixel centres to
 * {@value #INPUT_SIZE}×{@value #INPUT_SIZE}, values x/127.5 − 1 in [−1, 1].
 *
 * <p>This is the reference on the DL4J side; {@link FrozenTrunk} does the same inside ONNX Runtime.
 */
public final class ImageScaling {
  /** Height and width of a source image. */
  public static final int SOURCE_SIZE = 32;

  /** Height and width of the backbone's input. */
  public static final int INPUT_SIZE = 224;

  /** Bytes of a source image: three planes. */
  public static final int SOURCE_BYTES = 3 * SOURCE_SIZE * SOURCE_SIZE;

  /** What is done to an image, for keys of whatever is derived from it; change it with the code. */
  public static final String VERSION = "bilinear half-pixel 32 to 224, x/127.5-1, 1";

  public static final float HALF_RANGE = 127.5f;
  public static final float CENTRE = 1f;

  private ImageScaling() {}

  /**
   * The backbone's input for byte images.
   *
   * @param images {@code n} images of {@value #SOURCE_BYTES} bytes, planes R, G, B
   * @return floats [n, 224, 224, 3]
   */
  public static INDArray modelInput(byte[] images, int n) {
    return modelInput(images, n, SOURCE_SIZE, INPUT_SIZE);
  }

  /** The backbone's input for images of another size. */
  public static INDArray modelInput(byte[] images, int n, int sourceSize) {
    return modelInput(images, n, sourceSize, INPUT_SIZE);
  }

  public static INDArray modelInput(byte[] images, int n, int sourceSize, int inputSize) {
    float[] values = new float[Math.multiplyExact(n, 3 * inputSize * inputSize)];
    int[] low = new int[inputSize];
    float[] fraction = new float[inputSize];
    for (int i = 0; i < inputSize; i++) {
      float centre = (i + 0.5f) * sourceSize / inputSize - 0.5f;
      float inside = Math.min(Math.max(centre, 0), sourceSize - 1);
      low[i] = (int) inside;
      fraction[i] = inside - low[i];
    }
    for (int plane = 0; plane < 3 * n; plane++) {
      int from = plane * sourceSize * sourceSize;
      int to = plane / 3 * 3 * inputSize * inputSize + plane % 3;
      for (int y = 0; y < inputSize; y++) {
        int top = from + low[y] * sourceSize;
        int bottom = from + Math.min(low[y] + 1, sourceSize - 1) * sourceSize;
        for (int x = 0; x < inputSize; x++) {
          int left = low[x];
          int right = Math.min(left + 1, sourceSize - 1);
          float above = mix(images[top + left], images[top + right], fraction[x]);
          float below = mix(images[bottom + left], images[bottom + right], fraction[x]);
          float value = above + (below - above) * fraction[y];
          values[to + 3 * (y * inputSize + x)] = value / HALF_RANGE - CENTRE;
        }
      }
    }
    return Nd4j.createFromArray(values).reshape(n, inputSize, inputSize, 3);
  }

  private static float mix(byte low, byte high, float fraction) {
    int from = Byte.toUnsignedInt(low);
    return from + (Byte.toUnsignedInt(high) - from) * fraction;
  }
}
