package normsweep.landscape;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealVector;

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
  static TrajectoryPlane of(List<RealVector> trajectory, RealVector centre) {
    int points = trajectory.size();
    RealVector mean = new ArrayRealVector(centre.getDimension());
    for (RealVector point : trajectory) {
      mean = mean.add(point.mapDivide(points));
    }
    RealVector[] centred = new RealVector[points];
    double[][] products = new double[points][points];
    for (int p = 0; p < points; p++) {
      centred[p] = trajectory.get(p).subtract(mean);
      for (int q = 0; q <= p; q++) {
        products[p][q] = centred[p].dotProduct(centred[q]);
        products[q][p] = products[p][q];
      }
    }
    EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(products, false));
    // Commons Math sorts the eigenvalues, largest first.
    double[] values = eigen.getRealEigenvalues();
    // Values below this are rounding: the points are fewer than three or lie on a line.
    if (points < 3 || values[1] <= 1e-12 * values[0]) {
      throw new IllegalArgumentException("a trajectory of " + points + " points spans no plane");
    }
    double total = Arrays.stream(values).map(value -> Math.max(value, 0)).sum();
    RealVector[] directions = new RealVector[2];
    for (int axis = 0; axis < 2; axis++) {
      directions[axis] = new ArrayRealVector(centre.getDimension());
      for (int p = 0; p < points; p++) {
        double weight = eigen.getEigenvector(axis).getEntry(p) / Math.sqrt(values[axis]);
        directions[axis].combineToSelf(1, weight, centred[p]);
      }
    }
    return new TrajectoryPlane(
        directions[0].toArray(),
        directions[1].toArray(),
        new double[] {values[0] / total, values[1] / total},
        IntStream.range(0, points)
            .mapToObj(epoch -> point(epoch, trajectory.get(epoch).subtract(centre), directions))
            .toList());
  }

  private static PathPoint point(int epoch, RealVector away, RealVector[] directions) {
    return new PathPoint(epoch, away.dotProduct(directions[0]), away.dotProduct(directions[1]));
  }

  /** A grid that holds the path and the centre with a margin of a quarter of their extent. */
  PlaneGrid grid(int points) {
    double[] a = extent(PathPoint::a);
    double[] b = extent(PathPoint::b);
    // A nearly straight path would give a strip too thin to show its surroundings.
    double least = 0.2 * Math.max(a[1] - a[0], b[1] - b[0]);
    a = widened(a, least);
    b = widened(b, least);
    return new PlaneGrid(points, a[0], a[1], b[0], b[1]);
  }

  private double[] extent(ToDoubleFunction<PathPoint> coordinate) {
    double min = Math.min(0, path.stream().mapToDouble(coordinate).min().orElse(0));
    double max = Math.max(0, path.stream().mapToDouble(coordinate).max().orElse(0));
    return new double[] {min, max};
  }

  private static double[] widened(double[] extent, double least) {
    double margin = Math.max(0.25 * (extent[1] - extent[0]), (least - extent[1] + extent[0]) / 2);
    return new double[] {extent[0] - margin, extent[1] + margin};
  }
}
