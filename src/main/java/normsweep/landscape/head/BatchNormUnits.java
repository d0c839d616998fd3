package normsweep.landscape.head;

import java.util.Arrays;
import normsweep.tail.Head;

/**
 * Batch norm in inference mode and ReLU: y = max(γ·x̂ + β, 0), x̂ = (u − μ)/√(σ² + ε), with the
 * running mean μ and variance σ² held fixed (Ioffe &amp; Szegedy 2015, section 3.1).
 *
 * @param gamma position of the scales in the head's vector
 * @param beta position of the shifts
 * @param mean running means, one per unit
 * @param inverseDeviation 1/√(σ² + ε), one per unit
 */
record BatchNormUnits(int gamma, int beta, double[] mean, double[] inverseDeviation)
    implements HeadActivation {

  /** Units with DL4J's running statistics. */
  static BatchNormUnits of(int gamma, int beta, double[] mean, double[] variance) {
    double[] inverse =
        Arrays.stream(variance).map(v -> 1 / Math.sqrt(v + Head.BATCH_NORM_EPSILON)).toArray();
    return new BatchNormUnits(gamma, beta, mean, inverse);
  }

  @Override
  public double[] forward(double[] p, double[] u) {
    int images = u.length / mean.length;
    double[] y = new double[u.length];
    for (int j = 0; j < mean.length; j++) {
      double scale = p[gamma + j] * inverseDeviation[j];
      double shift = p[beta + j] - scale * mean[j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        y[i] = Math.max(scale * u[i] + shift, 0);
      }
    }
    return y;
  }

  @Override
  public double[] forwardTangent(double[] p, double[] v, double[] u, double[] tu) {
    int images = u.length / mean.length;
    double[] ty = new double[u.length];
    for (int j = 0; j < mean.length; j++) {
      double scale = p[gamma + j] * inverseDeviation[j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        double x = (u[i] - mean[j]) * inverseDeviation[j];
        boolean active = p[gamma + j] * x + p[beta + j] > 0;
        ty[i] = active ? v[gamma + j] * x + scale * tu[i] + v[beta + j] : 0;
      }
    }
    return ty;
  }

  @Override
  public double[] backwardTangent(
      double[] p, double[] v, double[] u, double[] tu, double[] dy, double[] tdy, double[] tg) {
    int images = u.length / mean.length;
    double[] tdu = new double[u.length];
    for (int j = 0; j < mean.length; j++) {
      double inverse = inverseDeviation[j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        double x = (u[i] - mean[j]) * inverse;
        if (p[gamma + j] * x + p[beta + j] > 0) {
          tg[gamma + j] += tdy[i] * x + dy[i] * inverse * tu[i];
          tg[beta + j] += tdy[i];
          tdu[i] = inverse * (tdy[i] * p[gamma + j] + dy[i] * v[gamma + j]);
        }
      }
    }
    return tdu;
  }
}
