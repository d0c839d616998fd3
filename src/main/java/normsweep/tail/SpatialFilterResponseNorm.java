package normsweep.tail;

import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Filter response normalisation with a thresholded linear unit over maps.
 *
 * <p>For channel c of one example, whose map x has H·W positions, with learned γ, β and τ of that
 * channel:
 *
 * <pre>
 *   ν² = (Σ x²) / (H·W)           over the map's positions
 *   y  = γ·x / √(ν² + 1e-6) + β
 *   z  = max(y, τ)                the thresholded linear unit (TLU)
 * </pre>
 *
 * <p>Shapes: input and output [N, H, W, C] (NHWC); γ, β, τ [C], starting at 1, 0 and 0. ε is the
 * paper's constant: it is learned only on maps of one position ({@link FilterResponseNorm}).
 *
 * <p>Singh, Krishnan: Filter Response Normalization Layer: Eliminating Batch Dependence in the
 * Training of Deep Neural Networks, CVPR 2020, sections 3.1 and 3.2.
 *
 * <p>The class name is part of saved models.
 */
public final class SpatialFilterResponseNorm extends FilterResponseLayer {
  private static final long serialVersionUID = 1L;

  private static final int[] POSITIONS = {1, 2};

  /** For JSON. */
  SpatialFilterResponseNorm() {}

  /**
   * A norm of {@code channels} channels.
   *
   * @throws IllegalArgumentException if there are none
   */
  public SpatialFilterResponseNorm(long channels) {
    super(channels);
  }

  @Override
  SDVariable meanSquarePlusEpsilon(
      SameDiff graph, SDVariable x, Map<String, SDVariable> parameters) {
    return x.mul(x).mean(true, POSITIONS).add(EPSILON_FLOOR);
  }

  @Override
  public void validateInput(INDArray input) {
    requireInput(input, 4, "[N, H, W, " + getChannels() + "]");
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return inputType;
  }
}
