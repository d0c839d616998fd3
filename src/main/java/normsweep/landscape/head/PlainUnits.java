package normsweep.landscape.head;

/** ReLU alone, y = max(u, 0): the hidden layer of a head whose norm sits before the pooling. */
record PlainUnits() implements HeadActivation {

  @Override
  public void forward(double[] p, double[] u, double[] y, int images) {
    for (int i = 0; i < u.length; i++) {
      y[i] = Math.max(u[i], 0);
    }
  }

  @Override
  public void backward(double[] p, double[] u, double[] dy, double[] du, double[] g, int images) {
    for (int i = 0; i < u.length; i++) {
      du[i] = u[i] > 0 ? dy[i] : 0;
    }
  }

  @Override
  public void forwardTangent(
      double[] p, double[] v, double[] u, double[] tu, double[] ty, int images) {
    for (int i = 0; i < u.length; i++) {
      ty[i] = u[i] > 0 ? tu[i] : 0;
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
    for (int i = 0; i < u.length; i++) {
      tdu[i] = u[i] > 0 ? tdy[i] : 0;
    }
  }
}
