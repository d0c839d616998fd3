package normsweep.landscape;

/**
 * The Hessian of a head's mean loss at one point, in inference mode.
 *
 * @param epoch epochs after which the head had these parameters
 * @param saved whether these are the saved model's; otherwise the trainable block and batch-norm
 *     statistics are the saved model's all the same, because only heads are kept of other epochs
 * @param images which images the loss is averaged over
 * @param loss the loss there
 * @param all with all parameters of the head moving
 * @param weights with its two weight matrices moving, biases and norm parameters held fixed
 * @param adamSharpness largest eigenvalue of P^-½·H·P^-½, P = diag(√v + 1e-8), as Adam scales the
 *     parameters (Cohen et al. 2022, <i>Adaptive Gradient Methods at the Edge of Stability</i>); v
 *     is the mean squared gradient of minibatches of these images at this point, which Adam's own
 *     second moment approaches while parameters move slowly; null on validation images
 */
public record Curvature(
    int epoch,
    boolean saved,
    ImageSet images,
    double loss,
    Hessian all,
    Hessian weights,
    Double adamSharpness) {

  /**
   * The Hessian by some of the parameters.
   *
   * @param spectrum both ends of its spectrum
   * @param density its trace and density
   */
  public record Hessian(Spectrum spectrum, SpectralDensity density) {}
}
