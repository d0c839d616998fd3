package normsweep.record;

/**
 * One row of {@code gradients.csv}: the 2-norm of the mini-batch mean gradient of one parameter.
 *
 * @param iteration number of the step in the trial, from 1
 * @param parameter the parameter's name in the saved network, or {@value #TOTAL}
 * @param normBefore norm before clipping
 * @param normAfter norm after clipping
 */
public record GradientNorm(int iteration, String parameter, double normBefore, double normAfter) {
  /** The row for all trainable parameters together. */
  public static final String TOTAL = "total";
}
