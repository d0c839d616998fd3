package normsweep.landscape;

import java.util.Arrays;
import normsweep.landscape.head.HeadLayout;
import normsweep.landscape.head.HeadLoss;
import normsweep.landscape.head.SoftmaxLoss;
import normsweep.tail.TailParameter;

/**
 * A head's loss on a plane through its parameter space. The hidden layer's matrix product is linear
 * in the coordinates, X·(W + a·D₁ + b·D₂) = X·W + a·X·D₁ + b·X·D₂, so three products made once
 * serve every point; what remains are passes over blocks of images that stay in the processor's
 * cache.
 */
public final class HeadPlane implements PlaneLoss {
  private static final int BLOCK = 256;

  private final HeadLoss head;
  private final HeadLayout layout;
  private final SoftmaxLoss softmax;
  private final int[] labels;
  private final double[][] vectors;
  private final double[][] projections;
  private final ThreadLocal<double[]> point;

  /** The plane through {@code centre} along two directions of the head's vector. */
  public HeadPlane(HeadLoss head, double[] centre, double[] first, double[] second) {
    this.head = head;
    this.layout = head.layout();
    this.softmax = new SoftmaxLoss(layout.classes());
    this.labels = head.labels();
    this.vectors = new double[][] {centre, first, second};
    this.projections = new double[3][];
    Arrays.setAll(projections, k -> head.projection(vectors[k]));
    // Only what lies outside the hidden weight is ever filled in.
    this.point = ThreadLocal.withInitial(() -> new double[layout.length()]);
  }

  @Override
  public double at(double a, double b) {
    double[] parameters = point.get();
    TailParameter weight = layout.hiddenWeight();
    int start = Math.toIntExact(weight.offset());
    combine(parameters, a, b, 0, start);
    combine(parameters, a, b, start + Math.toIntExact(weight.length()), parameters.length);
    double sum = 0;
    for (int from = 0; from < labels.length; from += BLOCK) {
      sum += block(parameters, a, b, from, Math.min(BLOCK, labels.length - from));
    }
    return sum / labels.length;
  }

  private void combine(double[] parameters, double a, double b, int from, int to) {
    for (int i = from; i < to; i++) {
      parameters[i] = vectors[0][i] + a * vectors[1][i] + b * vectors[2][i];
    }
  }

  private double block(double[] parameters, double a, double b, int from, int images) {
    int units = layout.units();
    double[] u = new double[units * images];
    for (int j = 0; j < units; j++) {
      double bias =
          layout.hiddenBias() == HeadLayout.NONE ? 0 : parameters[layout.hiddenBias() + j];
      project(a, b, bias, j * labels.length + from, u, j * images, images);
    }
    double[] y = new double[u.length];
    head.units().forward(parameters, u, y, images);
    double[] logits = new double[layout.classes() * images];
    head.logits(parameters, y, logits, images);
    return softmax.sum(logits, labels, from, images);
  }

  private void project(double a, double b, double bias, int from, double[] u, int to, int images) {
    double[] x = projections[0];
    double[] y = projections[1];
    double[] z = projections[2];
    for (int n = 0; n < images; n++) {
      u[to + n] = x[from + n] + a * y[from + n] + b * z[from + n] + bias;
    }
  }
}
