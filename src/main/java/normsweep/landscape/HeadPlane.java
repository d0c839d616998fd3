package normsweep.landscape;

import java.util.Arrays;
import normsweep.landscape.head.HeadLoss;
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
  private final double[][] vectors;
  private final double[][] projections = new double[3][];
  private final ThreadLocal<double[]> point;

  /** The plane through {@code centre} along two directions of the head's vector. */
  public HeadPlane(HeadLoss head, double[] centre, double[] first, double[] second) {
    this.head = head;
    this.vectors = new double[][] {centre, first, second};
    Arrays.setAll(projections, k -> head.projection(vectors[k]));
    // Only what lies outside the hidden weight is ever filled in.
    this.point = ThreadLocal.withInitial(() -> new double[centre.length]);
  }

  @Override
  public double at(double a, double b) {
    double[] parameters = point.get();
    TailParameter weight = head.layout().hiddenWeight();
    int start = Math.toIntExact(weight.offset());
    combine(parameters, a, b, 0, start);
    combine(parameters, a, b, start + Math.toIntExact(weight.length()), parameters.length);
    double sum = 0;
    for (int from = 0; from < head.images(); from += BLOCK) {
      sum += block(parameters, a, b, from);
    }
    return sum / head.images();
  }

  private void combine(double[] parameters, double a, double b, int from, int to) {
    for (int i = from; i < to; i++) {
      parameters[i] = vectors[0][i] + a * vectors[1][i] + b * vectors[2][i];
    }
  }

  private double block(double[] parameters, double a, double b, int from) {
    int images = Math.min(BLOCK, head.images() - from);
    double[] u = new double[head.layout().units() * images];
    double[] x = projections[0];
    double[] y = projections[1];
    double[] z = projections[2];
    for (int j = 0; j < head.layout().units(); j++) {
      double bias = head.layout().hiddenBias(parameters, j);
      int to = j * images;
      int start = j * head.images() + from;
      for (int n = 0; n < images; n++) {
        u[to + n] = x[start + n] + a * y[start + n] + b * z[start + n] + bias;
      }
    }
    return head.sum(parameters, u, from);
  }
}
