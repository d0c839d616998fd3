package normsweep.sweep;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import normsweep.base.Key;
import normsweep.data.Augmentation;
import normsweep.data.Cifar10;
import normsweep.data.Split;
import normsweep.device.Device;
import normsweep.features.FeatureCache;
import normsweep.features.FeatureKey;
import normsweep.record.SweepConfig;
import normsweep.train.FeatureSets;
import normsweep.train.LabelledFeatures;

/** A sweep's features, computed once by the frozen trunk and then read from the cache. */
record SweepFeatures(
    SweepConfig config,
    Cifar10 data,
    Split split,
    String weightsSha256,
    Device trunk,
    FeatureCache cache)
    implements FeatureSets {
  /** What the features of all parts of a sweep depend on, as a digest. */
  static String key(SweepConfig config, String weightsSha256, String dataSha256, Device trunk) {
    SweepConfig.Data data = config.data();
    Key key =
        Key.of("features of a sweep", 1)
            .with("weights", weightsSha256)
            .with("data", dataSha256)
            .with("unfreezeFrom", config.model().unfreezeFrom())
            .with("train", data.train())
            .with("validation", data.validation())
            .with("test", data.test())
            .with("splitSeed", data.splitSeed())
            .with("views", data.views())
            .with("padding", data.padding())
            .with("flip", data.flip());
    return (trunk.gpu() ? key.with("trunkDevice", trunk.name()) : key).sha256();
  }

  /** The feature files of a config, by a text that equal ones share, with their images. */
  static Map<String, Long> parts(SweepConfig config) {
    SweepConfig.Data data = config.data();
    String images =
        config.model().unfreezeFrom()
            + List.of(data.train(), data.validation(), data.test(), data.splitSeed());
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("validation " + images, (long) data.validation());
    parts.put("test " + images, (long) data.test());
    for (int view = 0; view < data.views(); view++) {
      String drawn = List.of(view, data.padding(), data.flip()).toString();
      parts.put("train " + images + drawn, (long) data.train());
    }
    return parts;
  }

  @Override
  public String key() {
    return key(config, weightsSha256, data.sha256(), trunk);
  }

  @Override
  public LabelledFeatures training(int view) {
    SweepConfig.Data settings = config.data();
    Augmentation augmentation =
        Augmentation.of(settings.padding(), settings.flip(), settings.splitSeed());
    int[] images = split.train();
    return stored(
        trainingKey(view), images, i -> augmentation.draw(data.image(images[i]), view, images[i]));
  }

  @Override
  public LabelledFeatures plainTraining(int most) {
    int[] all = split.train();
    int[] chosen = new int[Math.min(most, all.length)];
    Arrays.setAll(chosen, k -> all[(int) ((long) k * all.length / chosen.length)]);
    return plain("train", chosen);
  }

  @Override
  public LabelledFeatures validation() {
    return plain("validation", split.validation());
  }

  @Override
  public LabelledFeatures test() {
    return plain("test", split.test());
  }

  private LabelledFeatures plain(String part, int[] images) {
    return stored(key(part, images), images, i -> data.image(images[i]));
  }

  private LabelledFeatures stored(FeatureKey key, int[] images, IntFunction<byte[]> source) {
    return new LabelledFeatures(
        cache.store(key, images.length, source), Arrays.stream(images).map(data::label).toArray());
  }

  private FeatureKey trainingKey(int view) {
    SweepConfig.Data settings = config.data();
    return key("train", split.train())
        .view(view, settings.padding(), settings.flip(), settings.splitSeed());
  }

  private FeatureKey key(String part, int[] images) {
    return FeatureKey.of(weightsSha256, config.model().unfreezeFrom(), data.sha256(), part, images)
        .on(trunk);
  }

  /** Images per second over everything that had to be computed; empty if everything was cached. */
  OptionalDouble imagesPerSecond() {
    return cache.imagesPerSecond();
  }

  /** Computes everything that is not yet cached, if the disk has room for all of it. */
  void prepare() {
    Map<FeatureKey, Integer> parts = new LinkedHashMap<>();
    parts.put(key("validation", split.validation()), split.validation().length);
    parts.put(key("test", split.test()), split.test().length);
    for (int view = 0; view < config.data().views(); view++) {
      parts.put(trainingKey(view), split.train().length);
    }
    cache.requireRoom(parts);
    validation();
    for (int view = 0; view < config.data().views(); view++) {
      training(view);
    }
    test();
  }
}
