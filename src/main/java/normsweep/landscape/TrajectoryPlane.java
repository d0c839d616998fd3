package normsweep.landscape;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The plane in which an optimiser moved most: through the parameters it ended with, along the first
 * two principal directions of the parameters after each epoch (Li et al. 2018, section 7).
 *
 * @param first unit vector of the largest variance of the trajectory
 * @param second unit vector of the second largest, orthogonal to the first
 * @param varianceShares share of the trajectory's variance along each of the two
 * @param path one point (a, b) per epoch: its parameters less the centre, projected on the plane
 */
public record TrajectoryPlane(
    double[] first, double[] second, double[] varianceShares, List<PathPoint> path) {

  /** Copies the path. */
  public TrajectoryPlane {
    path = List.copyOf(path);
  }

  /**
   * A point of the path.
   *
   * @param epoch epochs trained
   * @param a coordinate along the first direction
   * @param b coordinate along the second direction
   */
  public record PathPoint(int epoch, double a, double b) {}

  /**
   * Principal directions of a trajectory, from the eigenvectors of the small matrix of dot products
   * of its centred points.
   *
   * @param trajectory parameters after epochs 0, 1, …; at least three points that are not on a line
   * @param centre the plane's origin
   * @throws IllegalArgumentException if the points span no plane
   */
  public static TrajectoryPlane of(List<float[]> trajectory, double[] centre) {
    int points = trajectory.size();
    double[] mean = mean(trajectory, centre.length);
    double[][] products = new double[points][points];
    for (int p = 0; p < points; p++) {
      for (int q = 0; q <= p; q++) {
        products[p][q] = centredProduct(trajectory.get(p), trajectory.get(q), mean);
        products[q][p] = products[p][q];
      }
    }
    EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(products, false));
    double[] values = eigen.getRealEigenvalues();
    int[] order =
        IntStream.range(0, points)
            .boxed()
            .sorted((p, q) -> Double.compare(values[q], values[p]))
            .mapToInt(Integer::intValue)
            .toArray();
    // Values below this are rounding: the points are fewer than three or lie on a line.
    if (points < 3 || values[order[1]] <= 1e-12 * values[order[0]]) {
      throw new IllegalArgumentException("a trajectory of " + points + " points spans no plane");
    }
    double total = Arrays.stream(values).map(value -> Math.max(value, 0)).sum();
    double[][] directions = new double[2][];
    double[] shares = new double[2];
    for (int axis = 0; axis < 2; axis++) {
      double[] weights = eigen.getEigenvector(order[axis]).toArray();
      directions[axis] = combination(trajectory, mean, weights, Math.sqrt(values[order[axis]]));
      shares[axis] = values[order[axis]] / total;
    }
    return new TrajectoryPlane(
        directions[0],
        directions[1],
        shares,
        IntStream.range(0, points)
            .mapToObj(
                epoch ->
                    new PathPoint(
                        epoch,
                        projection(trajectory.get(epoch), centre, directions[0]),
                        projection(trajectory.get(epoch), centre, directions[1])))
            .toList());
  }

  /** A grid that holds the path and the centre with a margin of a quarter of their extent. */
  public PlaneGrid grid(int points) {
    double[] a = extent(path.stream().mapToDouble(PathPoint::a).toArray());
    double[] b = extent(path.stream().mapToDouble(PathPoint::b).toArray());
    // A nearly straight path would give a strip too thin to show its surroundings.
    double least = 0.2 * Math.max(a[1] - a[0], b[1] - b[0]);
    a = widened(a, least);
    b = widened(b, least);
    return new PlaneGrid(points, a[0], a[1], b[0], b[1]);
  }

  private static double[] extent(double[] coordinates) {
    double min = Math.min(0, Arrays.stream(coordinates).min().orElse(0));
    double max = Math.max(0, Arrays.stream(coordinates).max().orElse(0));
    return new double[] {min, max};
  }

  private static double[] widened(double[] extent, double least) {
    double margin = Math.max(0.25 * (extent[1] - extent[0]), (least - extent[1] + extent[0]) / 2);
    return new double[] {extent[0] - margin, extent[1] + margin};
  }

  private static double[] mean(List<float[]> trajectory, int length) {
    double[] mean = new double[length];
    for (float[] point : trajectory) {
      if (point.length != length) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a point of the trajectory has %d values, not %d",
                point.length,
                length));
      }
      for (int i = 0; i < length; i++) {
        mean[i] += point[i] / (double) trajectory.size();
      }
    }
    return mean;
  }

  private static double centredProduct(float[] x, float[] y, double[] mean) {
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      sum += (x[i] - mean[i]) * (y[i] - mean[i]);
    }
    return sum;
  }

  private static double[] combination(
      List<float[]> trajectory, double[] mean, double[] weights, double norm) {
    double[] direction = new double[mean.length];
    for (int p = 0; p < weights.length; p++) {
      float[] point = trajectory.get(p);
      double weight = weights[p] / norm;
      for (int i = 0; i < direction.length; i++) {
        direction[i] += weight * (point[i] - mean[i]);
      }
    }
    return direction;
  }

  private static double projection(float[] point, double[] centre, double[] direction) {
    double sum = 0;
    for (int i = 0; i < centre.length; i++) {
      sum += (point[i] - centre[i]) * direction[i];
    }
    return sum;
  }
}
