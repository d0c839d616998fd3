package normsweep.record;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * A sweep as it is run: every value resolved, nothing left to defaults. {@link SweepYaml} reads and
 * writes it.
 *
 * @param name the sweep's name and folder
 * @param data which images are used
 * @param model what is trained
 * @param training how it is trained
 * @param grid which trials there are
 * @param tracking what is recorded while training
 * @param landscape the loss surfaces drawn afterwards
 */
@JsonPropertyOrder({"name", "data", "model", "training", "grid", "tracking", "landscape"})
public record SweepConfig(
    String name,
    Data data,
    Model model,
    Training training,
    Grid grid,
    Tracking tracking,
    Landscape landscape) {

  /**
   * Images.
   *
   * @param train number of training images
   * @param validation number of validation images, taken from the official training set as well
   * @param test number of official test images
   * @param splitSeed seed of the stratified choice
   * @param views augmentation draws of every training image; epoch e trains on view e mod views
   * @param padding pixels of zero padding before the random crop
   * @param flip whether images are mirrored at random
   */
  public record Data(
      int train, int validation, int test, long splitSeed, int views, int padding, boolean flip) {}

  /**
   * What is trained.
   *
   * @param unfreezeFrom first layer of the backbone that trains
   * @param hiddenUnits width of the head's dense layer
   * @param dropout probability of dropping a hidden unit
   */
  public record Model(String unfreezeFrom, int hiddenUnits, double dropout) {}

  /**
   * How it is trained: Adam, linear warm-up, cosine decay to zero.
   *
   * @param epochs passes over the training images
   * @param batchSize images a step, at least 2; the last step of an epoch takes what is left, and
   *     with it the step before where that is a single image
   * @param learningRate learning rate after the warm-up
   * @param warmupEpochs length of the warm-up in epochs
   */
  public record Training(int epochs, int batchSize, double learningRate, double warmupEpochs) {}

  /**
   * The axes of the grid.
   *
   * @param norm norms
   * @param placement places of a filter response norm; other norms ignore it
   * @param clip clipping choices
   * @param seed seeds
   */
  public record Grid(
      List<Norm> norm, List<FrnPlacement> placement, List<Clip> clip, List<Long> seed) {
    /** Copies the axes. */
    public Grid {
      norm = List.copyOf(norm);
      placement = List.copyOf(placement);
      clip = List.copyOf(clip);
      seed = List.copyOf(seed);
    }
  }

  /**
   * What is recorded while training.
   *
   * @param histogramEvery iterations between two gradient magnitude histograms
   * @param statsEvery iterations between two updates of the DL4J UI's statistics
   */
  public record Tracking(int histogramEvery, int statsEvery) {}

  /**
   * Loss surfaces.
   *
   * @param grid points a side
   * @param range largest coordinate along each direction; the surface spans [-range, range]
   * @param images validation images on which the loss is taken
   * @param seed seed of the two random directions
   */
  public record Landscape(int grid, double range, int images, long seed) {}

  /**
   * The iterations of one epoch; a last batch that is not full counts, but for one image that is
   * left over: it joins the batch before.
   */
  public int iterationsPerEpoch() {
    return (data.train + training.batchSize - 2) / training.batchSize;
  }

  /** Images in the largest batch: one more than asked for where one image is left over. */
  public int largestBatch() {
    return training.batchSize + (data.train % training.batchSize == 1 ? 1 : 0);
  }
}
