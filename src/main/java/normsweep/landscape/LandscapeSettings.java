package normsweep.landscape;

import normsweep.base.Key;
import normsweep.base.NormSweepException;
import normsweep.record.Settings;
import normsweep.record.SweepConfig;

/**
 * The settings of loss surfaces, the same for all trials of a sweep.
 *
 * @param over which parameters move
 * @param grid points per side, odd, so that the trained parameters lie on the grid
 * @param range largest coordinate along each direction; 1 moves every filter by its own norm
 * @param images maximum number of validation images used to compute the loss
 * @param seed seed of the two random directions
 * @param radius radius of the disc in which sharpness is measured; at least two steps of the grid
 * @param eigenvalues number of largest Hessian eigenvalues to compute
 */
public record LandscapeSettings(
    Scope over, int grid, double range, int images, long seed, double radius, int eigenvalues) {
  private static final int KEY_VERSION = 1;
  private static final double USUAL_RADIUS = 0.25;
  private static final int USUAL_EIGENVALUES = 5;

  /**
   * Checks the numbers.
   *
   * @throws NormSweepException exit code 2 if one is out of range
   */
  public LandscapeSettings {
    Settings.check("--grid", "landscape.grid", grid);
    Settings.check("--range", "landscape.range", range);
    Settings.check("--images", "landscape.images", images);
  }

  /** A sweep's settings for one scope. */
  public static LandscapeSettings of(SweepConfig.Landscape config, Scope over) {
    // A coarse grid needs a larger disc, or it would contain no point except the centre.
    double step = 2 * config.range() / (config.grid() - 1);
    double radius = Math.min(config.range(), Math.max(USUAL_RADIUS, 2 * step));
    return new LandscapeSettings(
        over,
        config.grid(),
        config.range(),
        config.images(),
        config.seed(),
        radius,
        USUAL_EIGENVALUES);
  }

  /** The grid of the surfaces along random directions. */
  public PlaneGrid surfaceGrid() {
    return PlaneGrid.centred(grid, range);
  }

  /**
   * The key of a trial's surfaces; surfaces with another key are computed again.
   *
   * @param featuresKey {@link TrainedTails#featuresKey}
   * @param modelSha256 SHA-256 of the trial's saved model
   */
  String key(String trial, String featuresKey, String modelSha256) {
    return Key.of("landscape", KEY_VERSION)
        .with("schema", TrialLandscape.SCHEMA)
        .with("trial", trial)
        .with("features", featuresKey)
        .with("model", modelSha256)
        .with("over", over.id())
        .with("grid", grid)
        .with("range", range)
        .with("images", images)
        .with("seed", seed)
        .with("radius", radius)
        .with("eigenvalues", eigenvalues)
        .sha256();
  }
}
