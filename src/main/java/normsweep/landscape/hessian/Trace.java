package normsweep.landscape.hessian;

import static normsweep.landscape.head.OrthonormalBasis.dot;

import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * The trace of a Hessian. It is exact in the space in which {@link Lanczos} has found the outer
 * eigenvalues; in the rest, it is estimated from products with random signs (Hutchinson 1990). What
 * would make the estimate vary most is so taken out (Meyer et al. 2021, <i>Hutch++</i>).
 *
 * @param value the estimate
 * @param error its standard error
 */
public record Trace(double value, double error) {

  /**
   * Estimates a trace.
   *
   * @param hessian gives the product with a vector
   * @param known a basis of the same Hessian, whose first vector is independent of {@code seed}
   * @param moves 0 at parameters that are held fixed
   * @param probes number of random vectors, at least two
   */
  static Trace of(
      UnaryOperator<double[]> hessian, Lanczos known, double[] moves, int probes, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    DescriptiveStatistics rest = new DescriptiveStatistics();
    for (int probe = 0; probe < probes; probe++) {
      double[] vector = signs(random, moves);
      known.basis().orthogonalise(vector);
      rest.addValue(dot(vector, hessian.apply(vector)));
    }
    return new Trace(
        known.trace() + rest.getMean(), rest.getStandardDeviation() / Math.sqrt(probes));
  }

  /** Random signs, 0 where {@code moves} is. */
  static double[] signs(RandomGenerator random, double[] moves) {
    double[] signs = new double[moves.length];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = moves[i] == 0 ? 0 : random.nextBoolean() ? 1 : -1;
    }
    return signs;
  }
}
