package normsweep.landscape;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import normsweep.base.Hashes;
import normsweep.landscape.head.FilterLayout;
import normsweep.tail.TailParameter;

/**
 * Filter-normalised random directions (Li, Xu, Taylor, Studer &amp; Goldstein 2018, <i>Visualizing
 * the Loss Landscape of Neural Nets</i>, section 4).
 *
 * <p>A raw direction r has independent standard normal entries at weights and zeros at biases, norm
 * parameters and statistics. Filter f of the direction is then d_f = r_f · ‖w_f‖ / ‖r_f‖, where w_f
 * is the same filter of the trained network: a column of a dense W [nIn, nOut], an output channel
 * of a convolution [out, in, kH, kW]. One unit along d thus changes every filter by as much as its
 * own norm, so that surfaces of networks whose weights differ in scale can be compared.
 */
public final class Directions {
  private Directions() {}

  /**
   * Draws a raw direction. The numbers at a weight depend on {@code seed}, {@code axis} and the
   * weight's name and shape alone, not on the order in memory or on other parameters: trials of one
   * head, and equal layers of different heads, get the same numbers.
   *
   * @param parameters what the flat vector holds
   * @param length length of the flat vector
   * @param axis 0 or 1, which of the surface's two directions it is
   */
  public static double[] draw(List<TailParameter> parameters, int length, long seed, int axis) {
    double[] direction = new double[length];
    for (TailParameter weight : weights(parameters)) {
      RandomGenerator random = random(seed + "/" + axis + "/" + weight.name());
      for (int position : FilterLayout.of(weight).positions()) {
        direction[position] = random.nextGaussian();
      }
    }
    return direction;
  }

  /**
   * Scales every filter of a raw direction to the norm of the same filter of {@code centre}.
   *
   * @param raw a direction of {@link #draw}; left as it is
   * @param centre the trained parameters
   * @return a new vector; a filter that is zero in {@code centre} does not move
   */
  public static double[] normalise(List<TailParameter> parameters, double[] raw, double[] centre) {
    double[] direction = new double[raw.length];
    for (TailParameter weight : weights(parameters)) {
      FilterLayout layout = FilterLayout.of(weight);
      int[] positions = layout.positions();
      int[] filterOf = layout.filterOf();
      double[] rawSquares = new double[layout.filters()];
      double[] centreSquares = new double[layout.filters()];
      for (int k = 0; k < positions.length; k++) {
        rawSquares[filterOf[k]] += raw[positions[k]] * raw[positions[k]];
        centreSquares[filterOf[k]] += centre[positions[k]] * centre[positions[k]];
      }
      for (int k = 0; k < positions.length; k++) {
        double square = rawSquares[filterOf[k]];
        double scale = square == 0 ? 0 : Math.sqrt(centreSquares[filterOf[k]] / square);
        direction[positions[k]] = raw[positions[k]] * scale;
      }
    }
    return direction;
  }

  private static List<TailParameter> weights(List<TailParameter> parameters) {
    return parameters.stream()
        .filter(parameter -> parameter.kind() == TailParameter.Kind.WEIGHT)
        .toList();
  }

  private static RandomGenerator random(String name) {
    byte[] digest = Hashes.digest("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
    return RandomGeneratorFactory.of("L64X128MixRandom").create(ByteBuffer.wrap(digest).getLong());
  }
}
