package normsweep.tail;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Computes a {@link FrozenBatchNorm}. */
final class FrozenBatchNormLayer extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  FrozenBatchNormLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    return super.activate(false, workspaceMgr);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    INDArray variance = params.get(BatchNormalizationParamInitializer.GLOBAL_VAR);
    INDArray scale =
        params
            .get(BatchNormalizationParamInitializer.GAMMA)
            .div(Transforms.sqrt(variance.add(layerConf().getEps()), false));
    INDArray below =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATION_GRAD, epsilon.dataType(), epsilon.shape(), epsilon.ordering());
    int channels = epsilon.rank() - 1;
    Broadcast.mul(epsilon, scale.reshape(scale.length()), below, channels);
    Gradient gradient = new DefaultGradient();
    gradientViews.forEach(gradient::setGradientFor); // they stay 0
    return new Pair<>(gradient, below);
  }
}
