package normsweep.bench;

import java.util.Map;
import normsweep.record.Norm;

/**
 * Everything that {@code bench} measures, also written as JSON by {@code bench --json FILE}. Plain
 * names are medians of warmed-up runs; {@code …Min} and {@code …Max} are the extremes.
 *
 * @param date when, ISO 8601
 * @param machine the machine it ran on
 * @param trunk the frozen trunk, from the bytes of a 32×32 image to features
 * @param tail the tail as trained by sweeps, with a batch-norm head
 * @param heads the same for each head
 * @param stock the tail of stock layers, with a batch-norm head
 * @param sweep whole epochs, with everything around the steps
 * @param memory the memory that the process used
 */
public record BenchReport(
    String date,
    Map<String, String> machine,
    Trunk trunk,
    Tail tail,
    Map<Norm, Tail> heads,
    Stock stock,
    Sweep sweep,
    Memory memory) {

  /** Images per second through the frozen trunk. */
  public record Trunk(
      double imagesPerSecond, double imagesPerSecondMin, double imagesPerSecondMax) {
    static Trunk of(Spread rate) {
      return new Trunk(rate.median(), rate.min(), rate.max());
    }
  }

  /**
   * Training steps with head, clipping by global norm and gradient tracking.
   *
   * @param batchSize images per step
   * @param trainImages images per epoch
   * @param stepToGemm the median step in multiples of the median of its two bare matrix products
   */
  public record Tail(
      String how,
      int batchSize,
      int trainImages,
      double imagesPerSecond,
      double imagesPerSecondMin,
      double imagesPerSecondMax,
      double stepMillis,
      double stepMillisMin,
      double stepMillisMax,
      double gemmMillis,
      double gemmMillisMin,
      double gemmMillisMax,
      double stepToGemm) {
    static Tail of(String how, int batchSize, int trainImages, Spread step, Spread gemm) {
      Spread rate = step.inverted(millis -> 1000 * batchSize / millis);
      return new Tail(
          how,
          batchSize,
          trainImages,
          rate.median(),
          rate.min(),
          rate.max(),
          step.median(),
          step.min(),
          step.max(),
          gemm.median(),
          gemm.min(),
          gemm.max(),
          step.median() / gemm.median());
    }
  }

  /** Training steps of stock layers. */
  public record Stock(
      double imagesPerSecond, double imagesPerSecondMin, double imagesPerSecondMax) {
    static Stock of(Spread stepMillis, int batchSize) {
      Spread rate = stepMillis.inverted(millis -> 1000 * batchSize / millis);
      return new Stock(rate.median(), rate.min(), rate.max());
    }
  }

  /** Training images per second over whole epochs, including validation, checkpoints and files. */
  public record Sweep(
      double imageStepsPerSecond, double imageStepsPerSecondMin, double imageStepsPerSecondMax) {
    static Sweep of(Spread rate) {
      return new Sweep(rate.median(), rate.min(), rate.max());
    }
  }

  /**
   * Memory.
   *
   * @param peakRssMiB largest resident set of the process so far, including mapped files; 0 where
   *     the system does not report it
   */
  public record Memory(double peakRssMiB) {}
}
