package normsweep.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import normsweep.base.AtomicFiles;
import normsweep.landscape.LandscapeSettings;
import normsweep.landscape.Landscapes;
import normsweep.landscape.LossSurface;
import normsweep.landscape.PlaneGrid;
import normsweep.landscape.Scope;
import normsweep.landscape.SurfaceMeasures;
import normsweep.landscape.SweepLandscape;
import normsweep.landscape.TrialGeometry;
import normsweep.landscape.TrialLandscape;
import normsweep.landscape.hessian.Curvature;
import normsweep.landscape.hessian.ImageSet;
import normsweep.landscape.hessian.SpectralDensity;
import normsweep.landscape.hessian.Spectrum;
import normsweep.landscape.hessian.Trace;
import normsweep.record.Clip;
import normsweep.record.EpochMetrics;
import normsweep.record.FrnPlacement;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.prediction.ImageScores;
import normsweep.record.prediction.Predictions;
import normsweep.report.figure.Figure;
import normsweep.report.figure.LandscapeFigures;
import normsweep.sweep.TrialGrid;

/**
 * Makes sweep folders whose numbers are made up but consistent: curves that rise to a chosen
 * accuracy, gradient norms that decay and are clipped as the trial says, histograms around them.
 * Tests choose with the setters what is true of the sweep.
 */
public final class MadeUpSweep {
  private static final List<String> PARAMETERS =
      List.of(
          "Conv_1_W",
          "Conv_1_bn_gamma",
          "Conv_1_bn_beta",
          "dense_W",
          "dense_b",
          "norm_gamma",
          "norm_beta",
          "output_W",
          "output_b");

  private List<Norm> norms = List.of(Norm.BATCH_NORM, Norm.LAYER_NORM, Norm.FILTER_RESPONSE_NORM);
  private List<Clip> clips = List.of(Clip.NONE, Clip.globalNorm(1));
  private List<Long> seeds = List.of(1L);
  private String axes = "";
  private int epochs = 10;
  private int train = 2000;
  private int test = 1000;
  private ToDoubleFunction<Trial> accuracy = trial -> 0.75;
  private ToDoubleFunction<Trial> gradientScale = trial -> 1.2;
  private ToDoubleFunction<Trial> speed = trial -> 0.7;
  private ToDoubleFunction<Trial> wobble = trial -> 0;
  private ToDoubleFunction<Trial> curvature = null;
  private boolean drawn;
  private boolean predictions;
  private ToIntFunction<Trial> length = trial -> epochs;
  private List<String> settings = List.of();
  private final Map<String, TrialResult.Status> statuses = new HashMap<>();

  /** A sweep of the default norms, with and without clipping, one seed. */
  public static MadeUpSweep quick() {
    return new MadeUpSweep();
  }

  /** Sets the seeds. */
  public MadeUpSweep seeds(Long... values) {
    seeds = List.of(values);
    return this;
  }

  /** Sets the norms. */
  public MadeUpSweep norms(Norm... values) {
    norms = List.of(values);
    return this;
  }

  /** Sets the clipping choices. */
  public MadeUpSweep clips(Clip... values) {
    clips = List.of(values);
    return this;
  }

  /** Sets the length of training. */
  public MadeUpSweep epochs(int value) {
    epochs = value;
    return this;
  }

  /** Sets after how many epochs each completed trial ended. */
  public MadeUpSweep length(ToIntFunction<Trial> value) {
    length = value;
    return this;
  }

  /** Adds settings, {@code key=value}. */
  public MadeUpSweep settings(String... values) {
    settings = List.of(values);
    return this;
  }

  /** Sets the sizes of the training and test sets. */
  public MadeUpSweep images(int trainImages, int testImages) {
    train = trainImages;
    test = testImages;
    return this;
  }

  /** Sets the test accuracy of each trial, exactly. */
  public MadeUpSweep accuracy(ToDoubleFunction<Trial> value) {
    accuracy = value;
    return this;
  }

  /** Sets the total gradient norm of each trial at the start; it decays to a third. */
  public MadeUpSweep gradientScale(ToDoubleFunction<Trial> value) {
    gradientScale = value;
    return this;
  }

  /** Sets how fast each trial's curve rises, 1/epochs. */
  public MadeUpSweep speed(ToDoubleFunction<Trial> value) {
    speed = value;
    return this;
  }

  /**
   * Sets by how much each trial's validation accuracy falls, and its loss rises, every second
   * epoch.
   */
  public MadeUpSweep wobble(ToDoubleFunction<Trial> value) {
    wobble = value;
    return this;
  }

  /** Gives each completed trial a loss surface, a bowl of this curvature, and an empty picture. */
  public MadeUpSweep landscapes(ToDoubleFunction<Trial> value) {
    curvature = value;
    return this;
  }

  /** Draws the surfaces, which takes longer than everything else. */
  public MadeUpSweep drawn() {
    drawn = true;
    return this;
  }

  /** Gives each completed trial predictions of its accuracy; the hardest images are the last. */
  public MadeUpSweep predictions() {
    predictions = true;
    return this;
  }

  /** Sets the status of a trial, completed otherwise. */
  public MadeUpSweep status(String id, TrialResult.Status status) {
    statuses.put(id, status);
    return this;
  }

  /** Further axes, as a line of a sweep file's grid. */
  public MadeUpSweep axes(String line) {
    axes = line;
    return this;
  }

  /** Writes the folder. */
  public SweepFolder write(Path root) {
    SweepConfig config =
        SweepYaml.parse(
            "made-up",
            "made-up",
            """
            data: {train: %d, validation: 500, test: %d}
            training: {epochs: %d}
            tracking: {dynamicsEvery: 50}
            grid:
              norm: [%s]
              clip: [%s]
              seed: %s
              %s
            """
                .formatted(
                    train,
                    test,
                    epochs,
                    String.join(", ", norms.stream().map(Norm::id).toList()),
                    String.join(", ", clips.stream().map(clip -> "\"" + clip.id() + "\"").toList()),
                    seeds,
                    axes),
            settings);
    SweepFolder folder = new SweepFolder(root);
    try {
      AtomicFiles.writeString(folder.config(), SweepYaml.write(config));
      List<TrialResult> rows = new ArrayList<>();
      for (Trial trial : axes.isEmpty() ? trials() : TrialGrid.of(config)) {
        rows.add(writeTrial(folder, config.of(trial), trial));
      }
      Records.writeJson(folder.results(), results(config, rows));
      Records.writeTable(folder.resultsCsv(), rows);
      if (curvature != null) {
        writeLandscapes(folder, rows);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Norm norm : norms) {
      for (Clip clip : clips) {
        for (long seed : seeds) {
          trials.add(new Trial(norm, FrnPlacement.DENSE, clip, seed));
        }
      }
    }
    return trials;
  }

  // A bowl a·(x² + y²)/2: its sharpness within a radius r is a·r²/2, its eigenvalues are a.
  private void writeLandscapes(SweepFolder folder, List<TrialResult> rows) throws IOException {
    LandscapeSettings settings = new LandscapeSettings(Scope.HEAD, 11, 1, 500, 1, 0.5, 1);
    PlaneGrid grid = PlaneGrid.centred(11, 1);
    List<TrialLandscape> all = new ArrayList<>();
    for (TrialResult row : rows) {
      if (!row.completed()) {
        continue;
      }
      double a = curvature.applyAsDouble(row.trial());
      double[][] loss = new double[11][11];
      for (int i = 0; i < 11; i++) {
        for (int j = 0; j < 11; j++) {
          loss[i][j] = 0.6 + a * (grid.a(i) * grid.a(i) + grid.b(j) * grid.b(j)) / 2;
        }
      }
      LossSurface surface = new LossSurface(grid, loss);
      TrialLandscape landscape =
          new TrialLandscape(
              TrialLandscape.SCHEMA,
              row.id(),
              row.trial().label(),
              "key",
              settings,
              500,
              0.6,
              0.6,
              SurfaceMeasures.of(surface, 0.5),
              surface,
              null);
      Records.writeJson(Landscapes.file(folder, row.id(), Scope.HEAD), landscape);
      Records.writeJson(
          Landscapes.geometryFile(folder, row.id()), geometry(row.id(), row.bestEpoch(), a));
      all.add(landscape);
    }
    List<String> trials = all.stream().map(TrialLandscape::trial).toList();
    if (drawn) {
      LandscapeFigures.write(
          folder,
          new SweepLandscape(1, settings, 500, List.of("1/0", "1/1"), 0.6, 2.6, trials, Map.of()),
          all,
          List.of());
    } else {
      byte[] empty = Figure.png(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
      for (String trial : trials) {
        Path file = folder.figures().resolve("landscape-surface-" + trial + ".png");
        AtomicFiles.write(file, out -> out.write(empty));
      }
    }
  }

  static TrialGeometry geometry(String trial, int epoch, double a) {
    Curvature.Hessian part =
        new Curvature.Hessian(
            new Spectrum(new double[] {a}, new double[] {0}, a, 0, Map.of("head_dense_W", 1.0), 1),
            new Trace(100 * a, a),
            new SpectralDensity(List.of(-a, 0.0, a), List.of(0.1, 0.6, 0.3)),
            new Curvature.Sharpness(100 * a, 0));
    return new TrialGeometry(
        TrialGeometry.SCHEMA,
        trial,
        "key",
        List.of(
            new Curvature(epoch, true, ImageSet.VALIDATION, 500, 0.6, part, part),
            new Curvature(epoch, true, ImageSet.TRAINING, 250, 0.5, part, part),
            new Curvature(0, false, ImageSet.TRAINING, 250, 1.5, part, part)));
  }

  private static SweepResults results(SweepConfig config, List<TrialResult> rows) {
    return new SweepResults(
        SweepResults.SCHEMA,
        config.name(),
        new SweepResults.WeightsOrigin(
            "MobileNetV2 1.0 224", "made up", "ab".repeat(32), "made-up images", "", ""),
        new SweepResults.DataOrigin(
            "made up",
            "cd".repeat(32),
            config.data().train(),
            config.data().validation(),
            config.data().test()),
        Map.of("java", "17.0.0", "dl4j", "1.0.0-M2.1", "cpu", "made-up CPU, 2 cores"),
        rows);
  }

  private TrialResult writeTrial(SweepFolder folder, SweepConfig config, Trial trial)
      throws IOException {
    TrialResult.Status status = statuses.getOrDefault(trial.id(), TrialResult.Status.COMPLETED);
    int done =
        switch (status) {
          case COMPLETED -> length.applyAsInt(trial);
          case PENDING -> 0;
          case RUNNING, INTERRUPTED, FAILED, PRUNED -> epochs / 2;
        };
    if (done == 0) {
      return TrialResult.pending(trial);
    }
    SweepFolder.TrialFolder files = folder.trial(trial.id());
    Random random = new Random(trial.id().hashCode());
    List<EpochMetrics> metrics = metrics(trial, done, random);
    Records.writeCsv(files.metrics(), EpochMetrics.class, metrics);
    List<GradientNorm> norms = gradients(trial, config, done, random);
    Records.writeCsv(files.gradients(), GradientNorm.class, norms);
    Records.writeJson(files.histograms(), histograms(config, norms, random));
    writeDynamics(files, config, trial, done);
    if (predictions && status == TrialResult.Status.COMPLETED) {
      new Predictions(scores(trial, 0, 500, random), scores(trial, 50_000, test, random))
          .write(files.predictions());
    }
    return switch (status) {
      case RUNNING -> TrialResult.running(trial, done);
      case PRUNED -> TrialResult.pruned(trial, metrics, "pruned after epoch " + done + ".");
      case FAILED -> TrialResult.failed(trial, done, "the loss is not a number at iteration 160.");
      default -> completed(trial, metrics, norms);
    };
  }

  private List<EpochMetrics> metrics(Trial trial, int done, Random random) {
    List<EpochMetrics> rows = new ArrayList<>();
    double best = accuracy.applyAsDouble(trial);
    for (int epoch = 1; epoch <= done; epoch++) {
      double rise = 1 - Math.exp(-speed.applyAsDouble(trial) * epoch);
      double validation = best * (0.55 + 0.45 * rise) + 0.006 * (random.nextDouble() - 0.5);
      double dip = epoch % 2 == 0 ? wobble.applyAsDouble(trial) : 0;
      rows.add(
          new EpochMetrics(
              epoch,
              2.0 * Math.exp(-0.22 * epoch) + 0.25,
              best * (0.45 + 0.58 * rise),
              1.6 * Math.exp(-0.25 * epoch) + 0.6 + 0.02 * random.nextDouble() + dip,
              validation - dip,
              1e-3 * (1 + Math.cos(Math.PI * epoch / epochs)) / 2,
              3.2 + 0.2 * random.nextDouble()));
    }
    return rows;
  }

  // Right on the first images; some of the others are right in their stead.
  private ImageScores scores(Trial trial, int first, int images, Random random) {
    int right = (int) Math.round(accuracy.applyAsDouble(trial) * images);
    int[] labels = new int[images];
    int[] predicted = new int[images];
    for (int i = 0; i < images; i++) {
      labels[i] = i % 10;
      predicted[i] = i < right ? labels[i] : (labels[i] + 1 + random.nextInt(3)) % 10;
    }
    for (int swap = 0; swap < images / 20; swap++) {
      int wrong = random.nextInt(right);
      int mended = right + random.nextInt(images - right);
      if (predicted[wrong] == labels[wrong] && predicted[mended] != labels[mended]) {
        predicted[wrong] = (labels[wrong] + 1) % 10;
        predicted[mended] = labels[mended];
      }
    }
    float[] probabilities = new float[10 * images];
    for (int i = 0; i < images; i++) {
      float confidence = 0.4f + 0.59f * random.nextFloat();
      Arrays.fill(probabilities, 10 * i, 10 * i + 10, (1 - confidence) / 9);
      probabilities[10 * i + predicted[i]] = confidence;
    }
    int[] indices = IntStream.range(first, first + images).toArray();
    return ImageScores.of(indices, labels, probabilities);
  }

  private List<GradientNorm> gradients(Trial trial, SweepConfig config, int done, Random random) {
    int iterations = done * config.iterationsPerEpoch();
    double[] base = {0.8, 0.1, 0.15, 0.5, 0.05, 0.04, 0.05, 0.4, 0.06};
    List<GradientNorm> rows = new ArrayList<>();
    for (int iteration = 1; iteration <= iterations; iteration++) {
      double level =
          gradientScale.applyAsDouble(trial)
              * (1 + 2 * Math.exp(-4.0 * iteration / iterations))
              / 3;
      double[] norms = new double[base.length];
      double squares = 0;
      for (int i = 0; i < base.length; i++) {
        norms[i] = base[i] * level * Math.exp(0.2 * random.nextGaussian());
        squares += norms[i] * norms[i];
      }
      double total = Math.sqrt(squares);
      double factor = trial.clip().active() ? Math.min(1, trial.clip().threshold() / total) : 1;
      for (int i = 0; i < base.length; i++) {
        rows.add(new GradientNorm(iteration, PARAMETERS.get(i), norms[i], norms[i] * factor));
      }
      rows.add(new GradientNorm(iteration, GradientNorm.TOTAL, total, total * factor));
    }
    return rows;
  }

  // Steps of a clipped trial are half as long; the noise scale is 100 images in every step.
  private void writeDynamics(
      SweepFolder.TrialFolder files, SweepConfig config, Trial trial, int done) throws IOException {
    int every = config.tracking().dynamicsEvery();
    List<Step> steps = new ArrayList<>();
    List<Update> updates = new ArrayList<>();
    float scale = (float) gradientScale.applyAsDouble(trial);
    for (int i = every; every > 0 && i <= done * config.iterationsPerEpoch(); i += every) {
      steps.add(new Step(i, 0.1f, 32, 2, 200, 1, 0.75f, 1, scale, scale / 2, 10 * scale));
      float length = (trial.clip().active() ? 0.5f : 1f) * 50 / i;
      for (String parameter : PARAMETERS) {
        updates.add(new Update(i, parameter, 10, length / 3, 0.01f * i));
      }
      updates.add(new Update(i, GradientNorm.TOTAL, 30, length, 0.03f * i));
    }
    if (every > 0) {
      Records.writeCsv(files.dynamics(), Step.class, steps);
      Records.writeCsv(files.updates(), Update.class, updates);
    }
  }

  private static GradientHistograms histograms(
      SweepConfig config, List<GradientNorm> norms, Random random) {
    List<Double> edges = new ArrayList<>();
    for (int i = 0; i <= 40; i++) {
      edges.add(-8 + i * 0.25);
    }
    List<GradientHistograms.Snapshot> snapshots = new ArrayList<>();
    int every = config.tracking().histogramEvery();
    for (GradientNorm row : norms) {
      if ((row.iteration() - 1) % every != 0 || !row.parameter().equals(GradientNorm.TOTAL)) {
        continue;
      }
      Map<String, GradientHistograms.Counts> counts = new LinkedHashMap<>();
      for (String parameter : PARAMETERS) {
        double centre = Math.log10(row.normBefore() / 500);
        long[] bins = new long[40];
        long below = 20;
        for (int draw = 0; draw < 500; draw++) {
          int bin = (int) Math.floor((centre + 0.7 * random.nextGaussian() + 8) / 0.25);
          if (bin < 0) {
            below++;
          } else {
            bins[Math.min(bin, 39)]++;
          }
        }
        counts.put(
            parameter, new GradientHistograms.Counts(below, Arrays.stream(bins).boxed().toList()));
      }
      snapshots.add(
          new GradientHistograms.Snapshot(
              row.iteration(), (row.iteration() - 1) / config.iterationsPerEpoch() + 1, counts));
    }
    return new GradientHistograms(edges, snapshots);
  }

  private TrialResult completed(Trial trial, List<EpochMetrics> metrics, List<GradientNorm> norms) {
    List<GradientNorm> totals =
        norms.stream().filter(row -> row.parameter().equals(GradientNorm.TOTAL)).toList();
    double clipped =
        (double)
                totals.stream().filter(row -> row.normAfter() < row.normBefore() * 0.999999).count()
            / totals.size();
    EpochMetrics last = metrics.get(metrics.size() - 1);
    return new TrialResult(
        trial.id(),
        trial.norm(),
        trial.placement(),
        trial.clip(),
        trial.seed(),
        trial.settings(),
        trial.tuned(),
        TrialResult.Status.COMPLETED,
        metrics.size(),
        last.epoch(),
        last.valAccuracy(),
        last.valLoss(),
        accuracy.applyAsDouble(trial),
        last.valLoss() + 0.01,
        3,
        clipped,
        metrics.stream().mapToDouble(EpochMetrics::seconds).sum(),
        1234.0,
        "trials/" + trial.id() + "/model.zip",
        null);
  }
}
