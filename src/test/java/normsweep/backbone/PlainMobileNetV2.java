package normsweep.backbone;

/**
 * MobileNetV2 as plain loops over one NHWC image, written against the paper and each framework's
 * padding rule, to hold the imported graph against. It shares the tensors with the product, but
 * neither the list of layers nor any Deeplearning4j code.
 */
final class PlainMobileNetV2 {
  private static final int[][] STAGES = {
    {1, 16, 1}, {2, 24, 2}, {3, 32, 2}, {4, 64, 2}, {3, 96, 1}, {3, 160, 2}, {1, 320, 1}
  };

  private final WeightTensors weights;
  private float[] x;
  private int size;
  private int channels;

  private PlainMobileNetV2(WeightTensors weights, float[] image, int size) {
    this.weights = weights;
    this.x = image;
    this.size = size;
    this.channels = 3;
  }

  /** Activations of {@code out_relu}, row-major [7, 7, 1280], of one [224, 224, 3] image. */
  static float[] outRelu(WeightTensors weights, float[] image) {
    PlainMobileNetV2 net = blocks(weights, image);
    net.convolve("Conv_1", 1280, 1, 1);
    net.batchNorm("Conv_1_bn");
    net.relu();
    return net.x;
  }

  /** Activations behind the last inverted residual block, row-major [7, 7, 320]. */
  static float[] features(WeightTensors weights, float[] image) {
    return blocks(weights, image).x;
  }

  private static PlainMobileNetV2 blocks(WeightTensors weights, float[] image) {
    PlainMobileNetV2 net = new PlainMobileNetV2(weights, image, 224);
    if (weights.form().imageNetScaling()) {
      net.imageNetScaling();
    }
    net.convolve("Conv1", 32, 3, 2);
    net.batchNorm("bn_Conv1");
    net.relu();
    int block = 0;
    for (int[] stage : STAGES) {
      for (int i = 0; i < stage[0]; i++) {
        net.block(block++, stage[1], i == 0 ? net.stride(stage) : 1);
      }
    }
    return net;
  }

  // Gluon's first release halves its maps at 96 channels, not at 64.
  private int stride(int[] stage) {
    boolean moved = gluon() && (stage[1] == 64 || stage[1] == 96);
    return moved ? 3 - stage[2] : stage[2];
  }

  private boolean gluon() {
    return weights.form().blocks() == BackboneForm.Blocks.GLUON;
  }

  private void block(int block, int out, int stride) {
    String prefix = block == 0 ? "expanded_conv" : "block_" + block;
    float[] shortcut = stride == 1 && channels == out ? x : null;
    if (block > 0 || weights.form().blocks() != BackboneForm.Blocks.PAPER) {
      convolve(prefix + "_expand", block == 0 ? channels : channels * 6, 1, 1);
      batchNorm(prefix + "_expand_BN");
      relu();
    }
    depthwise(prefix + "_depthwise", stride);
    batchNorm(prefix + "_depthwise_BN");
    relu();
    convolve(prefix + "_project", out, 1, 1);
    batchNorm(prefix + "_project_BN");
    for (int i = 0; shortcut != null && i < x.length; i++) {
      x[i] += shortcut[i];
    }
  }

  private void convolve(String layer, int out, int kernel, int stride) {
    float[] w = weights.values(TensorShape.of(layer, "kernel", kernel, kernel, channels, out));
    int before = stride == 1 || weights.form().symmetricPadding() ? kernel / 2 : 0;
    int to = size / stride;
    float[] y = new float[to * to * out];
    for (int oy = 0; oy < to; oy++) {
      for (int ox = 0; ox < to; ox++) {
        for (int ky = 0; ky < kernel; ky++) {
          for (int kx = 0; kx < kernel; kx++) {
            int iy = oy * stride + ky - before;
            int ix = ox * stride + kx - before;
            if (iy < 0 || ix < 0 || iy >= size || ix >= size) {
              continue;
            }
            for (int c = 0; c < channels; c++) {
              float v = x[(iy * size + ix) * channels + c];
              int from = ((ky * kernel + kx) * channels + c) * out;
              int at = (oy * to + ox) * out;
              for (int o = 0; o < out; o++) {
                y[at + o] += v * w[from + o];
              }
            }
          }
        }
      }
    }
    x = y;
    size = to;
    channels = out;
  }

  private void depthwise(String layer, int stride) {
    float[] w = weights.values(TensorShape.of(layer, "depthwise_kernel", 3, 3, channels, 1));
    int before = stride == 1 || weights.form().symmetricPadding() ? 1 : 0;
    int to = size / stride;
    float[] y = new float[to * to * channels];
    for (int oy = 0; oy < to; oy++) {
      for (int ox = 0; ox < to; ox++) {
        for (int k = 0; k < 9; k++) {
          int iy = oy * stride + k / 3 - before;
          int ix = ox * stride + k % 3 - before;
          if (iy < 0 || ix < 0 || iy >= size || ix >= size) {
            continue;
          }
          for (int c = 0; c < channels; c++) {
            y[(oy * to + ox) * channels + c] +=
                x[(iy * size + ix) * channels + c] * w[k * channels + c];
          }
        }
      }
    }
    x = y;
    size = to;
  }

  private void batchNorm(String layer) {
    float[] gamma = weights.values(TensorShape.of(layer, "gamma", channels));
    float[] beta = weights.values(TensorShape.of(layer, "beta", channels));
    float[] mean = weights.values(TensorShape.of(layer, "moving_mean", channels));
    float[] variance = weights.values(TensorShape.of(layer, "moving_variance", channels));
    for (int i = 0; i < x.length; i++) {
      int c = i % channels;
      x[i] =
          (float)
              ((x[i] - mean[c]) / Math.sqrt(variance[c] + weights.form().epsilon()) * gamma[c]
                  + beta[c]);
    }
  }

  /** From values in [-1, 1] to those that torchvision's transforms give. */
  private void imageNetScaling() {
    double[] mean = {0.485, 0.456, 0.406};
    double[] deviation = {0.229, 0.224, 0.225};
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) (((x[i] + 1) / 2 - mean[i % 3]) / deviation[i % 3]);
    }
    x = y;
  }

  private void relu() {
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.min(Math.max(x[i], 0), gluon() ? Float.MAX_VALUE : 6);
    }
  }
}
