package normsweep.landscape.head;

import normsweep.tail.FilterResponseNorm;

/**
 * Filter response norm on a 1×1 map and thresholded linear unit: ν² = u², e = |ε_l| + floor, y =
 * γ·q + β with q = u/√(ν² + e), z = max(y, τ) (Singh &amp; Krishnan 2020, sections 3.1–3.3). The
 * floor is {@link FilterResponseNorm#EPSILON_FLOOR}.
 *
 * @param units number of units
 * @param gamma position of the scales in the head's vector
 * @param beta position of the shifts
 * @param tau position of the thresholds
 * @param epsilon position of the learned ε_l, one per unit
 */
record FilterResponseUnits(int units, int gamma, int beta, int tau, int epsilon)
    implements HeadActivation {

  @Override
  public double[] forward(double[] p, double[] u) {
    int images = u.length / units;
    double[] z = new double[u.length];
    for (int j = 0; j < units; j++) {
      double e = e(p, j);
      for (int i = j * images; i < (j + 1) * images; i++) {
        double q = u[i] / Math.sqrt(u[i] * u[i] + e);
        z[i] = Math.max(p[gamma + j] * q + p[beta + j], p[tau + j]);
      }
    }
    return z;
  }

  @Override
  public double[] forwardTangent(double[] p, double[] v, double[] u, double[] tu) {
    int images = u.length / units;
    double[] tz = new double[u.length];
    for (int j = 0; j < units; j++) {
      double e = e(p, j);
      double te = Math.signum(p[epsilon + j]) * v[epsilon + j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        double r = 1 / Math.sqrt(u[i] * u[i] + e);
        double q = u[i] * r;
        double tq = (e * tu[i] - 0.5 * u[i] * te) * r * r * r;
        tz[i] = active(p, j, q) ? v[gamma + j] * q + p[gamma + j] * tq + v[beta + j] : v[tau + j];
      }
    }
    return tz;
  }

  @Override
  public double[] backwardTangent(
      double[] p, double[] v, double[] u, double[] tu, double[] dz, double[] tdz, double[] tg) {
    int images = u.length / units;
    double[] tdu = new double[u.length];
    for (int j = 0; j < units; j++) {
      double sign = Math.signum(p[epsilon + j]);
      double e = e(p, j);
      double te = sign * v[epsilon + j];
      double scale = p[gamma + j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        double r = 1 / Math.sqrt(u[i] * u[i] + e);
        double r3 = r * r * r;
        double r5 = r3 * r * r;
        double q = u[i] * r;
        if (!active(p, j, q)) {
          tg[tau + j] += tdz[i];
          continue;
        }
        // Derivatives of q by u and e, up to the second.
        double qu = e * r3;
        double qe = -0.5 * u[i] * r3;
        double quu = -3 * e * u[i] * r5;
        double que = r3 - 1.5 * e * r5;
        double qee = 0.75 * u[i] * r5;
        double outer = tdz[i] * scale + dz[i] * v[gamma + j];
        tg[gamma + j] += tdz[i] * q + dz[i] * (qu * tu[i] + qe * te);
        tg[beta + j] += tdz[i];
        tg[epsilon + j] += sign * (outer * qe + dz[i] * scale * (que * tu[i] + qee * te));
        tdu[i] = outer * qu + dz[i] * scale * (quu * tu[i] + que * te);
      }
    }
    return tdu;
  }

  private double e(double[] p, int j) {
    return Math.abs(p[epsilon + j]) + FilterResponseNorm.EPSILON_FLOOR;
  }

  private boolean active(double[] p, int j, double q) {
    return p[gamma + j] * q + p[beta + j] > p[tau + j];
  }
}
