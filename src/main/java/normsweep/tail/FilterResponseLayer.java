package normsweep.tail;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The common base of filter response norms for units and for maps: γ, β and τ of each channel,
 * starting at 1, 0 and 0, and the formula
 *
 * <pre>
 *   y = γ·x / √(ν² + ε) + β
 *   z = max(y, τ)                 the thresholded linear unit (TLU)
 * </pre>
 *
 * <p>They differ in what ν² averages over and in ε.
 */
abstract sealed class FilterResponseLayer extends SameDiffLayer
    permits FilterResponseNorm, SpatialFilterResponseNorm {
  private static final long serialVersionUID = 1L;

  /** The constant part of ε. */
  public static final double EPSILON_FLOOR = 1e-6;

  static final String GAMMA = "gamma";
  static final String BETA = "beta";
  static final String TAU = "tau";

  private long channels;

  /** For JSON. */
  FilterResponseLayer() {}

  FilterResponseLayer(long channels) {
    if (channels < 1) {
      throw new IllegalArgumentException("a filter response norm needs at least 1 unit");
    }
    this.channels = channels;
  }

  /** Channels of a map; hidden units where each is a map of one position. */
  public final long getChannels() {
    return channels;
  }

  @Override
  public void defineParameters(SDLayerParams parameters) {
    parameters.addBiasParam(GAMMA, channels);
    parameters.addBiasParam(BETA, channels);
    parameters.addBiasParam(TAU, channels);
  }

  @Override
  public void initializeParameters(Map<String, INDArray> parameters) {
    parameters.get(GAMMA).assign(1);
    parameters.get(BETA).assign(0);
    parameters.get(TAU).assign(0);
  }

  /** ν² + ε. */
  abstract SDVariable meanSquarePlusEpsilon(
      SameDiff graph, SDVariable x, Map<String, SDVariable> parameters);

  /** What runs this layer; it gets its parameters later. */
  ExactSameDiffLayer runtime(NeuralNetConfiguration configuration, DataType dataType) {
    return new ExactSameDiffLayer(configuration, dataType);
  }

  /**
   * The TLU is max(y - τ, 0) + τ: the gradient of SameDiff's own maximum is wrong for a τ that is
   * broadcast.
   */
  @Override
  public final SDVariable defineLayer(
      SameDiff graph, SDVariable x, Map<String, SDVariable> parameters, SDVariable mask) {
    SDVariable y =
        x.div(graph.math().sqrt(meanSquarePlusEpsilon(graph, x, parameters)))
            .mul(parameters.get(GAMMA))
            .add(parameters.get(BETA));
    SDVariable tau = parameters.get(TAU);
    return graph.nn().relu(y.sub(tau), 0).add(tau);
  }

  @Override
  public final Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    ExactSameDiffLayer layer = runtime(configuration, dataType);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(configuration, parameters, initialize));
    layer.setConf(configuration);
    return layer;
  }

  /** Rejects an input whose rank or last dimension differs from the layer's. */
  final void requireInput(INDArray input, int rank, String shape) {
    if (input.rank() != rank || input.size(rank - 1) != channels) {
      throw new IllegalArgumentException(
          "a filter response norm of "
              + channels
              + " channels takes "
              + shape
              + ", not "
              + input.shapeInfoToString());
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FilterResponseLayer that
        && getClass() == that.getClass()
        && super.equals(that)
        && channels == that.channels;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Long.hashCode(channels);
  }
}
