package normsweep.tail;

import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Filter response normalisation with a thresholded linear unit in the dense position: every hidden
 * unit is its own 1×1 map.
 *
 * <p>For an input x of unit f in one example, with learned γ, β, τ and ε_l of that unit:
 *
 * <pre>
 *   ν² = x²                       mean of squares over a map of one position
 *   ε  = 1e-6 + |ε_l|
 *   y  = γ·x / √(ν² + ε) + β
 *   z  = max(y, τ)                the thresholded linear unit (TLU)
 * </pre>
 *
 * <p>The formula is in {@link FilterResponseLayer#defineLayer}, the arithmetic of a training step
 * in {@link FilterResponseUnitsLayer}.
 *
 * <p>Shapes: input and output [N, F]; γ, β, τ, ε_l [F], starting at 1, 0, 0 and 1e-4. ε is learned
 * because on one position a small constant makes y the sign of x, which has no gradient; that start
 * and the constant 1e-6 are the paper's for this case.
 *
 * <p>Singh, Krishnan: Filter Response Normalization Layer: Eliminating Batch Dependence in the
 * Training of Deep Neural Networks, CVPR 2020, sections 3.1 to 3.3.
 *
 * <p>The class name is part of saved models. {@link SpatialFilterResponseNorm} is the form for
 * maps.
 */
public final class FilterResponseNorm extends FilterResponseLayer {
  private static final long serialVersionUID = 1L;

  static final String EPSILON = "epsilon";

  /** Where the learned part of ε starts. */
  static final double EPSILON_START = 1e-4;

  /** For JSON. */
  FilterResponseNorm() {}

  /**
   * A norm of {@code units} hidden units.
   *
   * @throws IllegalArgumentException if there are none
   */
  public FilterResponseNorm(long units) {
    super(units);
  }

  @Override
  public void defineParameters(SDLayerParams parameters) {
    super.defineParameters(parameters);
    parameters.addBiasParam(EPSILON, getChannels());
  }

  @Override
  public void initializeParameters(Map<String, INDArray> parameters) {
    super.initializeParameters(parameters);
    parameters.get(EPSILON).assign(EPSILON_START);
  }

  @Override
  SDVariable meanSquarePlusEpsilon(
      SameDiff graph, SDVariable x, Map<String, SDVariable> parameters) {
    SDVariable epsilon = graph.math().abs(parameters.get(EPSILON)).add(EPSILON_FLOOR);
    return x.mul(x).add(epsilon);
  }

  @Override
  ExactSameDiffLayer runtime(NeuralNetConfiguration configuration, DataType dataType) {
    return new FilterResponseUnitsLayer(configuration, dataType);
  }

  @Override
  public void validateInput(INDArray input) {
    requireInput(input, 2, "[N, " + getChannels() + "]");
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(getChannels());
  }
}
