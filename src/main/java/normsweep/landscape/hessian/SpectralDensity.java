package normsweep.landscape.hessian;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The eigenvalue density of a Hessian by stochastic Lanczos quadrature (Golub &amp; Welsch 1969;
 * Ghorbani, Krishnan &amp; Xiao 2019).
 *
 * @param values quadrature nodes of all probes
 * @param weights share of the eigenvalues at each node; they add up to 1
 */
public record SpectralDensity(List<Double> values, List<Double> weights) {

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
   * @param probes number of random vectors
   * @param steps quadrature nodes per probe
   */
  static SpectralDensity of(
      UnaryOperator<double[]> hessian, double[] moves, int flat, int probes, int steps, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    double moving = Arrays.stream(moves).filter(move -> move != 0).count();
    List<Double> values = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (int probe = 0; probe < probes; probe++) {
      Lanczos lanczos = new Lanczos(hessian, Trace.signs(random, moves));
      while (lanczos.advance() && lanczos.size() < steps) {
        // until the basis is complete
      }
      EigenDecomposition ritz = lanczos.ritz();
      for (int i = 0; i < lanczos.size(); i++) {
        double share = Math.pow(ritz.getEigenvector(i).getEntry(0), 2);
        values.add(ritz.getRealEigenvalue(i));
        weights.add(share / probes * moving / (moving + flat));
      }
    }
    if (flat > 0) {
      values.add(0.0);
      weights.add(1 - weights.stream().mapToDouble(Double::doubleValue).sum());
    }
    return new SpectralDensity(values, weights);
  }
}
