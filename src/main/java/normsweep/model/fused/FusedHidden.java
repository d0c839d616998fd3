package normsweep.model.fused;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import normsweep.record.Norm;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Configuration of the hidden layer of a head as one layer: h = x·W (+ b), a norm over h, an
 * activation. Input [N, nIn], output [N, nOut], single precision.
 *
 * <ul>
 *   <li>{@link Norm#BATCH_NORM}: no b; y = max(γ·(h−μ)/√(σ²+eps) + β, 0), μ and σ² by unit, of the
 *       batch in training and running otherwise.
 *   <li>{@link Norm#LAYER_NORM}: y = max(g·(h−μ)/σ + b, 0), μ and σ over the units of one example.
 *   <li>{@link Norm#FILTER_RESPONSE_NORM}: h with b; y = max(γ·h/√(h² + 10⁻⁶ + |ε|) + β, τ).
 * </ul>
 *
 * <p>What they compute, and the names of their parameters within their layers, are those of the
 * stock layers of the same head; this form exists because a dozen small operations cost more time
 * than the arithmetic in them.
 */
public final class FusedHidden extends FeedForwardLayer implements RowMajorParameters.Layout {
  private static final long serialVersionUID = 1L;

  static final String GAMMA = "gamma";
  static final String BETA = "beta";
  static final String MEAN = "mean";
  static final String VARIANCE = "var";
  static final String BIAS = "b";
  static final String GAIN = "g";
  static final String TAU = "tau";
  static final String EPSILON = "epsilon";

  /** What |ε| is added to in a filter response norm. */
  static final double EPSILON_FLOOR = 1e-6;

  private static final double EPSILON_START = 1e-4;

  private Norm norm = Norm.BATCH_NORM;
  private double decay = 0.9;
  private double eps = 1e-5;

  /** For JSON. */
  public FusedHidden() {}

  /**
   * A hidden layer.
   *
   * @param decay how much of the running statistics an iteration keeps (batch norm)
   * @param eps what is added to the variance before its root is taken (batch norm)
   */
  public static FusedHidden of(
      String name, Norm norm, long nIn, long nOut, double decay, double eps) {
    FusedHidden hidden = new FusedHidden();
    hidden.setLayerName(name);
    hidden.setNIn(nIn);
    hidden.setNOut(nOut);
    hidden.norm = norm;
    hidden.decay = decay;
    hidden.eps = eps;
    return hidden;
  }

  /** The norm. */
  public Norm getNorm() {
    return norm;
  }

  /** Sets {@link #getNorm()}. */
  public void setNorm(Norm norm) {
    this.norm = norm;
  }

  /** How much of a batch norm's running statistics an iteration keeps, in [0, 1). */
  public double getDecay() {
    return decay;
  }

  /** Sets {@link #getDecay()}. */
  public void setDecay(double decay) {
    this.decay = decay;
  }

  /** What a batch norm adds to the variance. */
  public double getEps() {
    return eps;
  }

  /** Sets {@link #getEps()}. */
  public void setEps(double eps) {
    this.eps = eps;
  }

  @Override
  public List<RowMajorParameters.Entry> entries() {
    RowMajorParameters.Entry kernel = RowMajorParameters.Entry.kernel(getNIn(), getNOut());
    return switch (norm) {
      case BATCH_NORM ->
          List.of(kernel, vector(GAMMA, 1), vector(BETA, 0), vector(MEAN, 0), vector(VARIANCE, 1));
      case LAYER_NORM -> List.of(kernel, vector(BIAS, 0), vector(GAIN, 1));
      case FILTER_RESPONSE_NORM ->
          List.of(
              kernel,
              vector(BIAS, 0),
              vector(GAMMA, 1),
              vector(BETA, 0),
              vector(TAU, 0),
              vector(EPSILON, EPSILON_START));
    };
  }

  private RowMajorParameters.Entry vector(String key, double start) {
    return RowMajorParameters.Entry.vector(key, getNOut(), start);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    if (networkDataType != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "Layer " + getLayerName() + " computes in single precision, not in " + networkDataType);
    }
    FusedHiddenLayer layer = new FusedHiddenLayer(conf, networkDataType);
    layer.setListeners(trainingListeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(layerParamsView);
    layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return RowMajorParameters.INSTANCE;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(getNOut());
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    if (getNIn() <= 0 || override) {
      setNIn(((InputType.InputTypeFeedForward) inputType).getSize());
    }
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return null;
  }

  /** The running statistics are moved by the layer itself, so their updater does nothing. */
  @Override
  public IUpdater getUpdaterByParam(String key) {
    return switch (key) {
      case MEAN, VARIANCE -> new NoOp();
      default -> getIUpdater();
    };
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    long parameters = initializer().numParams(this);
    return new LayerMemoryReport.Builder(
            getLayerName(), FusedHidden.class, inputType, getOutputType(-1, inputType))
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(0, 0, 0, 4 * getNOut())
        .cacheMemory(0, 0)
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FusedHidden that
        && super.equals(other)
        && norm == that.norm
        && decay == that.decay
        && eps == that.eps;
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof FusedHidden;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), norm, decay, eps);
  }

  @Override
  public String toString() {
    return "FusedHidden("
        + super.toString()
        + ", norm="
        + norm
        + ", decay="
        + decay
        + ", eps="
        + eps
        + ")";
  }
}
