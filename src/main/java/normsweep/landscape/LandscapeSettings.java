package normsweep.landscape;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import normsweep.record.NormSweepException;
import normsweep.record.SweepConfig;

/**
 * What is computed, the same for all trials of a sweep.
 *
 * @param over which parameters move
 * @param grid points a side, odd, so that the trained parameters lie on the grid
 * @param range largest coordinate along each direction; 1 moves every filter by its own norm
 * @param images validation images on which the loss is taken, at most
 * @param seed seed of the two random directions
 * @param radius radius of the disc in which sharpness is measured; at least two steps of the grid
 * @param eigenvalues how many of the largest Hessian eigenvalues are computed
 */
@JsonPropertyOrder({"over", "grid", "range", "images", "seed", "radius", "eigenvalues"})
public record LandscapeSettings(
    Scope over, int grid, double range, int images, long seed, double radius, int eigenvalues) {
  private static final double USUAL_RADIUS = 0.25;
  private static final int USUAL_EIGENVALUES = 5;

  /**
   * Checks the numbers.
   *
   * @throws NormSweepException exit code 2 if one is out of range
   */
  public LandscapeSettings {
    if (grid < 3 || grid > 501 || grid % 2 == 0) {
      throw NormSweepException.usage(
          "landscape.grid is "
              + grid
              + ", allowed is an odd number from 3 to 501 (the trained parameters lie in the"
              + " middle).");
    }
    if (!(range > 0 && range <= 100)) {
      throw NormSweepException.usage(
          "landscape.range is " + range + ", allowed is more than 0 and at most 100.");
    }
    if (images < 1) {
      throw NormSweepException.usage("landscape.images is " + images + ", allowed is 1 or more.");
    }
  }

  /** A sweep's settings for one scope. */
  public static LandscapeSettings of(SweepConfig.Landscape config, Scope over) {
    return new LandscapeSettings(
        over,
        config.grid(),
        config.range(),
        config.images(),
        config.seed(),
        radius(config),
        USUAL_EIGENVALUES);
  }

  // A coarse grid needs a larger disc, or there would be no point in it but the centre.
  private static double radius(SweepConfig.Landscape config) {
    double step = 2 * config.range() / (config.grid() - 1);
    return Math.min(config.range(), Math.max(USUAL_RADIUS, 2 * step));
  }

  /** The grid of the surfaces along random directions. */
  public PlaneGrid surfaceGrid() {
    return PlaneGrid.centred(grid, range);
  }
}
