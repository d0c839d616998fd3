package normsweep.landscape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;

class TrajectoryPlaneTest {
  private static final RealVector ORIGIN = new ArrayRealVector(4);

  private static RealVector point(double... values) {
    return new ArrayRealVector(values);
  }

  @Test
  void pathInPlaneIsFoundWhole() {
    // Along (1,1,0,0)/√2 by 0, 4, 8 and along (0,0,1,0) by 0, 1, 0: centred variances 32 and 2/3.
    double d = 4 / Math.sqrt(2);
    List<RealVector> trajectory =
        List.of(point(0, 0, 0, 0), point(d, d, 1, 0), point(2 * d, 2 * d, 0, 0));
    TrajectoryPlane plane = TrajectoryPlane.of(trajectory, ORIGIN);
    assertEquals(32 / (32 + 2 / 3.), plane.varianceShares()[0], 1e-6);
    assertEquals(1, plane.varianceShares()[0] + plane.varianceShares()[1], 1e-9);
    assertEquals(Math.sqrt(0.5), Math.abs(plane.first()[0]), 1e-6);
    assertEquals(1, Math.abs(plane.second()[2]), 1e-6);
    assertEquals(8, Math.abs(plane.path().get(2).a() - plane.path().get(0).a()), 1e-5);
    assertEquals(1, Math.abs(plane.path().get(1).b()), 1e-5);
  }

  @Test
  void directionsAreOrthonormal() {
    SplittableRandom random = new SplittableRandom(2);
    List<RealVector> trajectory = new ArrayList<>();
    for (int epoch = 0; epoch < 6; epoch++) {
      trajectory.add(point(random.doubles(50).toArray()));
    }
    TrajectoryPlane plane = TrajectoryPlane.of(trajectory, new ArrayRealVector(50));
    double first = 0;
    double second = 0;
    double mixed = 0;
    for (int i = 0; i < 50; i++) {
      first += plane.first()[i] * plane.first()[i];
      second += plane.second()[i] * plane.second()[i];
      mixed += plane.first()[i] * plane.second()[i];
    }
    assertEquals(1, first, 1e-9);
    assertEquals(1, second, 1e-9);
    assertEquals(0, mixed, 1e-9);
  }

  @Test
  void gridHoldsPathCentreAndMargin() {
    List<RealVector> trajectory = List.of(point(3, 0, 0, 0), point(9, 0, 0, 0), point(9, 2, 0, 0));
    TrajectoryPlane plane = TrajectoryPlane.of(trajectory, ORIGIN);
    PlaneGrid grid = plane.grid(11);
    assertTrue(grid.aMin() < 0 && grid.aMax() > 0 && grid.bMin() < 0 && grid.bMax() > 0);
    for (TrajectoryPlane.PathPoint point : plane.path()) {
      assertTrue(grid.aMin() < point.a() && point.a() < grid.aMax());
      assertTrue(grid.bMin() < point.b() && point.b() < grid.bMax());
    }
  }

  @Test
  void refusesStraightOrShortTrajectories() {
    RealVector zero = point(0, 0, 0, 0);
    RealVector one = point(1, 0, 0, 0);
    RealVector two = point(2, 0, 0, 0);
    assertThrows(
        IllegalArgumentException.class, () -> TrajectoryPlane.of(List.of(zero, one, two), ORIGIN));
    assertThrows(
        IllegalArgumentException.class, () -> TrajectoryPlane.of(List.of(zero, one), ORIGIN));
  }
}
