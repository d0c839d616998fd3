package normsweep.landscape.hessian;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGeneratorFactory;
import normsweep.landscape.head.SpannedHead;
import normsweep.landscape.head.TailHead;
import normsweep.tail.TailParameter;

/**
 * Measures the curvature of a head's loss.
 *
 * @param head the head on some images
 * @param effort how many products may be spent
 * @param eigenvalues number of largest eigenvalues wanted
 * @param seed seed of all random vectors
 */
public record HeadCurvature(SpannedHead head, Effort effort, int eigenvalues, long seed) {
  private static final long MOST_BYTES = 1L << 30;

  /**
   * Limits of the work.
   *
   * @param products Hessian-vector products for the ends of a spectrum
   * @param tolerance residual, relative to an eigenvalue, at which it has converged
   * @param probes random vectors for the trace
   * @param densityProbes random vectors for the density; none if 0
   * @param nodes quadrature nodes of each of these
   */
  public record Effort(int products, double tolerance, int probes, int densityProbes, int nodes) {
    /** For a saved model. */
    public static final Effort WHOLE = new Effort(200, 1e-3, 10, 4, 25);

    /** For a point of the trajectory. */
    public static final Effort BRIEF = new Effort(60, 1e-2, 10, 0, 0);
  }

  /**
   * The head's own coordinates and how Adam scales them; its fewer coordinates mix parameters, so
   * they cannot be scaled one by one.
   *
   * @param head the head on the same images
   * @param moment by {@link AdamMoment}
   */
  public record Adam(TailHead head, double[] moment) {}

  /** The Hessian by all parameters at a point, scaled as by Adam, too, if that is given. */
  public Curvature.Hessian all(double[] point, Optional<Adam> adam) {
    return part(point, parameter -> true, adam);
  }

  /** The Hessian by the weights alone. */
  public Curvature.Hessian weights(double[] point, Optional<Adam> adam) {
    return part(point, parameter -> parameter.kind() == TailParameter.Kind.WEIGHT, adam);
  }

  private Curvature.Hessian part(
      double[] point, Predicate<TailParameter> moving, Optional<Adam> adam) {
    double[] at = head.coordinates(point);
    double[] moves = moves(head.parameters(), moving, at.length);
    UnaryOperator<double[]> hessian = scaled(head.loss().hessian(at), moves);
    Lanczos lanczos = lanczos(hessian, moves);
    return new Curvature.Hessian(
        Spectrum.of(
            lanczos,
            eigenvalues,
            effort.tolerance,
            products(moves.length),
            vector -> shares(head.parameters(), vector)),
        Trace.of(hessian, lanczos, moves, effort.probes, seed + 1),
        effort.densityProbes == 0
            ? null
            : SpectralDensity.of(
                hessian, moves, head.flat(), effort.densityProbes, effort.nodes, seed + 2),
        adam.map(scale -> sharpness(point, moving, scale)).orElse(null));
  }

  private Curvature.Sharpness sharpness(
      double[] point, Predicate<TailParameter> moving, Adam adam) {
    double[] scale = moves(adam.head.scope().parameters(), moving, point.length);
    Arrays.setAll(scale, i -> scale[i] / Math.sqrt(Math.sqrt(adam.moment[i]) + AdamMoment.EPSILON));
    Lanczos lanczos = lanczos(scaled(adam.head.loss().hessian(point), scale), scale);
    return Curvature.Sharpness.of(lanczos, effort.tolerance, products(point.length));
  }

  /** 1 at the parameters that move, 0 at the others. */
  private static double[] moves(
      List<TailParameter> parameters, Predicate<TailParameter> moving, int length) {
    double[] moves = new double[length];
    parameters.stream()
        .filter(moving)
        .forEach(
            parameter -> {
              int from = Math.toIntExact(parameter.offset());
              Arrays.fill(moves, from, from + Math.toIntExact(parameter.length()), 1);
            });
    return moves;
  }

  private Lanczos lanczos(UnaryOperator<double[]> hessian, double[] scale) {
    double[] start =
        RandomGeneratorFactory.of("L64X128MixRandom")
            .create(seed)
            .doubles(scale.length, -1, 1)
            .toArray();
    // The first vector must lie where the scaled Hessian acts.
    for (int i = 0; i < start.length; i++) {
      start[i] = scale[i] == 0 ? 0 : start[i];
    }
    return new Lanczos(hessian, start);
  }

  // Each product keeps one vector in memory.
  private int products(int length) {
    long fitting = Math.max(40, MOST_BYTES / (Double.BYTES * (long) length));
    return (int) Math.min(effort.products, fitting);
  }

  /** D·H·D. */
  private static UnaryOperator<double[]> scaled(UnaryOperator<double[]> hessian, double[] scale) {
    return vector -> times(hessian.apply(times(vector, scale)), scale);
  }

  private static double[] times(double[] x, double[] y) {
    double[] product = new double[x.length];
    Arrays.setAll(product, i -> x[i] * y[i]);
    return product;
  }

  private static Map<String, Double> shares(List<TailParameter> parameters, double[] vector) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (TailParameter parameter : parameters) {
      int from = Math.toIntExact(parameter.offset());
      int to = from + Math.toIntExact(parameter.length());
      shares.put(
          parameter.name(), Arrays.stream(vector, from, to).map(value -> value * value).sum());
    }
    return shares;
  }
}
