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
 * Filter response normalization with a thresholded linear unit over maps.
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
public final class SpatialFilterResponseNorm extends SameDiffLayer {
  private static final long serialVersionUID = 1L;

  private static final int[] POSITIONS = {1, 2};

  private long channels;

  /** For JSON. */
  SpatialFilterResponseNorm() {}

  /**
   * A norm of {@code channels} channels.
   *
   * @throws IllegalArgumentException if there are none
   */
  public SpatialFilterResponseNorm(long channels) {
    this.channels = FilterResponseNorm.positive(channels);
  }

  /** C: channels. */
  public long getChannels() {
    return channels;
  }

  /** For JSON. */
  void setChannels(long channels) {
    this.channels = channels;
  }

  @Override
  public void defineParameters(SDLayerParams parameters) {
    parameters.addBiasParam(FilterResponseNorm.GAMMA, channels);
    parameters.addBiasParam(FilterResponseNorm.BETA, channels);
    parameters.addBiasParam(FilterResponseNorm.TAU, channels);
  }

  @Override
  public void initializeParameters(Map<String, INDArray> parameters) {
    parameters.get(FilterResponseNorm.GAMMA).assign(1);
    parameters.get(FilterResponseNorm.BETA).assign(0);
    parameters.get(FilterResponseNorm.TAU).assign(0);
  }

  @Override
  public SDVariable defineLayer(
      SameDiff graph, SDVariable x, Map<String, SDVariable> parameters, SDVariable mask) {
    SDVariable response = x.mul(x).mean(true, POSITIONS);
    return FilterResponseNorm.transformed(
        graph, x, response.add(FilterResponseNorm.EPSILON_FLOOR), parameters);
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
    if (input.rank() != 4 || input.size(3) != channels) {
      throw new IllegalArgumentException(
          "a spatial filter response norm of "
              + channels
              + " channels takes [N, H, W, "
              + channels
              + "], not "
              + input.shapeInfoToString());
    }
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return inputType;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SpatialFilterResponseNorm that
        && super.equals(that)
        && channels == that.channels;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Long.hashCode(channels);
  }
}
