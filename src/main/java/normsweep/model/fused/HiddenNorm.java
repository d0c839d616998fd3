package normsweep.model.fused;

import java.util.Map;

/**
 * Norm and activation of a {@link FusedHidden} over one batch, [rows, units] row by row. Arithmetic
 * is in single precision, sums over a batch or a row in double.
 */
abstract sealed class HiddenNorm {
  final int units;

  private HiddenNorm(int units) {
    this.units = units;
  }

  static HiddenNorm of(FusedHidden layer) {
    int units = Math.toIntExact(layer.getNOut());
    return switch (layer.getNorm()) {
      case BATCH_NORM -> new Batch(units, layer.getEps(), layer.getDecay());
      case LAYER_NORM -> new Layer(units);
      case FILTER_RESPONSE_NORM -> new FilterResponse(units);
    };
  }

  /**
   * The output, in place.
   *
   * @param h x·W before; the layer's output after
   * @param p parameters by key
   */
  abstract void forward(float[] h, int rows, Map<String, float[]> p, boolean training);

  /**
   * The gradient, in place, after a forward pass in training mode.
   *
   * @param g gradient of the output before; of x·W after
   * @param d receives the gradients of the parameters by key
   */
  abstract void backward(float[] g, int rows, Map<String, float[]> p, Map<String, float[]> d);

  /** Batch norm, ReLU. */
  private static final class Batch extends HiddenNorm {
    private final double eps;
    private final double decay;
    private final double[] mean;
    private final double[] variance;
    private float[] hat = {};

    Batch(int units, double eps, double decay) {
      super(units);
      this.eps = eps;
      this.decay = decay;
      mean = new double[units];
      variance = new double[units];
    }

    @Override
    void forward(float[] h, int rows, Map<String, float[]> p, boolean training) {
      if (training) {
        batchMoments(h, rows);
      } else {
        for (int c = 0; c < units; c++) {
          mean[c] = p.get(FusedHidden.MEAN)[c];
          variance[c] = p.get(FusedHidden.VARIANCE)[c];
        }
      }
      hat = hat.length < rows * units ? new float[rows * units] : hat;
      float[] gamma = p.get(FusedHidden.GAMMA);
      float[] beta = p.get(FusedHidden.BETA);
      float[] centre = new float[units];
      float[] inverse = new float[units];
      for (int c = 0; c < units; c++) {
        centre[c] = (float) mean[c];
        inverse[c] = (float) (1 / Math.sqrt(variance[c] + eps));
      }
      for (int at = 0; at < rows * units; at += units) {
        for (int c = 0; c < units; c++) {
          float v = (h[at + c] - centre[c]) * inverse[c];
          hat[at + c] = v;
          h[at + c] = Math.max(gamma[c] * v + beta[c], 0f);
        }
      }
    }

    private void batchMoments(float[] h, int rows) {
      for (int c = 0; c < units; c++) {
        mean[c] = 0;
        variance[c] = 0;
      }
      for (int at = 0; at < rows * units; at += units) {
        for (int c = 0; c < units; c++) {
          mean[c] += h[at + c];
        }
      }
      for (int c = 0; c < units; c++) {
        mean[c] /= rows;
      }
      for (int at = 0; at < rows * units; at += units) {
        for (int c = 0; c < units; c++) {
          double off = h[at + c] - mean[c];
          variance[c] += off * off;
        }
      }
      for (int c = 0; c < units; c++) {
        variance[c] /= rows;
      }
    }

    @Override
    void backward(float[] g, int rows, Map<String, float[]> p, Map<String, float[]> d) {
      float[] gamma = p.get(FusedHidden.GAMMA);
      float[] beta = p.get(FusedHidden.BETA);
      double[] sum = new double[units];
      double[] weighted = new double[units];
      for (int at = 0; at < rows * units; at += units) {
        for (int c = 0; c < units; c++) {
          float passed = gamma[c] * hat[at + c] + beta[c] > 0 ? g[at + c] : 0;
          g[at + c] = passed;
          sum[c] += passed;
          weighted[c] += passed * hat[at + c];
        }
      }
      float[] scale = new float[units];
      float[] offset = new float[units];
      float[] slope = new float[units];
      for (int c = 0; c < units; c++) {
        double s = gamma[c] / Math.sqrt(variance[c] + eps);
        scale[c] = (float) s;
        offset[c] = (float) (-s * sum[c] / rows);
        slope[c] = (float) (-s * weighted[c] / rows);
        d.get(FusedHidden.GAMMA)[c] = (float) weighted[c];
        d.get(FusedHidden.BETA)[c] = (float) sum[c];
        d.get(FusedHidden.MEAN)[c] = moved(p.get(FusedHidden.MEAN)[c], mean[c]);
        d.get(FusedHidden.VARIANCE)[c] = moved(p.get(FusedHidden.VARIANCE)[c], variance[c]);
      }
      for (int at = 0; at < rows * units; at += units) {
        for (int c = 0; c < units; c++) {
          g[at + c] = scale[c] * g[at + c] + slope[c] * hat[at + c] + offset[c];
        }
      }
    }

    // What is subtracted from a running value, which so moves towards the batch's.
    private float moved(float running, double batch) {
      return (float) ((1 - decay) * (running - batch));
    }
  }

  /** Layer norm, ReLU. */
  private static final class Layer extends HiddenNorm {
    private float[] hat = {};
    private double[] deviation = {};

    Layer(int units) {
      super(units);
    }

    @Override
    void forward(float[] h, int rows, Map<String, float[]> p, boolean training) {
      hat = hat.length < rows * units ? new float[rows * units] : hat;
      deviation = deviation.length < rows ? new double[rows] : deviation;
      float[] gain = p.get(FusedHidden.GAIN);
      float[] bias = p.get(FusedHidden.BIAS);
      for (int row = 0; row < rows; row++) {
        int at = row * units;
        double mean = 0;
        for (int c = 0; c < units; c++) {
          mean += h[at + c];
        }
        mean /= units;
        double variance = 0;
        for (int c = 0; c < units; c++) {
          variance += (h[at + c] - mean) * (h[at + c] - mean);
        }
        deviation[row] = Math.sqrt(variance / units);
        // Units that are all equal have no direction; the stock layer gives 0 as well.
        float inverse = deviation[row] > 0 ? (float) (1 / deviation[row]) : 0;
        float centre = (float) mean;
        for (int c = 0; c < units; c++) {
          float v = (h[at + c] - centre) * inverse;
          hat[at + c] = v;
          h[at + c] = Math.max(gain[c] * v + bias[c], 0f);
        }
      }
    }

    @Override
    void backward(float[] g, int rows, Map<String, float[]> p, Map<String, float[]> d) {
      float[] gain = p.get(FusedHidden.GAIN);
      float[] bias = p.get(FusedHidden.BIAS);
      double[] dGain = new double[units];
      double[] dBias = new double[units];
      for (int row = 0; row < rows; row++) {
        int at = row * units;
        double sum = 0;
        double weighted = 0;
        for (int c = 0; c < units; c++) {
          float passed = gain[c] * hat[at + c] + bias[c] > 0 ? g[at + c] : 0;
          dBias[c] += passed;
          dGain[c] += passed * hat[at + c];
          float scaled = passed * gain[c];
          g[at + c] = scaled;
          sum += scaled;
          weighted += scaled * hat[at + c];
        }
        float inverse = deviation[row] > 0 ? (float) (1 / deviation[row]) : 0;
        float mean = (float) (sum / units);
        float slope = (float) (weighted / units);
        for (int c = 0; c < units; c++) {
          g[at + c] = inverse * (g[at + c] - mean - slope * hat[at + c]);
        }
      }
      for (int c = 0; c < units; c++) {
        d.get(FusedHidden.GAIN)[c] = (float) dGain[c];
        d.get(FusedHidden.BIAS)[c] = (float) dBias[c];
      }
    }
  }

  /** Filter response norm over maps of one position, thresholded linear unit. */
  private static final class FilterResponse extends HiddenNorm {
    private float[] input = {};

    FilterResponse(int units) {
      super(units);
    }

    private static float power(float x, float epsilon) {
      return x * x + Math.abs(epsilon) + (float) FusedHidden.EPSILON_FLOOR;
    }

    @Override
    void forward(float[] h, int rows, Map<String, float[]> p, boolean training) {
      input = input.length < rows * units ? new float[rows * units] : input;
      float[] bias = p.get(FusedHidden.BIAS);
      float[] gamma = p.get(FusedHidden.GAMMA);
      float[] beta = p.get(FusedHidden.BETA);
      float[] tau = p.get(FusedHidden.TAU);
      float[] epsilon = p.get(FusedHidden.EPSILON);
      for (int at = 0; at < rows * units; at += units) {
        for (int c = 0; c < units; c++) {
          float x = h[at + c] + bias[c];
          input[at + c] = x;
          float y = gamma[c] * (x / (float) Math.sqrt(power(x, epsilon[c]))) + beta[c];
          h[at + c] = Math.max(y, tau[c]);
        }
      }
    }

    @Override
    void backward(float[] g, int rows, Map<String, float[]> p, Map<String, float[]> d) {
      float[] gamma = p.get(FusedHidden.GAMMA);
      float[] beta = p.get(FusedHidden.BETA);
      float[] tau = p.get(FusedHidden.TAU);
      float[] epsilon = p.get(FusedHidden.EPSILON);
      double[] dBias = new double[units];
      double[] dGamma = new double[units];
      double[] dBeta = new double[units];
      double[] dTau = new double[units];
      double[] dEpsilon = new double[units];
      for (int at = 0; at < rows * units; at += units) {
        for (int c = 0; c < units; c++) {
          float x = input[at + c];
          float power = power(x, epsilon[c]);
          float inverse = 1 / (float) Math.sqrt(power);
          float unit = x * inverse;
          boolean above = gamma[c] * unit + beta[c] > tau[c];
          float passed = above ? g[at + c] : 0;
          dTau[c] += g[at + c] - passed;
          dBeta[c] += passed;
          dGamma[c] += passed * unit;
          float scaled = passed * gamma[c] * inverse / power;
          dEpsilon[c] -= 0.5 * scaled * x;
          // x/√(x²+e) has the slope e/(x²+e)^1.5.
          float dx = scaled * (power - x * x);
          g[at + c] = dx;
          dBias[c] += dx;
        }
      }
      for (int c = 0; c < units; c++) {
        d.get(FusedHidden.BIAS)[c] = (float) dBias[c];
        d.get(FusedHidden.GAMMA)[c] = (float) dGamma[c];
        d.get(FusedHidden.BETA)[c] = (float) dBeta[c];
        d.get(FusedHidden.TAU)[c] = (float) dTau[c];
        d.get(FusedHidden.EPSILON)[c] = (float) (dEpsilon[c] * Math.signum(epsilon[c]));
      }
    }
  }
}
