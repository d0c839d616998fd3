package normsweep.landscape;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGeneratorFactory;
import normsweep.landscape.head.HeadLoss;
import normsweep.landscape.head.SpannedHead;
import normsweep.tail.TailParameter;

/**
 * Measures the curvature of a head's loss.
 *
 * @param head the head on some images
 * @param effort how many products may be spent
 * @param eigenvalues number of largest eigenvalues wanted
 * @param seed seed of all random vectors
 */
record HeadCurvature(SpannedHead head, Effort effort, int eigenvalues, long seed) {
  private static final double ADAM_EPSILON = 1e-8;
  private static final long MOST_BYTES = 1L << 30;

  /**
   * Limits of the work.
   *
   * @param products Hessian-vector products for the ends of a spectrum
   * @param probes random vectors for trace and density
   * @param steps quadrature nodes per probe, over all parameters; over the weights, the trace alone
   *     is estimated
   */
  record Effort(int products, int probes, int steps) {
    /** For a saved model: converged ends and a density. */
    static final Effort WHOLE = new Effort(300, 8, 30);

    /** For a point of the trajectory: ends as far as they get, and a trace. */
    static final Effort BRIEF = new Effort(30, 8, 1);
  }

  /** The Hessian by all parameters at a point. */
  Curvature.Hessian all(double[] point) {
    return part(point, parameter -> true, effort.steps);
  }

  /** The Hessian by the weights alone. */
  Curvature.Hessian weights(double[] point) {
    return part(point, parameter -> parameter.kind() == TailParameter.Kind.WEIGHT, 1);
  }

  private Curvature.Hessian part(double[] point, Predicate<TailParameter> moving, int steps) {
    double[] at = head.coordinates(point);
    double[] moves = new double[at.length];
    for (TailParameter parameter : head.parameters()) {
      if (moving.test(parameter)) {
        int from = Math.toIntExact(parameter.offset());
        Arrays.fill(moves, from, from + Math.toIntExact(parameter.length()), 1);
      }
    }
    UnaryOperator<double[]> hessian = scaled(head.loss().hessian(at), moves);
    return new Curvature.Hessian(
        ends(hessian, moves, eigenvalues, vector -> shares(head.parameters(), vector)),
        SpectralDensity.of(hessian, moves, head.flat(), effort.probes, steps, seed));
  }

  private Spectrum ends(
      UnaryOperator<double[]> hessian,
      double[] scale,
      int count,
      Function<double[], Map<String, Double>> shares) {
    // The first vector must lie where the scaled Hessian acts.
    double[] start =
        RandomGeneratorFactory.of("L64X128MixRandom")
            .create(seed)
            .doubles(scale.length, -1, 1)
            .toArray();
    for (int i = 0; i < start.length; i++) {
      start[i] = scale[i] == 0 ? 0 : start[i];
    }
    long fitting = Math.max(40, MOST_BYTES / (Double.BYTES * (long) scale.length));
    int products = (int) Math.min(effort.products, fitting);
    return Spectrum.of(hessian, start, count, products, shares);
  }

  /**
   * {@link Curvature#adamSharpness} at a point. Adam scales single parameters, so it needs the
   * coordinates of the whole head.
   *
   * @param loss the loss by those
   * @param batchSize images per minibatch
   */
  double adamSharpness(HeadLoss loss, double[] point, int batchSize) {
    double[] moment = new double[point.length];
    int batches = Math.max(1, loss.images() / batchSize);
    for (int batch = 0; batch < batches; batch++) {
      int from = batch * batchSize;
      double[] gradient = loss.on(from, Math.min(from + batchSize, loss.images())).gradient(point);
      for (int i = 0; i < moment.length; i++) {
        moment[i] += gradient[i] * gradient[i] / batches;
      }
    }
    double[] scale =
        Arrays.stream(moment).map(v -> 1 / Math.sqrt(Math.sqrt(v) + ADAM_EPSILON)).toArray();
    return ends(scaled(loss.hessian(point), scale), scale, 1, vector -> Map.of()).largest()[0];
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
