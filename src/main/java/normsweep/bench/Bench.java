package normsweep.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import normsweep.base.FileTree;
import normsweep.base.NormSweepException;
import normsweep.base.Processors;
import normsweep.base.Progress;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.features.FrozenTrunk;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepYaml;
import normsweep.record.Trial;
import normsweep.sweep.Environment;
import normsweep.sweep.SweepInputs;
import normsweep.sweep.TailChoice;
import normsweep.tail.Tail;
import normsweep.tail.fused.BareProducts;
import normsweep.train.DivergedException;
import normsweep.train.FeatureSets;
import normsweep.train.LabelledFeatures;
import normsweep.train.TrialTrainer;

/**
 * Measures the frozen trunk, the tail with every head, the tail of stock layers and whole epochs,
 * on real features and with the trainer that sweeps use: clipping by global norm and gradient
 * tracking are on.
 */
public final class Bench {
  private static final int BATCH = 64;
  private static final int WARM_UP_EPOCHS = 3;
  private static final int MEASURED_EPOCHS = 4;
  private static final int STOCK_IMAGES = 6 * BATCH;
  private static final int TRUNK_IMAGES = 192;
  private static final int TRUNK_RUNS = 7;
  private static final int PRODUCT_RUNS = 25;
  private static final Clip CLIP = Clip.globalNorm(1.0);

  private final SweepConfig config;
  private final SweepInputs inputs;
  private final Path scratch;
  private final List<Double> epochRates = new ArrayList<>();

  private Bench(SweepConfig config, SweepInputs inputs, Path scratch) {
    this.config = config;
    this.inputs = inputs;
    this.scratch = scratch;
  }

  /**
   * Measures everything; takes a minute or two once the features are cached.
   *
   * @param trainImages training images per epoch, at least {@value #STOCK_IMAGES}
   * @param data the user's CIFAR-10, if given
   * @param weights the user's weights, if given
   */
  public static BenchReport run(int trainImages, Optional<Path> data, Optional<Path> weights) {
    if (trainImages < STOCK_IMAGES) {
      throw NormSweepException.usage(
          "--images is " + trainImages + "; it must be at least " + STOCK_IMAGES + ".");
    }
    SweepConfig config = config(trainImages, WARM_UP_EPOCHS + MEASURED_EPOCHS);
    try (Cifar10 images = Cifar10.open(data, Caches.root());
        SweepInputs inputs = SweepInputs.open(config, data, weights)) {
      Path scratch = Files.createTempDirectory("normsweep-bench");
      try {
        return new Bench(config, inputs, scratch).report(images);
      } finally {
        FileTree.delete(scratch);
      }
    } catch (IOException e) {
      throw NormSweepException.unwritable(
          "The temporary folder " + System.getProperty("java.io.tmpdir"), e);
    }
  }

  private static SweepConfig config(int trainImages, int epochs) {
    String text =
        String.format(
            Locale.ROOT,
            "{data: {train: %d, validation: %d, test: 10, views: 1}, training: {batchSize: %d, epochs: %d}}",
            trainImages,
            Math.max(BATCH, trainImages / 9),
            BATCH,
            epochs);
    return SweepYaml.parse("bench", "bench", text, List.of());
  }

  private BenchReport report(Cifar10 images) throws IOException {
    try (Progress progress = Progress.of("Benchmarks", 2L + Norm.values().length, "parts")) {
      Spread trunk = trunk(images);
      progress.step(1);
      // Before any fused tail: those keep OpenBLAS to one thread.
      double[] stock =
          steps(Norm.BATCH_NORM, TailChoice.STOCK, config(STOCK_IMAGES, 2), fewer(), 1);
      progress.step(1);
      Map<Norm, BenchReport.Tail> heads = new EnumMap<>(Norm.class);
      for (Norm norm : Norm.values()) {
        heads.put(norm, tail(norm));
        progress.step(1);
      }
      return new BenchReport(
          Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
          Environment.describe(),
          BenchReport.Trunk.of(trunk),
          heads.get(Norm.BATCH_NORM),
          heads,
          BenchReport.Stock.of(Spread.of(stock), BATCH),
          BenchReport.Sweep.of(
              Spread.of(epochRates.stream().mapToDouble(Double::doubleValue).toArray())),
          new BenchReport.Memory(PeakMemory.mebibytes()));
    }
  }

  private Spread trunk(Cifar10 images) {
    int imageBytes = images.image(0).length;
    byte[] source = new byte[TRUNK_IMAGES * imageBytes];
    for (int i = 0; i < TRUNK_IMAGES; i++) {
      System.arraycopy(images.image(i), 0, source, i * imageBytes, imageBytes);
    }
    int cores = Processors.count();
    double[] rates = new double[TRUNK_RUNS];
    try (FrozenTrunk trunk =
        FrozenTrunk.of(inputs.backbone(), config.model().unfreezeFrom(), cores)) {
      float[] features = new float[TRUNK_IMAGES * trunk.valuesPerImage()];
      trunk.features(source, TRUNK_IMAGES, features);
      for (int run = 0; run < TRUNK_RUNS; run++) {
        long begin = System.nanoTime();
        trunk.features(source, TRUNK_IMAGES, features);
        rates[run] = TRUNK_IMAGES / ((System.nanoTime() - begin) / 1e9);
      }
    }
    return Spread.of(rates);
  }

  private BenchReport.Tail tail(Norm norm) throws IOException {
    List<Integer> shape = inputs.networks().tail(trial(norm), TailChoice.FASTEST).featureShape();
    double[] gemm;
    double[] steps;
    try (BareProducts products = BareProducts.of(BATCH, shape, BareProducts.BLOCK_CHANNELS)) {
      double[] before = products.millis(PRODUCT_RUNS);
      steps = steps(norm, TailChoice.FASTEST, config, inputs.features(), WARM_UP_EPOCHS);
      double[] after = products.millis(PRODUCT_RUNS);
      gemm = Arrays.copyOf(before, before.length + after.length);
      System.arraycopy(after, 0, gemm, before.length, after.length);
    }
    return BenchReport.Tail.of(
        inputs.networks().tail(trial(norm), TailChoice.FASTEST).describe(),
        BATCH,
        config.data().train(),
        Spread.of(steps),
        Spread.of(gemm));
  }

  private static Trial trial(Norm norm) {
    return new Trial(norm, FrnPlacement.DENSE, CLIP, 1);
  }

  // Milliseconds of every step after the warm-up.
  private double[] steps(
      Norm norm, TailChoice choice, SweepConfig how, FeatureSets features, int warmUpEpochs)
      throws IOException {
    Trial trial = trial(norm);
    Tail tail = inputs.networks().tail(trial, choice);
    StepClock clock = new StepClock(warmUpEpochs, how.data().train() / BATCH);
    TrialTrainer trainer =
        new TrialTrainer(
            how,
            trial,
            tail,
            new SweepFolder(scratch.resolve(choice.name())).trial(trial.id()),
            features,
            metrics -> {
              if (choice == TailChoice.FASTEST && metrics.epoch() > warmUpEpochs) {
                epochRates.add(how.data().train() / metrics.seconds());
              }
            });
    try {
      trainer.train(List.of(clock));
    } catch (DivergedException e) {
      throw NormSweepException.failed(
          "The benchmark's trial " + trial.id() + " failed: " + e.getMessage() + ".", e);
    }
    return clock.millis();
  }

  // The first images of each part: stock layers take a hundred times as long.
  private FeatureSets fewer() {
    FeatureSets all = inputs.features();
    return new FeatureSets() {
      private LabelledFeatures first(LabelledFeatures set, int images) {
        return new LabelledFeatures(
            set.store(), Arrays.copyOf(set.labels(), Math.min(images, set.size())));
      }

      @Override
      public String key() {
        return all.key();
      }

      @Override
      public LabelledFeatures training(int view) {
        return first(all.training(view), STOCK_IMAGES);
      }

      @Override
      public LabelledFeatures validation() {
        return first(all.validation(), BATCH);
      }

      @Override
      public LabelledFeatures test() {
        return first(all.test(), BATCH);
      }
    };
  }
}
