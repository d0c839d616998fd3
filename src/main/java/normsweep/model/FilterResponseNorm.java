package normsweep.model;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Filter response normalization with a thresholded linear unit in the dense position: every hidden
 * unit is a 1×1 map of its own.
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
public final class FilterResponseNorm extends SameDiffLayer {
  private static final long serialVersionUID = 1L;

  static final String GAMMA = "gamma";
  static final String BETA = "beta";
  static final String TAU = "tau";
  static final String EPSILON = "epsilon";

  /** The constant part of ε. */
  public static final double EPSILON_FLOOR = 1e-6;

  /** Where the learned part of ε starts. */
  static final double EPSILON_START = 1e-4;

  private long units;

  /** For JSON. */
  FilterResponseNorm() {}

  /**
   * A norm of {@code units} hidden units.
   *
   * @throws IllegalArgumentException if there are none
   */
  public FilterResponseNorm(long units) {
    this.units = positive(units);
  }

  static long positive(long size) {
    if (size < 1) {
      throw new IllegalArgumentException("a filter response norm needs at least 1 unit");
    }
    return size;
  }

  /** F: hidden units. */
  public long getUnits() {
    return units;
  }

  /** For JSON. */
  void setUnits(long units) {
    this.units = units;
  }

  @Override
  public void defineParameters(SDLayerParams parameters) {
    for (String name : new String[] {GAMMA, BETA, TAU, EPSILON}) {
      parameters.addBiasParam(name, units);
    }
  }

  @Override
  public void initializeParameters(Map<String, INDArray> parameters) {
    parameters.get(GAMMA).assign(1);
    parameters.get(BETA).assign(0);
    parameters.get(TAU).assign(0);
    parameters.get(EPSILON).assign(EPSILON_START);
  }

  @Override
  public SDVariable defineLayer(
      SameDiff graph, SDVariable x, Map<String, SDVariable> parameters, SDVariable mask) {
    SDVariable epsilon = graph.math().abs(parameters.get(EPSILON)).add(EPSILON_FLOOR);
    SDVariable response = x.mul(x);
    return transformed(graph, x, response.add(epsilon), parameters);
  }

  /**
   * γ·x/√(ν² + ε) + β, then the TLU as max(y - τ, 0) + τ: the gradient of SameDiff's own maximum is
   * wrong for a τ that is broadcast.
   */
  static SDVariable transformed(
      SameDiff graph, SDVariable x, SDVariable power, Map<String, SDVariable> parameters) {
    SDVariable y =
        x.div(graph.math().sqrt(power)).mul(parameters.get(GAMMA)).add(parameters.get(BETA));
    SDVariable tau = parameters.get(TAU);
    return graph.nn().relu(y.sub(tau), 0).add(tau);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    return ExactSameDiffLayer.of(
        this, configuration, listeners, index, parameters, initialize, dataType);
  }

  @Override
  public void validateInput(INDArray input) {
    if (input.rank() != 2 || input.size(1) != units) {
      throw new IllegalArgumentException(
          "a filter response norm of "
              + units
              + " units takes [N, "
              + units
              + "], not "
              + input.shapeInfoToString());
    }
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(units);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FilterResponseNorm that && super.equals(that) && units == that.units;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Long.hashCode(units);
  }
}
