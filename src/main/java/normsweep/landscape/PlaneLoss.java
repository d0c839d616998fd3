package normsweep.landscape;

import normsweep.landscape.head.LossFunction;

/** A loss on a plane through parameter space. Safe to call from several threads at once. */
@FunctionalInterface
public interface PlaneLoss {
  /** The loss at centre + a·first + b·second. */
  double at(double a, double b);

  /** The plane through {@code centre} along two directions, every point evaluated in full. */
  static PlaneLoss of(double[] centre, double[] first, double[] second, LossFunction loss) {
    return (a, b) -> {
      double[] point = new double[centre.length];
      for (int i = 0; i < point.length; i++) {
        point[i] = centre[i] + a * first[i] + b * second[i];
      }
      return loss.loss(point);
    };
  }
}
