package normsweep.tail;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * A batch norm that does not train, in training either: y = γ·(x - μ)/√(σ² + ε) + β with the
 * running mean μ and variance σ² of the backbone, a fixed scale and shift per channel (as the
 * frozen batch norm of He et al., Mask R-CNN, 2017). The gradient passes through it: dx = γ/√(σ² +
 * ε)·dy. An output does not depend on the other images of the batch.
 *
 * <p>Shapes, parameters and inference are {@link BatchNormalization}'s, channels last. Saved models
 * hold that layer in its place. Deeplearning4j's own frozen layers pass no gradient, or pass it as
 * if the statistics were the batch's.
 */
public final class FrozenBatchNorm extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  /** For JSON. */
  FrozenBatchNorm() {}

  /** As {@code norm}, but frozen. */
  FrozenBatchNorm(BatchNormalization norm) {
    setLayerName(norm.getLayerName());
    setActivationFn(norm.getActivationFn());
    setNIn(norm.getNIn());
    setNOut(norm.getNOut());
    setDecay(norm.getDecay());
    setEps(norm.getEps());
    setMinibatch(norm.isMinibatch());
    setUseLogStd(norm.isUseLogStd());
    setCnn2DFormat(norm.getCnn2DFormat());
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    FrozenBatchNormLayer layer = new FrozenBatchNormLayer(conf, networkDataType);
    layer.setListeners(trainingListeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(layerParamsView);
    layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public IUpdater getUpdaterByParam(String paramName) {
    return new NoOp();
  }
}
