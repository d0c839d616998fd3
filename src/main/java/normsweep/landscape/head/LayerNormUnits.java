package normsweep.landscape.head;

/**
 * Layer norm and ReLU: x̂ = (u − m)/s with mean m and standard deviation s over the units of one
 * image, y = max(γ·x̂ + β, 0) (Ba, Kiros &amp; Hinton 2016). Like DL4J's, it adds no ε to the
 * variance, and x̂ is 0 with no gradient where all units are equal.
 *
 * @param units number of units
 * @param gamma position of the scales in the head's vector
 * @param beta position of the shifts
 */
record LayerNormUnits(int units, int gamma, int beta) implements HeadActivation {

  @Override
  public double[] forward(double[] p, double[] u) {
    Moments moments = new Moments(u);
    double[] y = new double[u.length];
    for (int j = 0; j < units; j++) {
      double scale = p[gamma + j];
      double shift = p[beta + j];
      int start = j * moments.images;
      for (int n = 0; n < moments.images; n++) {
        y[start + n] = Math.max(scale * moments.standardised(start + n, n) + shift, 0);
      }
    }
    return y;
  }

  @Override
  public double[] forwardTangent(double[] p, double[] v, double[] u, double[] tu) {
    Moments moments = new Moments(u);
    Tangents tangents = new Tangents(moments, tu);
    double[] ty = new double[u.length];
    for (int j = 0; j < units; j++) {
      for (int n = 0; n < moments.images; n++) {
        int i = j * moments.images + n;
        double x = moments.standardised(i, n);
        if (active(p, j, x)) {
          double tx = tangents.standardised(x, i, n);
          ty[i] = v[gamma + j] * x + p[gamma + j] * tx + v[beta + j];
        }
      }
    }
    return ty;
  }

  @Override
  public double[] backwardTangent(
      double[] p, double[] v, double[] u, double[] tu, double[] dy, double[] tdy, double[] tg) {
    Moments moments = new Moments(u);
    Tangents tangents = new Tangents(moments, tu);
    int images = moments.images;
    double[] dx = new double[u.length];
    double[] tdx = new double[u.length];
    // Means over units of dx̂, x̂·dx̂ and their tangents.
    double[] sum = new double[images];
    double[] projection = new double[images];
    double[] sumTangent = new double[images];
    double[] projectionTangent = new double[images];
    for (int j = 0; j < units; j++) {
      for (int n = 0; n < images; n++) {
        int i = j * images + n;
        double x = moments.standardised(i, n);
        if (active(p, j, x)) {
          double tx = tangents.standardised(x, i, n);
          tg[gamma + j] += tdy[i] * x + dy[i] * tx;
          tg[beta + j] += tdy[i];
          dx[i] = dy[i] * p[gamma + j];
          tdx[i] = tdy[i] * p[gamma + j] + dy[i] * v[gamma + j];
          sum[n] += dx[i] / units;
          projection[n] += dx[i] * x / units;
          sumTangent[n] += tdx[i] / units;
          projectionTangent[n] += (tdx[i] * x + dx[i] * tx) / units;
        }
      }
    }
    double[] tdu = new double[u.length];
    for (int i = 0; i < u.length; i++) {
      int n = i % images;
      double x = moments.standardised(i, n);
      double tx = tangents.standardised(x, i, n);
      double inverse = moments.inverse[n];
      double du = (dx[i] - sum[n] - x * projection[n]) * inverse;
      tdu[i] =
          (tdx[i] - sumTangent[n] - tx * projection[n] - x * projectionTangent[n]) * inverse
              - du * tangents.deviation[n] * inverse;
    }
    return tdu;
  }

  private boolean active(double[] p, int j, double x) {
    return p[gamma + j] * x + p[beta + j] > 0;
  }

  /** Mean and inverse deviation of each image. */
  private final class Moments {
    private final double[] u;
    private final int images;
    private final double[] mean;
    private final double[] inverse;

    Moments(double[] u) {
      this.u = u;
      images = u.length / units;
      mean = new double[images];
      inverse = new double[images];
      for (int j = 0; j < units; j++) {
        for (int n = 0; n < images; n++) {
          mean[n] += u[j * images + n];
        }
      }
      for (int n = 0; n < images; n++) {
        mean[n] /= units;
      }
      for (int j = 0; j < units; j++) {
        for (int n = 0; n < images; n++) {
          double off = u[j * images + n] - mean[n];
          inverse[n] += off * off;
        }
      }
      for (int n = 0; n < images; n++) {
        inverse[n] = inverse[n] > 0 ? 1 / Math.sqrt(inverse[n] / units) : 0;
      }
    }

    double standardised(int i, int n) {
      return (u[i] - mean[n]) * inverse[n];
    }
  }

  /** How mean and deviation of each image change with the inputs. */
  private final class Tangents {
    private final Moments moments;
    private final double[] tu;
    private final double[] mean;
    private final double[] deviation;

    Tangents(Moments moments, double[] tu) {
      this.moments = moments;
      this.tu = tu;
      mean = new double[moments.images];
      deviation = new double[moments.images];
      for (int i = 0; i < tu.length; i++) {
        int n = i % moments.images;
        mean[n] += tu[i] / units;
        deviation[n] += moments.standardised(i, n) * tu[i] / units;
      }
    }

    double standardised(double x, int i, int n) {
      return (tu[i] - mean[n] - x * deviation[n]) * moments.inverse[n];
    }
  }
}
