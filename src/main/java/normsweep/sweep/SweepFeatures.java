package normsweep.sweep;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import normsweep.data.Augmentation;
import normsweep.data.Cifar10;
import normsweep.data.Split;
import normsweep.features.FeatureCache;
import normsweep.features.FeatureKey;
import normsweep.features.FeatureStore;
import normsweep.record.SweepConfig;
import normsweep.train.FeatureSets;
import normsweep.train.LabelledFeatures;

/** A sweep's features, computed once by the frozen trunk and then read from the cache. */
final class SweepFeatures implements FeatureSets {
  private final SweepConfig.Data config;
  private final Cifar10 data;
  private final Split split;
  private final String weightsSha256;
  private final String unfreezeFrom;
  private final FeatureCache cache;
  private final Augmentation augmentation;
  private final String key;

  SweepFeatures(
      SweepConfig config, Cifar10 data, Split split, String weightsSha256, FeatureCache cache) {
    this.config = config.data();
    this.data = data;
    this.split = split;
    this.weightsSha256 = weightsSha256;
    this.unfreezeFrom = config.model().unfreezeFrom();
    this.cache = cache;
    this.augmentation =
        Augmentation.of(config.data().padding(), config.data().flip(), config.data().splitSeed());
    this.key = FeaturesKey.of(config, weightsSha256, data.sha256());
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public LabelledFeatures training(int view) {
    int[] images = split.train();
    FeatureKey key =
        key("train", images).view(view, config.padding(), config.flip(), config.splitSeed());
    FeatureStore store =
        cache.store(
            key, images.length, i -> augmentation.draw(data.image(images[i]), view, images[i]));
    return new LabelledFeatures(store, labels(images));
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
    FeatureStore store = cache.store(key(part, images), images.length, i -> data.image(images[i]));
    return new LabelledFeatures(store, labels(images));
  }

  private FeatureKey trainingKey(int view) {
    return key("train", split.train())
        .view(view, config.padding(), config.flip(), config.splitSeed());
  }

  private FeatureKey key(String part, int[] images) {
    return FeatureKey.of(weightsSha256, unfreezeFrom, data.sha256(), part, images);
  }

  private int[] labels(int[] images) {
    return Arrays.stream(images).map(data::label).toArray();
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
    for (int view = 0; view < config.views(); view++) {
      parts.put(trainingKey(view), split.train().length);
    }
    cache.requireRoom(parts);
    validation();
    for (int view = 0; view < config.views(); view++) {
      training(view);
    }
    test();
  }
}
