package normsweep.landscape;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import normsweep.base.Hashes;
import normsweep.tail.TailParameter;
import org.nd4j.linalg.factory.Nd4j;

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
   * @param axis number of the direction; 0 and 1 are the surface's
   */
  public static double[] draw(List<TailParameter> parameters, int length, long seed, int axis) {
    double[] direction = new double[length];
    for (TailParameter weight : weights(parameters)) {
      RandomGenerator random = random(seed + "/" + axis + "/" + weight.name());
      for (int position : positions(weight)) {
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
      int[] positions = positions(weight);
      boolean dense = weight.shape().size() == 2;
      int filters = Math.toIntExact(weight.shape().get(dense ? 1 : 0));
      IntUnaryOperator filterOf = k -> dense ? k % filters : k / (positions.length / filters);
      double[] rawSquares = new double[filters];
      double[] centreSquares = new double[filters];
      for (int k = 0; k < positions.length; k++) {
        rawSquares[filterOf.applyAsInt(k)] += raw[positions[k]] * raw[positions[k]];
        centreSquares[filterOf.applyAsInt(k)] += centre[positions[k]] * centre[positions[k]];
      }
      for (int k = 0; k < positions.length; k++) {
        int filter = filterOf.applyAsInt(k);
        double square = rawSquares[filter];
        double scale = square == 0 ? 0 : Math.sqrt(centreSquares[filter] / square);
        direction[positions[k]] = raw[positions[k]] * scale;
      }
    }
    return direction;
  }

  /** A parameter's positions in the flat vector, in row-major order of its indices. */
  static int[] positions(TailParameter parameter) {
    int first = Math.toIntExact(parameter.offset());
    int[] inMemory = IntStream.range(first, first + Math.toIntExact(parameter.length())).toArray();
    return parameter.at(0).view(Nd4j.createFromArray(inMemory)).dup('c').data().asInt();
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
