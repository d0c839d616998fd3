package normsweep.record;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;

/**
 * A fully resolved sweep config. {@link SweepYaml} reads and writes it. The {@link Setting} of each
 * key defines its meaning, default and range.
 */
public record SweepConfig(
    @Setting(
            help = "the sweep's name, also the name of its folder in `output/`",
            preset = "the file's name",
            pattern = SweepConfig.NAME,
            allowed = "letters, digits, '.', '_' and '-', at most 64")
        String name,
    Data data,
    Model model,
    Training training,
    Grid grid,
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
    String help();

    /**
     * The default, as written in a sweep file. It also stands for what the program did before it
     * had the key.
     */
    String preset();

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
  }

  /** Images. */
  public record Data(
      @Setting(help = "training images", preset = "2000", min = 10, max = 50_000) int train,
      @Setting(
              help = "validation images, also from the official training set",
              preset = "500",
              min = 10,
              max = 50_000)
          int validation,
      @Setting(help = "official test images", preset = "1000", min = 10, max = 10_000) int test,
      @Setting(help = "seed of the stratified selection of images", preset = "1") long splitSeed,
      @Setting(
              help = "augmentation draws per image; epoch e trains on view e mod views",
              preset = "2",
              min = 1,
              max = 64)
          int views,
      @Setting(help = "pixels of zero padding before the random crop", preset = "4", max = 16)
          int padding,
      @Setting(help = "whether images are randomly mirrored", preset = "true") boolean flip) {}

  /** The model. */
  public record Model(
      @Setting(
              help = "first backbone layer that is trained",
              preset = "Conv_1",
              pattern = "[A-Za-z][A-Za-z0-9_]*",
              allowed = "the name of a backbone layer")
          String unfreezeFrom,
      @Setting(help = "width of the head's dense layer", preset = "256", min = 1, max = 4096)
          int hiddenUnits,
      @Setting(help = "probability of dropping a hidden unit", preset = "0.5", max = 0.95)
          double dropout) {}

  /** Training: Adam, linear warm-up, cosine decay to zero. */
  public record Training(
      @Setting(help = "passes over the training images", preset = "10", min = 1, max = 1000)
          int epochs,
      @Setting(
              help = "images per mini-batch; a single leftover image joins the last batch",
              preset = "64",
              min = 2,
              max = 4096)
          int batchSize,
      @Setting(help = "learning rate after the warm-up", preset = "0.001", min = 1e-8, max = 10)
          double learningRate,
      @Setting(help = "length of the warm-up in epochs", preset = "1", max = 1000)
          double warmupEpochs) {}

  /** The axes of the grid, each one value or a list of values. */
  public record Grid(
      @Setting(
              help = "normalisation in the head",
              preset = "[batch-norm, layer-norm, filter-response-norm]")
          List<Norm> norm,
      @Setting(help = "placement of filter response norm; other norms ignore it", preset = "dense")
          List<FrnPlacement> placement,
      @Setting(help = "gradient clipping", preset = "[none, 1.0]") List<Clip> clip,
      @Setting(help = "seed of the trial", preset = "1") List<Long> seed) {}

  /** What is recorded during training. */
  public record Tracking(
      @Setting(
              help = "iterations between gradient histograms",
              preset = "50",
              min = 1,
              max = 1_000_000)
          int histogramEvery,
      @Setting(
              help = "iterations between updates of the training UI",
              preset = "50",
              min = 1,
              max = 1_000_000)
          int statsEvery) {}

  /** Loss surfaces. */
  public record Landscape(
      @Setting(
              help = "grid points per side; the middle one is the trained model",
              preset = "51",
              min = 3,
              max = 501,
              odd = true)
          int grid,
      @Setting(
              help = "the surface spans [-range, range] along each direction",
              preset = "1",
              min = 1e-3,
              max = 100)
          double range,
      @Setting(
              help = "validation images used to compute the loss",
              preset = "1000",
              min = 10,
              max = 50_000)
          int images,
      @Setting(help = "seed of the two random directions", preset = "1") long seed) {}

  /**
   * The iterations of one epoch. A last batch that is not full counts, except for a single leftover
   * image, which joins the previous batch.
   */
  public int iterationsPerEpoch() {
    return (data.train + training.batchSize - 2) / training.batchSize;
  }

  /** Images in the largest batch: one more than configured if a single image is left over. */
  public int largestBatch() {
    return training.batchSize + (data.train % training.batchSize == 1 ? 1 : 0);
  }
}
