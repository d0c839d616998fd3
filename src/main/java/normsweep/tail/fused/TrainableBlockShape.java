package normsweep.tail.fused;

import java.util.List;
import java.util.Optional;
import normsweep.backbone.TrunkCut;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;

/**
 * What a {@link FusedBlock} must know of the layers it stands for.
 *
 * @param convolution name of the 1×1 convolution
 * @param batchNorm name of the batch norm
 * @param inputs channels in
 * @param channels channels out
 * @param eps what the batch norm adds to the variance
 */
record TrainableBlockShape(
    String convolution, String batchNorm, int inputs, int channels, double eps) {
  private static final int LAYERS = 3;
  private static final double CAP = 6;

  /** The shape of what trains behind a cut, if that is a block that can be fused. */
  static Optional<TrainableBlockShape> of(ComputationGraph backbone, TrunkCut cut) {
    List<String> names = cut.trainable();
    if (names.size() == LAYERS
        && layer(backbone, names.get(0)) instanceof ConvolutionLayer convolution
        && isPointwise(convolution)
        && layer(backbone, names.get(1)) instanceof BatchNormalization batchNorm
        && isPlain(batchNorm)
        && layer(backbone, names.get(2)) instanceof ActivationLayer activation
        && isRelu6(activation.getActivationFn())) {
      return Optional.of(
          new TrainableBlockShape(
              names.get(0),
              names.get(1),
              Math.toIntExact(convolution.getNIn()),
              Math.toIntExact(convolution.getNOut()),
              batchNorm.getEps()));
    }
    return Optional.empty();
  }

  private static Layer layer(ComputationGraph backbone, String name) {
    return backbone.getConfiguration().getVertices().get(name) instanceof LayerVertex vertex
        ? vertex.getLayerConf().getLayer()
        : null;
  }

  private static boolean isPointwise(ConvolutionLayer layer) {
    for (int d = 0; d < 2; d++) {
      boolean padded =
          layer.getConvolutionMode() != ConvolutionMode.Same && layer.getPadding()[d] != 0;
      if (layer.getKernelSize()[d] != 1 || layer.getStride()[d] != 1 || padded) {
        return false;
      }
    }
    return !layer.hasBias()
        && layer.getCnn2dDataFormat() == CNN2DFormat.NHWC
        && layer.getActivationFn() instanceof ActivationIdentity;
  }

  private static boolean isPlain(BatchNormalization layer) {
    return !layer.isLockGammaBeta() && !layer.isUseLogStd() && layer.isMinibatch();
  }

  private static boolean isRelu6(IActivation activation) {
    return activation instanceof ActivationReLU6
        || (activation instanceof ActivationReLU relu
            && relu.getMax() != null
            && relu.getMax() == CAP
            && isZero(relu.getThreshold())
            && isZero(relu.getNegativeSlope()));
  }

  private static boolean isZero(Double value) {
    return value == null || value == 0;
  }
}
