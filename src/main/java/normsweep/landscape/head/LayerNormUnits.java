package normsweep.landscape.head;

/**
 * Layer norm and ReLU: x̂ = (u − m)/s with mean m and deviation s = √(variance + ε) over the units
 * of one image, y = max(γ·x̂ + β, 0) (Ba, Kiros &amp; Hinton 2016).
 *
 * @param units number of units
 * @param gamma position of the scales in the head's vector
 * @param beta position of the shifts
 * @param epsilon the constant under the root
 */
record LayerNormUnits(int units, int gamma, int beta, double epsilon) implements HeadActivation {

  @Override
  public void forward(double[] p, double[] u, double[] y, int images) {
    Moments moments = new Moments(u, images);
    for (int j = 0; j < units; j++) {
      double scale = p[gamma + j];
      double shift = p[beta + j];
      int start = j * images;
      for (int n = 0; n < images; n++) {
        double x = (u[start + n] - moments.mean[n]) * moments.inverse[n];
        y[start + n] = Math.max(scale * x + shift, 0);
      }
    }
  }

  @Override
  public void backward(double[] p, double[] u, double[] dy, double[] du, double[] g, int images) {
    Moments moments = new Moments(u, images);
    double[] sum = new double[images];
    double[] projection = new double[images];
    for (int j = 0; j < units; j++) {
      for (int n = 0; n < images; n++) {
        int i = j * images + n;
        double x = moments.standardised(u, i, n);
        double a = active(p, j, x) ? dy[i] : 0;
        g[gamma + j] += a * x;
        g[beta + j] += a;
        du[i] = a * p[gamma + j];
        sum[n] += du[i] / units;
        projection[n] += du[i] * x / units;
      }
    }
    for (int j = 0; j < units; j++) {
      for (int n = 0; n < images; n++) {
        int i = j * images + n;
        double x = moments.standardised(u, i, n);
        du[i] = (du[i] - sum[n] - x * projection[n]) * moments.inverse[n];
      }
    }
  }

  @Override
  public void forwardTangent(
      double[] p, double[] v, double[] u, double[] tu, double[] ty, int images) {
    Moments moments = new Moments(u, images);
    Tangents tangents = new Tangents(moments, u, tu, images);
    for (int j = 0; j < units; j++) {
      for (int n = 0; n < images; n++) {
        int i = j * images + n;
        double x = moments.standardised(u, i, n);
        ty[i] =
            active(p, j, x)
                ? v[gamma + j] * x + p[gamma + j] * tangents.standardised(tu, x, i, n) + v[beta + j]
                : 0;
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
    Moments moments = new Moments(u, images);
    Tangents tangents = new Tangents(moments, u, tu, images);
    // Means over units of dx̂, x̂·dx̂ and their tangents.
    double[] sum = new double[images];
    double[] projection = new double[images];
    double[] sumTangent = new double[images];
    double[] projectionTangent = new double[images];
    for (int j = 0; j < units; j++) {
      for (int n = 0; n < images; n++) {
        int i = j * images + n;
        double x = moments.standardised(u, i, n);
        double tx = tangents.standardised(tu, x, i, n);
        boolean active = active(p, j, x);
        double a = active ? dy[i] : 0;
        double ta = active ? tdy[i] : 0;
        tg[gamma + j] += ta * x + a * tx;
        tg[beta + j] += ta;
        double dx = a * p[gamma + j];
        double tdx = ta * p[gamma + j] + a * v[gamma + j];
        sum[n] += dx / units;
        projection[n] += dx * x / units;
        sumTangent[n] += tdx / units;
        projectionTangent[n] += (tdx * x + dx * tx) / units;
        tdu[i] = tdx;
      }
    }
    for (int j = 0; j < units; j++) {
      for (int n = 0; n < images; n++) {
        int i = j * images + n;
        double x = moments.standardised(u, i, n);
        double tx = tangents.standardised(tu, x, i, n);
        double dx = active(p, j, x) ? dy[i] * p[gamma + j] : 0;
        double inverse = moments.inverse[n];
        double du = (dx - sum[n] - x * projection[n]) * inverse;
        tdu[i] =
            (tdu[i] - sumTangent[n] - tx * projection[n] - x * projectionTangent[n]) * inverse
                - du * tangents.deviation[n] * inverse;
      }
    }
  }

  private boolean active(double[] p, int j, double x) {
    return p[gamma + j] * x + p[beta + j] > 0;
  }

  /** Mean and inverse deviation of each image. */
  private final class Moments {
    private final double[] mean;
    private final double[] inverse;

    Moments(double[] u, int images) {
      mean = new double[images];
      inverse = new double[images];
      for (int j = 0; j < units; j++) {
        int start = j * images;
        for (int n = 0; n < images; n++) {
          mean[n] += u[start + n];
        }
      }
      for (int n = 0; n < images; n++) {
        mean[n] /= units;
      }
      for (int j = 0; j < units; j++) {
        int start = j * images;
        for (int n = 0; n < images; n++) {
          double off = u[start + n] - mean[n];
          inverse[n] += off * off;
        }
      }
      for (int n = 0; n < images; n++) {
        inverse[n] = 1 / Math.sqrt(inverse[n] / units + epsilon);
      }
    }

    double standardised(double[] u, int i, int n) {
      return (u[i] - mean[n]) * inverse[n];
    }
  }

  /** How mean and deviation of each image change with the inputs. */
  private final class Tangents {
    private final Moments moments;
    private final double[] mean;
    private final double[] deviation;

    Tangents(Moments moments, double[] u, double[] tu, int images) {
      this.moments = moments;
      mean = new double[images];
      deviation = new double[images];
      for (int j = 0; j < units; j++) {
        for (int n = 0; n < images; n++) {
          int i = j * images + n;
          mean[n] += tu[i] / units;
          deviation[n] += moments.standardised(u, i, n) * tu[i] / units;
        }
      }
    }

    double standardised(double[] tu, double x, int i, int n) {
      return (tu[i] - mean[n] - x * deviation[n]) * moments.inverse[n];
    }
  }
}
