package normsweep.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How fast features are computed: images a second in several rounds over the same images.
 *
 * @param images images a round
 * @param imagesPerSecond one figure a round, in ascending order
 */
public record TrunkBenchmark(int images, List<Double> imagesPerSecond) {
  private static final int WARM_UP_ROUNDS = 2;
  private static final double NANOS = 1e9;

  /** Sorts the rounds; there must be one at least. */
  public TrunkBenchmark {
    if (imagesPerSecond.isEmpty()) {
      throw new IllegalArgumentException("a benchmark needs at least one round");
    }
    imagesPerSecond = imagesPerSecond.stream().sorted().toList();
  }

  /**
   * Measures after two rounds that do not count.
   *
   * @param source {@code n} images as {@link FeatureExtractor#features} takes them; real ones, for
   *     values decide how much of an activation is zero
   */
  public static TrunkBenchmark measure(FeatureExtractor trunk, byte[] source, int n, int rounds) {
    float[] out = new float[Math.multiplyExact(n, trunk.valuesPerImage())];
    List<Double> measured = new ArrayList<>();
    for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      long start = System.nanoTime();
      trunk.features(source, n, out);
      double seconds = (System.nanoTime() - start) / NANOS;
      if (round >= WARM_UP_ROUNDS) {
        measured.add(n / seconds);
      }
    }
    return new TrunkBenchmark(n, measured);
  }

  /** Images a second in the middle round. */
  public double median() {
    int rounds = imagesPerSecond.size();
    return (imagesPerSecond.get((rounds - 1) / 2) + imagesPerSecond.get(rounds / 2)) / 2;
  }

  /** Images a second in the slowest round. */
  public double slowest() {
    return imagesPerSecond.get(0);
  }

  /** Images a second in the fastest round. */
  public double fastest() {
    return imagesPerSecond.get(imagesPerSecond.size() - 1);
  }
}
