package normsweep.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.base.Key;
import normsweep.data.Caches;
import normsweep.data.ImageSource;
import normsweep.data.Pixels;
import normsweep.data.Split;
import normsweep.device.Device;
import normsweep.device.Engine;
import normsweep.features.FeatureCache;
import normsweep.features.FeatureFile;
import normsweep.features.FeatureKey;
import normsweep.record.DataSettings;
import normsweep.record.SweepConfig;
import normsweep.record.Trial;
import normsweep.train.FeatureSets;
import normsweep.train.LabelledFeatures;
import org.apache.commons.io.function.IOFunction;

/** A sweep's features, computed once by the frozen trunk and then read from the cache. */
record SweepFeatures(
    SweepConfig config,
    ImageSource data,
    Pixels pixels,
    Split split,
    String weightsSha256,
    Device trunk,
    FeatureCache cache)
    implements FeatureSets {
  /** Images of a range: whole blocks of a feature file, some 30 MB of features. */
  private static final int RANGE = 16 * FeatureFile.BLOCK_IMAGES;

  /** The features of a config; {@code backbone} computes them, null if nothing is computed. */
  static SweepFeatures of(
      SweepConfig config, SweepSources sources, Engine engine, SweepBackbone backbone) {
    ImageSource data = sources.data();
    return new SweepFeatures(
        config,
        data,
        data.pixels(config.data()),
        data.split(config.data()),
        sources.weights().sha256(),
        engine.trunk().device(),
        FeatureCache.open(
            Caches.root().resolve("features"), backbone == null ? null : backbone::trunk));
  }

  /** What the features of all parts of a sweep depend on, as a digest. */
  static String key(SweepConfig config, String weightsSha256, String dataSha256, Device trunk) {
    DataSettings data = config.data();
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
    if (data.own()) {
      key.with("resize", data.resize()).with("imageSize", data.imageSize());
      if (data.balance()) {
        key.with("balance", true);
      }
    }
    return (trunk.gpu() ? key.with("trunkDevice", trunk.name()) : key).sha256();
  }

  /** The feature files of a config, by a text that equal ones share, with their images. */
  static Map<String, Long> parts(SweepConfig config) {
    DataSettings data = config.data();
    String images =
        config.model().unfreezeFrom()
            + List.of(data.train(), data.validation(), data.test(), data.splitSeed())
            + List.of(data.resize(), data.imageSize());
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
    return stored(trainingPart(view));
  }

  @Override
  public LabelledFeatures plainTraining(int most) {
    int[] all = split.train();
    int[] chosen = new int[Math.min(most, all.length)];
    Arrays.setAll(chosen, k -> all[(int) ((long) k * all.length / chosen.length)]);
    return stored(plain("train", chosen));
  }

  @Override
  public LabelledFeatures validation() {
    return stored(plain("validation", split.validation()));
  }

  @Override
  public LabelledFeatures test() {
    return stored(plain("test", split.test()));
  }

  /** Images whose features belong together, and how to draw one. */
  private record SplitPart(FeatureKey key, int[] images, IntFunction<byte[]> drawing) {}

  private SplitPart plain(String name, int[] images) {
    return new SplitPart(key(name, images), images, pixels::plain);
  }

  private SplitPart trainingPart(int view) {
    return new SplitPart(
        key("train", split.train()).view(view, pixels.augmentation()),
        split.train(),
        image -> pixels.view(image, view));
  }

  private LabelledFeatures stored(SplitPart part) {
    int[] images = part.images();
    int[] all = data.labels();
    return new LabelledFeatures(
        config.data().own()
            ? cache.store(part.key(), contents(part), drawn(part))
            : cache.store(part.key(), images.length, drawn(part)),
        Arrays.stream(images).map(image -> all[image]).toArray());
  }

  private static IntFunction<byte[]> drawn(SplitPart part) {
    return position -> part.drawing().apply(part.images()[position]);
  }

  private List<String> contents(SplitPart part) {
    return Arrays.stream(part.images())
        .mapToObj(image -> data.content(image).orElseThrow())
        .toList();
  }

  private FeatureKey key(String part, int[] images) {
    String unfreezeFrom = config.model().unfreezeFrom();
    FeatureKey key =
        config.data().own()
            ? FeatureKey.ofPictures(weightsSha256, unfreezeFrom, pixels.preprocessing())
            : FeatureKey.of(weightsSha256, unfreezeFrom, data.sha256(), part, images);
    return key.on(trunk);
  }

  /** Images per second over everything that had to be computed; empty if everything was cached. */
  OptionalDouble imagesPerSecond() {
    return cache.imagesPerSecond();
  }

  private List<SplitPart> parts() {
    List<SplitPart> parts = new ArrayList<>();
    parts.add(plain("validation", split.validation()));
    for (int view = 0; view < config.data().views(); view++) {
      parts.add(trainingPart(view));
    }
    parts.add(plain("test", split.test()));
    return parts;
  }

  /** All features in ranges, as those of this trial. */
  List<FeatureRange> ranges(Trial trial) {
    return parts().stream().flatMap(part -> ranges(trial, part)).toList();
  }

  private static Stream<FeatureRange> ranges(Trial trial, SplitPart part) {
    int images = part.images().length;
    return IntStream.iterate(0, from -> from < images, from -> from + RANGE)
        .mapToObj(
            from ->
                new FeatureRange(
                    trial, part.key().fileName(), from, Math.min(images, from + RANGE)));
  }

  /** Computes the features of a range into a file. */
  void compute(FeatureRange range, Path file) throws IOException {
    SplitPart part =
        parts().stream()
            .filter(one -> one.key().fileName().equals(range.part()))
            .findFirst()
            .orElseThrow();
    cache.compute(
        part.key(),
        range.from(),
        range.to(),
        position -> part.drawing().apply(part.images()[position]),
        file);
  }

  /** Puts ranges together to the files that are not in the cache. */
  void assemble(Trial trial, IOFunction<FeatureRange, Path> fetch) throws IOException {
    for (SplitPart part : parts()) {
      if (part.images().length > 0 && !cache.holds(part.key())) {
        List<Path> files = new ArrayList<>();
        for (FeatureRange range : ranges(trial, part).toList()) {
          files.add(fetch.apply(range));
        }
        cache.join(part.key(), part.images().length, RANGE, files);
      }
    }
  }

  /** Computes everything that is not yet cached, if the disk has room for all of it. */
  void prepare() {
    List<SplitPart> parts = parts();
    if (config.data().own()) {
      long missing = 0;
      SplitPart largest = parts.get(0);
      int most = 0;
      for (SplitPart part : parts) {
        int own = cache.missing(part.key(), contents(part)).length;
        largest = own > most ? part : largest;
        most = Math.max(most, own);
        missing += own;
      }
      cache.requireRoom(missing, largest.images().length, drawn(largest), !trunk.gpu());
    } else {
      Map<FeatureKey, Integer> wanted = new LinkedHashMap<>();
      parts.forEach(part -> wanted.put(part.key(), part.images().length));
      cache.requireRoom(wanted);
    }
    parts.forEach(this::stored);
  }
}
