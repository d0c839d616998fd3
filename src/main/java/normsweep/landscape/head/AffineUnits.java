package normsweep.landscape.head;

/**
 * Batch norm in inference mode and ReLU: y = max(γ·x̂ + β, 0), x̂ = (u − μ)/√(σ² + ε), with the
 * running mean μ and variance σ² held fixed (Ioffe &amp; Szegedy 2015, section 3.1).
 *
 * @param gamma position of the scales in the head's vector
 * @param beta position of the shifts
 * @param mean running means, one per unit
 * @param inverseDeviation 1/√(σ² + ε), one per unit
 */
record AffineUnits(int gamma, int beta, double[] mean, double[] inverseDeviation)
    implements HeadActivation {

  /** Units with DL4J's running statistics. */
  static AffineUnits of(int gamma, int beta, double[] mean, double[] variance, double epsilon) {
    double[] inverse = new double[variance.length];
    for (int j = 0; j < inverse.length; j++) {
      inverse[j] = 1 / Math.sqrt(variance[j] + epsilon);
    }
    return new AffineUnits(gamma, beta, mean, inverse);
  }

  @Override
  public void forward(double[] p, double[] u, double[] y, int images) {
    for (int j = 0; j < mean.length; j++) {
      double scale = p[gamma + j] * inverseDeviation[j];
      double shift = p[beta + j] - scale * mean[j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        y[i] = Math.max(scale * u[i] + shift, 0);
      }
    }
  }

  @Override
  public void backward(double[] p, double[] u, double[] dy, double[] du, double[] g, int images) {
    for (int j = 0; j < mean.length; j++) {
      double scale = p[gamma + j] * inverseDeviation[j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        double x = (u[i] - mean[j]) * inverseDeviation[j];
        double a = p[gamma + j] * x + p[beta + j] > 0 ? dy[i] : 0;
        g[gamma + j] += a * x;
        g[beta + j] += a;
        du[i] = a * scale;
      }
    }
  }

  @Override
  public void forwardTangent(
      double[] p, double[] v, double[] u, double[] tu, double[] ty, int images) {
    for (int j = 0; j < mean.length; j++) {
      double scale = p[gamma + j] * inverseDeviation[j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        double x = (u[i] - mean[j]) * inverseDeviation[j];
        boolean active = p[gamma + j] * x + p[beta + j] > 0;
        ty[i] = active ? v[gamma + j] * x + scale * tu[i] + v[beta + j] : 0;
      }
    }
  }

  @Override
  public void backwardTangent(
      double[] p,
      double[] v,
      double[] u,
      double[] tu,
      double[] dy,
      double[] tdy,
      double[] tdu,
      double[] tg,
      int images) {
    for (int j = 0; j < mean.length; j++) {
      double inverse = inverseDeviation[j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        double x = (u[i] - mean[j]) * inverse;
        boolean active = p[gamma + j] * x + p[beta + j] > 0;
        double a = active ? dy[i] : 0;
        double ta = active ? tdy[i] : 0;
        tg[gamma + j] += ta * x + a * inverse * tu[i];
        tg[beta + j] += ta;
        tdu[i] = inverse * (ta * p[gamma + j] + a * v[gamma + j]);
      }
    }
  }
}
