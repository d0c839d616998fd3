package normsweep.landscape;

import normsweep.base.Key;

/** The key of the surfaces of a trial; surfaces with another key are computed again. */
final class LandscapeKey {
  private static final int VERSION = 1;

  private LandscapeKey() {}

  /**
   * The digest.
   *
   * @param featuresKey {@link TrainedTails#featuresKey}
   * @param modelSha256 SHA-256 of the trial's saved model
   */
  static String of(
      String trial, LandscapeSettings settings, String featuresKey, String modelSha256) {
    return Key.of("landscape", VERSION)
        .with("schema", TrialLandscape.SCHEMA)
        .with("trial", trial)
        .with("features", featuresKey)
        .with("model", modelSha256)
        .with("over", settings.over().id())
        .with("grid", settings.grid())
        .with("range", settings.range())
        .with("images", settings.images())
        .with("seed", settings.seed())
        .with("radius", settings.radius())
        .with("eigenvalues", settings.eigenvalues())
        .sha256();
  }
}
