package normsweep.landscape.section;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.landscape.Directions;
import normsweep.landscape.HeadPlane;
import normsweep.landscape.LandscapeSettings;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.SurfaceMeasures;
import normsweep.landscape.head.TailHead;

/**
 * The loss of a head on planes through the trained parameters along several pairs of
 * filter-normalised random directions. One pair is a sample of one: what holds for its surface
 * holds for a head if it holds over pairs.
 *
 * @param images number of images that the loss is averaged over
 * @param at coordinates of the slices, from −range to range
 * @param centre loss of the trained parameters
 * @param pairs the pairs; the first is that of the surface
 */
public record DirectionPairs(int images, double[] at, double centre, List<DirectionPair> pairs) {
  /** The rise of the loss that ends a basin for {@link DirectionPair#width}, in nats. */
  public static final double BASIN = 0.1;

  /** Copies the list. */
  public DirectionPairs {
    pairs = List.copyOf(pairs);
  }

  /**
   * One plane.
   *
   * @param first loss along the first direction
   * @param second loss along the second direction
   * @param width extent of the basin in which the loss is less than {@link #BASIN} above that of
   *     the centre, in filter norms: mean of the two directions; a slice that does not leave it
   *     counts with its whole length
   * @param measures shape of the plane's surface
   */
  public record DirectionPair(
      double[] first, double[] second, double width, SurfaceMeasures measures) {}

  /** Whether nothing is missing. */
  boolean whole() {
    return at != null
        && !pairs.isEmpty()
        && pairs.stream()
            .allMatch(
                pair ->
                    pair.measures != null
                        && pair.measures.curvatures() != null
                        && pair.measures.curvatures().length == 2
                        && Stream.of(pair.first, pair.second)
                            .allMatch(slice -> slice != null && slice.length == at.length));
  }

  /** Mean over the pairs of the largest rise within the radius, in nats. */
  public double meanSharpness() {
    return pairs.stream().mapToDouble(pair -> pair.measures.sharpness()).average().orElseThrow();
  }

  /**
   * Takes the planes.
   *
   * @param settings range, radius and seed are those of the surface
   * @param points grid points per side of each plane, odd
   * @param done is told of every finished pair
   */
  static DirectionPairs of(
      TailHead head, LandscapeSettings settings, int pairs, int points, Runnable done) {
    PlaneGrid grid = PlaneGrid.centred(points, settings.range());
    // A coarse grid needs a larger disc, or it would contain no point except the centre.
    double radius = Math.min(settings.range(), Math.max(settings.radius(), 2 * grid.aStep()));
    List<DirectionPair> found = new ArrayList<>();
    double centre = Double.NaN;
    for (int pair = 0; pair < pairs; pair++) {
      try (HeadPlane plane =
          new HeadPlane(
              head.loss(),
              head.centre(),
              direction(head, settings.seed(), 2 * pair),
              direction(head, settings.seed(), 2 * pair + 1))) {
        DirectionPair measured = measure(LossSurface.of(grid, plane), radius);
        centre = measured.first[points / 2];
        found.add(measured);
      }
      done.run();
    }
    return new DirectionPairs(
        head.loss().images(),
        IntStream.range(0, points).mapToDouble(grid::a).toArray(),
        centre,
        found);
  }

  /** The two slices of a surface and its measures. */
  static DirectionPair measure(LossSurface surface, double radius) {
    PlaneGrid grid = surface.grid();
    int middle = grid.points() / 2;
    double[] first = surface.loss()[middle].clone();
    double[] second = Arrays.stream(surface.loss()).mapToDouble(row -> row[middle]).toArray();
    double width = (width(first, grid.aStep()) + width(second, grid.bStep())) / 2;
    return new DirectionPair(first, second, width, SurfaceMeasures.of(surface, radius));
  }

  private static double width(double[] slice, double step) {
    return step * (reach(slice, -1) + reach(slice, 1));
  }

  // Steps from the middle to where the loss first crosses the limit, interpolated.
  private static double reach(double[] slice, int side) {
    int middle = slice.length / 2;
    double limit = slice[middle] + BASIN;
    for (int i = 1; i <= middle; i++) {
      double before = slice[middle + side * (i - 1)];
      double here = slice[middle + side * i];
      if (here > limit) {
        return i - 1 + (limit - before) / (here - before);
      }
    }
    return middle;
  }

  /** A direction of the surface (axes 0 and 1) or of a further pair. */
  static double[] direction(TailHead head, long seed, int axis) {
    double[] raw = Directions.draw(head.scope().parameters(), head.centre().length, seed, axis);
    return Directions.normalise(head.scope().parameters(), raw, head.centre());
  }
}
