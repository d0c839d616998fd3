package normsweep.landscape.head;

/** ReLU alone, y = max(u, 0): the hidden layer of a head without a norm behind it. */
record PlainUnits() implements HeadActivation {

  @Override
  public double[] forward(double[] p, double[] u) {
    return rectified(u, u);
  }

  @Override
  public double[] forwardTangent(double[] p, double[] v, double[] u, double[] tu) {
    return rectified(u, tu);
  }

  @Override
  public double[] backwardTangent(
      double[] p, double[] v, double[] u, double[] tu, double[] dy, double[] tdy, double[] tg) {
    return rectified(u, tdy);
  }

  /** The values at active units, and zeros. */
  private static double[] rectified(double[] u, double[] values) {
    double[] result = new double[u.length];
    for (int i = 0; i < u.length; i++) {
      result[i] = u[i] > 0 ? values[i] : 0;
    }
    return result;
  }
}
