package normsweep.sweep;

import normsweep.base.Key;
import normsweep.record.SweepConfig;

/** The key of the features of all parts of a sweep. */
final class FeaturesKey {
  private static final int VERSION = 1;

  private FeaturesKey() {}

  /**
   * The digest.
   *
   * @param weightsSha256 SHA-256 of the weights file
   * @param dataSha256 SHA-256 of the data set
   */
  static String of(SweepConfig config, String weightsSha256, String dataSha256) {
    SweepConfig.Data data = config.data();
    return Key.of("features of a sweep", VERSION)
        .with("weights", weightsSha256)
        .with("data", dataSha256)
        .with("unfreezeFrom", config.model().unfreezeFrom())
        .with("train", data.train())
        .with("validation", data.validation())
        .with("test", data.test())
        .with("splitSeed", data.splitSeed())
        .with("views", data.views())
        .with("padding", data.padding())
        .with("flip", data.flip())
        .sha256();
  }
}
