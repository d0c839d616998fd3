package normsweep.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.base.FileTree;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.bench.BenchReport.Spread;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.device.Engine;
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
import normsweep.tail.Tail;
import normsweep.tail.fused.BareProducts;
import normsweep.train.DivergedException;
import normsweep.train.TrialTrainer;
import org.apache.commons.math3.util.MathArrays;
import org.apache.commons.math3.util.ResizableDoubleArray;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

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

  private final SweepInputs inputs;
  private final Path scratch;
  private final ResizableDoubleArray epochRates = new ResizableDoubleArray();

  private Bench(SweepInputs inputs, Path scratch) {
    this.inputs = inputs;
    this.scratch = scratch;
  }

  /**
   * Measures everything; takes a minute or two once the features are cached.
   *
   * @param trainImages training images per epoch, at least {@value #STOCK_IMAGES}
   * @param data the user's CIFAR-10, if given
   * @param weights the user's weights, if given
   * @param engine what to measure
   */
  public static BenchReport run(
      int trainImages, Optional<Path> data, Optional<Path> weights, Engine engine) {
    if (trainImages < STOCK_IMAGES) {
      throw NormSweepException.usage(
          "--images is " + trainImages + "; it must be at least " + STOCK_IMAGES + ".");
    }
    try {
      Path scratch = Files.createTempDirectory("normsweep-bench");
      try {
        return run(trainImages, data, weights, engine, scratch);
      } finally {
        FileTree.delete(scratch);
      }
    } catch (IOException e) {
      throw NormSweepException.unwritable(
          "The temporary folder " + System.getProperty("java.io.tmpdir"), e);
    }
  }

  private static BenchReport run(
      int trainImages, Optional<Path> data, Optional<Path> weights, Engine engine, Path scratch)
      throws IOException {
    try (Progress progress = Progress.of("Benchmarks", 2L + Norm.values().length, "parts")) {
      // Before any fused tail: those keep OpenBLAS to one thread.
      Spread stock;
      SweepConfig few = config(STOCK_IMAGES, 2);
      try (SweepInputs inputs = SweepInputs.open(few, data, weights, engine.stock())) {
        double[] millis =
            new Bench(inputs, scratch.resolve("stock")).steps(Norm.BATCH_NORM, few, 1);
        stock = Spread.of("stepMillis", millis).imagesPerSecond(BATCH);
      }
      progress.step(1);
      SweepConfig config = config(trainImages, WARM_UP_EPOCHS + MEASURED_EPOCHS);
      try (SweepInputs inputs = SweepInputs.open(config, data, weights, engine)) {
        Bench bench = new Bench(inputs, scratch.resolve("fastest"));
        Spread trunk = bench.trunk(config, data);
        progress.step(1);
        Map<Norm, BenchReport.TailSpeed> heads = new EnumMap<>(Norm.class);
        for (Norm norm : Norm.values()) {
          heads.put(norm, bench.tail(norm, config));
          progress.step(1);
        }
        return new BenchReport(
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            Environment.describe(engine),
            trunk,
            heads.get(Norm.BATCH_NORM),
            heads,
            stock,
            Spread.of("imageStepsPerSecond", bench.epochRates.getElements()),
            new BenchReport.Memory(peakMiB()));
      }
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

  private Spread trunk(SweepConfig config, Optional<Path> data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Cifar10 images = Cifar10.open(data, Caches.root())) {
      for (int i = 0; i < TRUNK_IMAGES; i++) {
        bytes.writeBytes(images.image(i));
      }
    }
    byte[] source = bytes.toByteArray();
    double[] rates = new double[TRUNK_RUNS];
    try (FrozenTrunk trunk =
        FrozenTrunk.of(inputs.backbone(), config.model().unfreezeFrom(), inputs.engine().trunk())) {
      float[] features = new float[TRUNK_IMAGES * trunk.valuesPerImage()];
      trunk.features(source, TRUNK_IMAGES, features);
      for (int run = 0; run < TRUNK_RUNS; run++) {
        long begin = System.nanoTime();
        trunk.features(source, TRUNK_IMAGES, features);
        rates[run] = TRUNK_IMAGES / ((System.nanoTime() - begin) / 1e9);
      }
    }
    return Spread.of("imagesPerSecond", rates);
  }

  private BenchReport.TailSpeed tail(Norm norm, SweepConfig config) throws IOException {
    Tail tail = inputs.networks().tail(trial(norm));
    if (inputs.engine().tail().device().gpu()) {
      Spread step = Spread.of("stepMillis", steps(norm, config, WARM_UP_EPOCHS));
      return speed(tail, config, step, null, null);
    }
    double[] before;
    double[] steps;
    double[] after;
    try (BareProducts products =
        BareProducts.of(BATCH, tail.featureShape(), BareProducts.BLOCK_CHANNELS)) {
      before = products.millis(PRODUCT_RUNS);
      steps = steps(norm, config, WARM_UP_EPOCHS);
      after = products.millis(PRODUCT_RUNS);
    }
    Spread step = Spread.of("stepMillis", steps);
    Spread gemm = Spread.of("gemmMillis", MathArrays.concatenate(before, after));
    return speed(tail, config, step, gemm, step.median() / gemm.median());
  }

  private static BenchReport.TailSpeed speed(
      Tail tail, SweepConfig config, Spread step, Spread gemm, Double stepToGemm) {
    return new BenchReport.TailSpeed(
        tail.describe(),
        BATCH,
        config.data().train(),
        step.imagesPerSecond(BATCH),
        step,
        gemm,
        stepToGemm);
  }

  private static Trial trial(Norm norm) {
    return new Trial(norm, FrnPlacement.DENSE, CLIP, 1);
  }

  // Milliseconds of every step after the warm-up.
  private double[] steps(Norm norm, SweepConfig how, int warmUpEpochs) throws IOException {
    Trial trial = trial(norm);
    Tail tail = inputs.networks().tail(trial);
    StepClock clock = new StepClock(warmUpEpochs, how.data().train() / BATCH);
    TrialTrainer trainer =
        new TrialTrainer(
            how,
            trial,
            tail,
            new SweepFolder(scratch).trial(trial.id()),
            inputs.features(),
            metrics -> {
              if (metrics.epoch() > warmUpEpochs) {
                epochRates.addElement(how.data().train() / metrics.seconds());
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

  private static double peakMiB() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          / 1024.0;
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Measures the time from the end of one training step to the end of the next within an epoch: the
   * full cost of a step, including the wait for its features.
   */
  static final class StepClock extends BaseTrainingListener {
    private final int warmUpEpochs;
    private final int fullBatches;
    private final ResizableDoubleArray millis = new ResizableDoubleArray();
    private long last;
    private int epochs;
    private int steps;

    /**
     * A clock.
     *
     * @param warmUpEpochs epochs that do not count: the JVM compiles while they run
     * @param fullBatches full steps per epoch, which count; a last, smaller one does not
     */
    StepClock(int warmUpEpochs, int fullBatches) {
      this.warmUpEpochs = warmUpEpochs;
      this.fullBatches = fullBatches;
    }

    @Override
    public void onEpochStart(Model model) {
      epochs++;
      last = 0;
      steps = 0;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      long now = System.nanoTime();
      steps++;
      if (last != 0 && epochs > warmUpEpochs && steps <= fullBatches) {
        millis.addElement((now - last) / 1e6);
      }
      last = now;
    }

    /** Milliseconds of every step that counted. */
    double[] millis() {
      return millis.getElements();
    }
  }
}
