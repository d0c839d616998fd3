package normsweep.landscape.hessian;

import java.util.stream.Stream;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The Hessian of a head's mean loss at one point, in inference mode.
 *
 * @param epoch epochs after which the head had these parameters
 * @param saved whether these are the saved model's; otherwise the trainable block and batch-norm
 *     statistics are the saved model's all the same, because only heads are kept of other epochs
 * @param images which images the loss is averaged over
 * @param count how many these are
 * @param loss the loss there
 * @param all with all parameters of the head moving
 * @param weights with its two weight matrices moving, biases and norm parameters held fixed
 */
public record Curvature(
    int epoch,
    boolean saved,
    ImageSet images,
    int count,
    double loss,
    Hessian all,
    Hessian weights) {

  /** Whether nothing is lacking that every Hessian has. */
  public boolean whole() {
    return images != null && Stream.of(all, weights).allMatch(one -> one != null && one.whole());
  }

  /**
   * The Hessian by some of the parameters.
   *
   * @param spectrum both ends of its spectrum
   * @param trace its trace
   * @param density its density; null if it was not computed
   * @param adam the largest eigenvalue of P^-½·H·P^-½, P = diag(√v + 1e-8), as Adam scales the
   *     parameters (Cohen et al. 2022, <i>Adaptive Gradient Methods at the Edge of Stability</i>),
   *     v by {@link AdamMoment}; null on validation images
   */
  public record Hessian(Spectrum spectrum, Trace trace, SpectralDensity density, Sharpness adam) {
    private boolean whole() {
      return trace != null
          && spectrum != null
          && spectrum.whole()
          && (density == null || density.values().size() == density.weights().size());
    }
  }

  /**
   * A largest eigenvalue.
   *
   * @param value the eigenvalue
   * @param residual how far from an eigenvalue it is at most
   */
  public record Sharpness(double value, double residual) {
    private static final int CHECK_EVERY = 5;

    /**
     * The large end alone, which converges before the small one.
     *
     * @param tolerance residual, relative to the eigenvalue, at which it has converged
     * @param most limit of products
     */
    static Sharpness of(Lanczos lanczos, double tolerance, int most) {
      while (true) {
        boolean last = !lanczos.advance() || lanczos.size() >= most;
        if (last || lanczos.size() % CHECK_EVERY == 0) {
          EigenDecomposition ritz = lanczos.ritz();
          double value = ritz.getRealEigenvalue(0);
          double residual = lanczos.residual(ritz, 0);
          if (last || residual <= tolerance * Math.abs(value)) {
            return new Sharpness(value, residual);
          }
        }
      }
    }
  }
}
