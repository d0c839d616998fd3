package normsweep.landscape.head;

/**
 * Filter response norm on a 1×1 map and thresholded linear unit: ν² = u², e = |ε_l| + floor, y =
 * γ·q + β with q = u/√(ν² + e), z = max(y, τ) (Singh &amp; Krishnan 2020, sections 3.1–3.3).
 *
 * @param units number of units
 * @param gamma position of the scales in the head's vector
 * @param beta position of the shifts
 * @param tau position of the thresholds
 * @param epsilon position of the learned ε_l, one per unit
 * @param floor the constant added to |ε_l|
 */
record FilterResponseUnits(int units, int gamma, int beta, int tau, int epsilon, double floor)
    implements HeadActivation {

  @Override
  public void forward(double[] p, double[] u, double[] z, int images) {
    for (int j = 0; j < units; j++) {
      double e = Math.abs(p[epsilon + j]) + floor;
      for (int i = j * images; i < (j + 1) * images; i++) {
        double q = u[i] / Math.sqrt(u[i] * u[i] + e);
        z[i] = Math.max(p[gamma + j] * q + p[beta + j], p[tau + j]);
      }
    }
  }

  @Override
  public void backward(double[] p, double[] u, double[] dz, double[] du, double[] g, int images) {
    for (int j = 0; j < units; j++) {
      double e = Math.abs(p[epsilon + j]) + floor;
      for (int i = j * images; i < (j + 1) * images; i++) {
        double r = 1 / Math.sqrt(u[i] * u[i] + e);
        double q = u[i] * r;
        double a = active(p, j, q) ? dz[i] : 0;
        g[tau + j] += dz[i] - a;
        g[gamma + j] += a * q;
        g[beta + j] += a;
        g[epsilon + j] -= Math.signum(p[epsilon + j]) * a * p[gamma + j] * 0.5 * q * r * r;
        du[i] = a * p[gamma + j] * e * r * r * r;
      }
    }
  }

  @Override
  public void forwardTangent(
      double[] p, double[] v, double[] u, double[] tu, double[] tz, int images) {
    for (int j = 0; j < units; j++) {
      double e = Math.abs(p[epsilon + j]) + floor;
      double te = Math.signum(p[epsilon + j]) * v[epsilon + j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        double r = 1 / Math.sqrt(u[i] * u[i] + e);
        double q = u[i] * r;
        double tq = (e * tu[i] - 0.5 * u[i] * te) * r * r * r;
        tz[i] = active(p, j, q) ? v[gamma + j] * q + p[gamma + j] * tq + v[beta + j] : v[tau + j];
      }
    }
  }

  @Override
  public void backwardTangent(
      double[] p,
      double[] v,
      double[] u,
      double[] tu,
      double[] dz,
      double[] tdz,
      double[] tdu,
      double[] tg,
      int images) {
    for (int j = 0; j < units; j++) {
      double sign = Math.signum(p[epsilon + j]);
      double e = Math.abs(p[epsilon + j]) + floor;
      double te = sign * v[epsilon + j];
      double scale = p[gamma + j];
      for (int i = j * images; i < (j + 1) * images; i++) {
        double r = 1 / Math.sqrt(u[i] * u[i] + e);
        double r3 = r * r * r;
        double r5 = r3 * r * r;
        double q = u[i] * r;
        boolean active = active(p, j, q);
        double a = active ? dz[i] : 0;
        double ta = active ? tdz[i] : 0;
        // Derivatives of q by u and e, up to the second.
        double qu = e * r3;
        double qe = -0.5 * u[i] * r3;
        double quu = -3 * e * u[i] * r5;
        double que = r3 - 1.5 * e * r5;
        double qee = 0.75 * u[i] * r5;
        double outer = ta * scale + a * v[gamma + j];
        tg[tau + j] += tdz[i] - ta;
        tg[gamma + j] += ta * q + a * (qu * tu[i] + qe * te);
        tg[beta + j] += ta;
        tg[epsilon + j] += sign * (outer * qe + a * scale * (que * tu[i] + qee * te));
        tdu[i] = outer * qu + a * scale * (quu * tu[i] + que * te);
      }
    }
  }

  private boolean active(double[] p, int j, double q) {
    return p[gamma + j] * q + p[beta + j] > p[tau + j];
  }
}
