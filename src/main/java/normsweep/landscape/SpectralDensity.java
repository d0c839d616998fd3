package normsweep.landscape;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * The eigenvalue density of a Hessian by stochastic Lanczos quadrature (Golub &amp; Welsch 1969;
 * Ghorbani, Krishnan &amp; Xiao 2019), and its trace by Hutchinson's estimator (1990): for a vector
 * z of random signs, E zᵀHz = tr H. The first Lanczos step from z gives zᵀHz, so both come from the
 * same products.
 *
 * @param trace mean of zᵀHz over the probes
 * @param traceError its standard error
 * @param values quadrature nodes of all probes
 * @param weights share of the eigenvalues at each node; they add up to 1
 */
public record SpectralDensity(
    double trace, double traceError, List<Double> values, List<Double> weights) {

  /** Copies the lists. */
  public SpectralDensity {
    values = List.copyOf(values);
    weights = List.copyOf(weights);
  }

  /**
   * Estimates from random signs.
   *
   * @param hessian gives the product with a vector
   * @param moves 0 at parameters that are held fixed
   * @param flat number of further parameters, along which the loss is constant
   * @param probes number of random vectors, at least two
   * @param steps quadrature nodes per probe; one for the trace alone
   */
  static SpectralDensity of(
      UnaryOperator<double[]> hessian, double[] moves, int flat, int probes, int steps, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    DescriptiveStatistics traces = new DescriptiveStatistics();
    List<Double> values = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (int probe = 0; probe < probes; probe++) {
      double[] signs = new double[moves.length];
      int moving = 0;
      for (int i = 0; i < signs.length; i++) {
        signs[i] = moves[i] == 0 ? 0 : random.nextBoolean() ? 1 : -1;
        moving += moves[i] == 0 ? 0 : 1;
      }
      Lanczos lanczos = new Lanczos(hessian, signs);
      while (lanczos.advance() && lanczos.size() < steps) {
        // until the basis is complete
      }
      EigenDecomposition ritz = lanczos.ritz();
      double mean = 0;
      for (int i = 0; i < lanczos.size(); i++) {
        double share = Math.pow(ritz.getEigenvector(i).getEntry(0), 2);
        mean += share * ritz.getRealEigenvalue(i);
        values.add(ritz.getRealEigenvalue(i));
        weights.add(share / probes * moving / (moving + flat));
      }
      traces.addValue(moving * mean);
    }
    if (flat > 0) {
      values.add(0.0);
      weights.add(1 - weights.stream().mapToDouble(Double::doubleValue).sum());
    }
    double error = traces.getStandardDeviation() / Math.sqrt(probes);
    return new SpectralDensity(traces.getMean(), error, values, weights);
  }
}
