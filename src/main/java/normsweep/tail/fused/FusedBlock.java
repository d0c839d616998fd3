package normsweep.tail.fused;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
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
 * Configuration of the last block of MobileNetV2 (Sandler et al., 2018) and the pooling behind it
 * as one layer: 1×1 convolution without bias, batch norm (Ioffe &amp; Szegedy, 2015), ReLU6, mean
 * over the map.
 *
 * <p>For every image n, position p and channel c: z = Σ_i x[n,p,i]·W[i,c], y = min(max(γ·(z−μ)/√(σ²
 * + ε) + β, 0), 6), output[n,c] = mean over p of y, where μ and σ² are the batch's mean and
 * (biased) variance by channel in training, and their running estimates otherwise: running ←
 * decay·running + (1−decay)·batch, as in Deeplearning4j's batch norm.
 *
 * <p>Input [N, H, W, nIn], channels last, single precision; output [N, nOut]. The layer must be the
 * first of its network: it gives no gradient for its input.
 */
public final class FusedBlock extends FeedForwardLayer {
  private static final long serialVersionUID = 1L;

  static final String GAMMA = "gamma";
  static final String BETA = "beta";
  static final String MEAN = "mean";
  static final String VARIANCE = "var";

  private double decay = 0.9;
  private double eps = 1e-5;

  /** For JSON. */
  public FusedBlock() {}

  /**
   * A block of {@code nIn} to {@code nOut} channels.
   *
   * @param decay how much of the running statistics an iteration keeps, in [0, 1)
   * @param eps what is added to the variance before its root is taken
   */
  public static FusedBlock of(String name, long nIn, long nOut, double decay, double eps) {
    FusedBlock block = new FusedBlock();
    block.setLayerName(name);
    block.setNIn(nIn);
    block.setNOut(nOut);
    block.decay = decay;
    block.eps = eps;
    return block;
  }

  /** How much of the running statistics an iteration keeps, in [0, 1). */
  public double getDecay() {
    return decay;
  }

  /** Sets {@link #getDecay()}. */
  public void setDecay(double decay) {
    this.decay = decay;
  }

  /** What is added to the variance before its root is taken. */
  public double getEps() {
    return eps;
  }

  /** Sets {@link #getEps()}. */
  public void setEps(double eps) {
    this.eps = eps;
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
          "Layer "
              + getLayerName()
              + " computes in single precision, but the network's data type is "
              + networkDataType
              + "; use the stock layers for it");
    }
    FusedBlockLayer layer = new FusedBlockLayer(conf, networkDataType);
    layer.setListeners(trainingListeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(layerParamsView);
    Map<String, INDArray> parameters = initializer().init(conf, layerParamsView, initializeParams);
    layer.setParamTable(parameters);
    layer.setConf(conf);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return RowMajorParameters.INSTANCE;
  }

  /** The parameters in the order of the flat vector. */
  List<RowMajorParameters.Entry> entries() {
    return List.of(
        RowMajorParameters.Entry.kernel(getNIn(), getNOut()),
        RowMajorParameters.Entry.vector(GAMMA, getNOut(), 1),
        RowMajorParameters.Entry.vector(BETA, getNOut(), 0),
        RowMajorParameters.Entry.vector(MEAN, getNOut(), 0),
        RowMajorParameters.Entry.vector(VARIANCE, getNOut(), 1));
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    channels(inputType);
    return InputType.feedForward(getNOut());
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    long channels = channels(inputType);
    if (getNIn() <= 0 || override) {
      setNIn(channels);
    }
  }

  private long channels(InputType inputType) {
    if (inputType instanceof InputType.InputTypeConvolutional map
        && map.getFormat() == CNN2DFormat.NHWC) {
      return map.getChannels();
    }
    throw new IllegalArgumentException(
        "Layer "
            + getLayerName()
            + " takes maps with channels last, but its input is "
            + inputType);
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
    InputType.InputTypeConvolutional map = (InputType.InputTypeConvolutional) inputType;
    long parameters = initializer().numParams(this);
    long perImage = map.getHeight() * map.getWidth() * getNOut();
    return new LayerMemoryReport.Builder(
            getLayerName(), FusedBlock.class, inputType, getOutputType(-1, inputType))
        .standardMemory(parameters, getIUpdater().stateSize(parameters - 2 * getNOut()))
        .workingMemory(0, 0, getNIn() * getNOut(), perImage)
        .cacheMemory(0, 0)
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FusedBlock that
        && super.equals(other)
        && decay == that.decay
        && eps == that.eps;
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof FusedBlock;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), decay, eps);
  }

  @Override
  public String toString() {
    return "FusedBlock(" + super.toString() + ", decay=" + decay + ", eps=" + eps + ")";
  }
}
