package normsweep.record;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A fully resolved sweep config. {@link SweepYaml} reads and writes it. The {@link Setting} of each
 * key defines its meaning, default and range.
 */
public record SweepConfig(
    @Setting(
            meaning = "the sweep's name, also the name of its folder in `output/`",
            defaultValue = "the file's name",
            pattern = SweepConfig.NAME,
            allowed = "letters, digits, '.', '_' and '-', at most 64")
        String name,
    DataSettings data,
    Model model,
    Training training,
    Grid grid,
    Search search,
    Tune tune,
    Prune prune,
    Tracking tracking,
    Landscape landscape) {

  static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  /**
   * Describes the key whose value a component holds. {@link Settings} reads, checks and documents
   * the key using only this annotation.
   */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  @interface Setting {
    /** What the key means, for the reference table. */
    String meaning();

    /** The default, as written in a sweep file. A sweep.yaml older than the key gets this value. */
    String defaultValue();

    /** The smallest number allowed. */
    double min() default 0;

    /** The largest number allowed. */
    double max() default Integer.MAX_VALUE;

    /** Whether a whole number has to be odd. */
    boolean odd() default false;

    /** A pattern that a text must match. */
    String pattern() default "";

    /** The pattern in words. */
    String allowed() default "";

    /** The name in trial ids if the key is an axis; empty for the key's last part. */
    String shortName() default "";

    /** Whether resolved files leave the key out while it has its default. */
    boolean quiet() default false;
  }

  /** The model. */
  public record Model(
      @Setting(
              meaning = "first backbone layer that is trained",
              defaultValue = "Conv_1",
              pattern = "[A-Za-z][A-Za-z0-9_]*",
              allowed = "the name of a backbone layer")
          String unfreezeFrom,
      @Setting(
              meaning = "width of the head's dense layer",
              defaultValue = "256",
              min = 1,
              max = 4096)
          int hiddenUnits,
      @Setting(meaning = "probability of dropping a hidden unit", defaultValue = "0.5", max = 0.95)
          double dropout,
      @Setting(
              meaning =
                  "batch norms of the trainable block: trained on batch statistics, or kept as the"
                      + " backbone's fixed scale and shift, so that no image depends on its batch",
              defaultValue = "train")
          BlockBatchNorm blockBatchNorm) {}

  /** Training: a linear warm-up, then the schedule, with one optimizer. */
  public record Training(
      @Setting(
              meaning = "passes over the training images",
              defaultValue = "10",
              min = 1,
              max = 1000)
          int epochs,
      @Setting(
              meaning = "images per mini-batch; a single leftover image joins the last batch",
              defaultValue = "64",
              min = 2,
              max = 4096)
          int batchSize,
      @Setting(
              meaning = "learning rate after the warm-up",
              defaultValue = "0.001",
              min = 1e-8,
              max = 10,
              shortName = "lr")
          double learningRate,
      @Setting(meaning = "length of the warm-up in epochs", defaultValue = "1", max = 1000)
          double warmupEpochs,
      @Setting(
              meaning =
                  "learning rate after the warm-up: a cosine or a line to zero at the last of"
                      + " `training.epochs`, three stages of a tenth each, or constant",
              defaultValue = "cosine")
          RateSchedule schedule,
      @Setting(
              meaning =
                  "what turns gradients into steps; adamw is adam with decoupled weight decay,"
                      + " sgd has heavy-ball momentum, adadelta has no learning rate",
              defaultValue = "adam")
          Optimizer optimizer,
      @Setting(
              meaning = "share of the previous step that sgd and nesterov repeat; others ignore it",
              defaultValue = "0.9",
              max = 0.999)
          double momentum,
      @Setting(
              meaning =
                  "decay of kernels and matrices, not of biases and norms: adamw takes learning"
                      + " rate * weightDecay * weight off each weight, the others add weightDecay *"
                      + " weight to its clipped gradient (L2)",
              defaultValue = "0",
              max = 1)
          double weightDecay,
      @Setting(
              meaning =
                  "share of each training label that is spread over all classes; validation and"
                      + " test losses stay plain cross-entropy",
              defaultValue = "0",
              max = 0.9)
          double labelSmoothing,
      @Setting(
              meaning = "epochs without a lower validation loss after which a trial ends; 0: never",
              defaultValue = "0",
              max = 1000)
          int patience,
      @Setting(
              meaning =
                  "balanced: the training loss of an image counts N / (K n) times, with N images, K"
                      + " classes and n images of its own class",
              defaultValue = "none",
              pattern = "none|balanced",
              allowed = "none | balanced",
              quiet = true)
          String classWeights) {
    /** Whether rare classes count more. */
    public boolean balanced() {
      return classWeights.equals("balanced");
    }
  }

  /**
   * The axes of the grid, each one value or a list of values.
   *
   * @param further values of any other settings by their dotted keys, in the order of the file
   */
  public record Grid(
      @Setting(
              meaning = "normalisation in the head",
              defaultValue = "[batch-norm, layer-norm, filter-response-norm]")
          List<Norm> norm,
      @Setting(
              meaning = "placement of filter response norm; other norms ignore it",
              defaultValue = "dense")
          List<FrnPlacement> placement,
      @Setting(meaning = "gradient clipping", defaultValue = "[none, 1.0]") List<Clip> clip,
      @Setting(meaning = "seed of the trial", defaultValue = "1") List<Long> seed,
      @JsonAnyGetter Map<String, List<Object>> further) {
    /** Copies the further axes; missing ones are none. */
    public Grid {
      further =
          further == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(further));
    }
  }

  /**
   * A random search beside the grid: each cell of the grid is combined with each candidate.
   *
   * @param space what each setting is drawn from, by its dotted key, in the order of the file
   */
  public record Search(
      @Setting(
              meaning = "random settings for every cell of the grid; 0 for no search",
              defaultValue = "0",
              max = 10_000)
          int candidates,
      @Setting(
              meaning = "minutes of training after which no further trial starts; 0 for no limit",
              defaultValue = "0",
              max = 1e6)
          double maxMinutes,
      @Setting(meaning = "seed of the random settings", defaultValue = "1") long seed,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, SearchRange> space) {
    /** No search, as the defaults have it. */
    static final Search NONE = new Search(0, 0, 1, Map.of());

    /** Copies the space; a missing one is empty. */
    public Search {
      space = space == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(space));
    }
  }

  /**
   * Tuning before the sweep: each cell of the grid gets the best of its candidates.
   *
   * @param keys what each setting is drawn from, by its dotted key, in the order of the file
   */
  public record Tune(
      @Setting(
              meaning =
                  "settings that every cell of the grid tries before its trials; 0 for no tuning",
              defaultValue = "0",
              max = 10_000)
          int candidates,
      @Setting(
              meaning = "seeds of the tuning trials, none of which may be in `grid.seed`",
              defaultValue = "[1001]")
          List<Long> seeds,
      @Setting(meaning = "seed of settings that are drawn at random", defaultValue = "1") long seed,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, SearchRange> keys) {
    /** No tuning, as the defaults have it. */
    static final Tune NONE = new Tune(0, List.of(1001L), 1, Map.of());

    /** Copies the keys; missing ones are none. */
    public Tune {
      keys = keys == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    }
  }

  /** Successive halving among the candidates of a search or of tuning. */
  public record Prune(
      @Setting(
              meaning =
                  "epochs after each of which the candidates of a cell with the higher validation"
                      + " losses end; none for no pruning",
              defaultValue = "[]",
              min = 1,
              max = 1000)
          List<Integer> rungs,
      @Setting(
              meaning = "share of the candidates that trains on after each rung, rounded up",
              defaultValue = "0.5",
              min = 0.01,
              max = 0.99)
          double keep) {
    /** No pruning, as the defaults have it. */
    static final Prune NONE = new Prune(List.of(), 0.5);
  }

  /** What is recorded during training. */
  public record Tracking(
      @Setting(
              meaning = "iterations between gradient histograms",
              defaultValue = "50",
              min = 1,
              max = 1_000_000)
          int histogramEvery,
      @Setting(
              meaning = "iterations between updates of the training UI",
              defaultValue = "50",
              min = 1,
              max = 1_000_000)
          int statsEvery,
      @Setting(
              meaning =
                  "iterations between measurements of steps, gradient noise and the loss along the"
                      + " gradient; 0 for none",
              defaultValue = "80",
              max = 1_000_000)
          int dynamicsEvery) {
    /**
     * Iterations between measurements by default. One takes about 2.5 times as long as a step, so
     * that all take 4 to 5 % of the training time ({@code quick.yaml} with batch norm, 2 cores of
     * an AMD EPYC with AVX-512, 2026-11-26).
     */
    public static final int DYNAMICS_EVERY = 80;
  }

  /** Loss surfaces. */
  public record Landscape(
      @Setting(
              meaning = "grid points per side; the middle one is the trained model",
              defaultValue = "51",
              min = 3,
              max = 501,
              odd = true)
          int grid,
      @Setting(
              meaning = "the surface spans [-range, range] along each direction",
              defaultValue = "1",
              min = 1e-3,
              max = 100)
          double range,
      @Setting(
              meaning = "validation images used to compute the loss",
              defaultValue = "1000",
              min = 10,
              max = 50_000)
          int images,
      @Setting(meaning = "seed of the two random directions", defaultValue = "1") long seed) {}

  /**
   * The config of one trial: this one with the trial's own settings and without further axes.
   *
   * @throws normsweep.base.NormSweepException exit code 2 if these settings do not fit together
   */
  public SweepConfig of(Trial trial) {
    return SweepYaml.of(this, trial);
  }

  /** This config without further axes and search. */
  SweepConfig withoutAxes() {
    Grid own = new Grid(grid.norm, grid.placement, grid.clip, grid.seed, Map.of());
    return new SweepConfig(
        name, data, model, training, own, Search.NONE, Tune.NONE, Prune.NONE, tracking, landscape);
  }

  /**
   * The sweep that tunes this one: every cell is trained with every candidate, once per tuning
   * seed.
   */
  public SweepConfig tuning() {
    Grid cells = new Grid(grid.norm, grid.placement, grid.clip, tune.seeds, grid.further);
    Search candidates = new Search(tune.candidates, 0, tune.seed, tune.keys);
    return new SweepConfig(
        name, data, model, training, cells, candidates, Tune.NONE, prune, tracking, landscape);
  }

  /** Whether candidates are pruned among the trials of this sweep itself, not of its tuning. */
  public boolean prunes() {
    return search.candidates > 0 && !prune.rungs.isEmpty();
  }

  /** Whether the cells of the grid are tuned first. */
  public boolean tuned() {
    return tune.candidates > 0;
  }

  /** The keys of all settings that differ between trials beyond norm, placement, clip and seed. */
  public Set<String> varied() {
    Set<String> keys = new LinkedHashSet<>(grid.further.keySet());
    keys.addAll(search.space.keySet());
    return keys;
  }

  /**
   * The iterations of one epoch. A last batch that is not full counts, except for a single leftover
   * image, which joins the previous batch.
   */
  public int iterationsPerEpoch() {
    return (data.train() + training.batchSize - 2) / training.batchSize;
  }

  /** Number of images in the mini-batch of one step; the last of an epoch may have fewer. */
  public int batchImages(int iteration) {
    int steps = iterationsPerEpoch();
    return iteration % steps == 0
        ? data.train() - (steps - 1) * training.batchSize
        : training.batchSize;
  }

  /** Images in the largest batch: one more than configured if a single image is left over. */
  public int largestBatch() {
    return training.batchSize + (data.train() % training.batchSize == 1 ? 1 : 0);
  }
}
