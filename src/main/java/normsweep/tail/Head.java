package normsweep.tail;

import normsweep.backbone.MobileNetV2Layers;
import normsweep.record.Norm;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The layers between the trainable block's map and the class probabilities: pooling, dense, norm,
 * activation, dropout, dense. Norms differ as follows:
 *
 * <ul>
 *   <li>Batch norm (Ioffe, Szegedy: Batch Normalization, ICML 2015) is stock: y = γ·(x - μ)/√(σ² +
 *       1e-3) + β with the mean and variance of each unit over the batch, running ones at
 *       inference; ReLU. The dense layer has no bias: the norm would subtract it.
 *   <li>Layer norm (Ba, Kiros, Hinton: Layer Normalization, 2016) is the stock dense layer's own: y
 *       = g·(x - μ)/σ + b with mean and standard deviation over the units of one example; ReLU. Its
 *       gain and bias are the dense layer's parameters {@code g} and {@code b}, so there is no
 *       vertex {@value #NORM}.
 *   <li>{@link FilterResponseNorm} follows the dense layer; its thresholded linear unit is the
 *       activation. The dense bias stays: this norm does not subtract a mean.
 *   <li>{@link SpatialFilterResponseNorm} stands before the pooling; dense layer and ReLU follow.
 *       The trainable block keeps its own batch norm and ReLU6, so that heads differ in nothing but
 *       their norm.
 *   <li>{@link Norm#NONE}, the control, is dense layer and ReLU.
 * </ul>
 */
public final class Head {
  /** What a batch norm in a head adds to the variance, as those of the backbone do. */
  public static final double BATCH_NORM_EPSILON = MobileNetV2Layers.EPSILON;

  /** Global average pooling: [N, H, W, C] to [N, C]. */
  public static final String POOL = "head_pool";

  /** Dense layer: [N, C] to [N, hidden]. */
  public static final String DENSE = "head_dense";

  /** The norm, where it is a layer of its own. */
  public static final String NORM = "head_norm";

  /** The activation, where the norm does not bring its own. */
  public static final String ACTIVATION = "head_activation";

  /** Dropout, where its probability is not 0. */
  public static final String DROPOUT = "head_dropout";

  /** Dense layer and softmax with multi-class cross entropy: [N, hidden] to [N, classes]. */
  public static final String LOGITS = "head_logits";

  private static final String PREFIX = "head_";
  private static final int[] POSITIONS = {1, 2};

  private Head() {}

  /** Whether a vertex of a tail or a whole network belongs to its head. */
  public static boolean owns(String vertex) {
    return vertex.startsWith(PREFIX);
  }

  /**
   * Adds the head behind a map and makes it the graph's output.
   *
   * @param map vertex of the map [N, H, W, {@code channels}]
   */
  public static void addToMap(GraphBuilder graph, TailSpec spec, String map, int channels) {
    String last = map;
    if (spec.spatialFrn()) {
      graph.addLayer(NORM, new SpatialFilterResponseNorm(channels), map);
      last = NORM;
    }
    graph.addLayer(
        POOL,
        new GlobalPoolingLayer.Builder(PoolingType.AVG).poolingDimensions(POSITIONS).build(),
        last);
    addToPooled(graph, spec, POOL, channels);
  }

  /**
   * Adds what follows the pooling and makes it the graph's output.
   *
   * @param pooled vertex of the pooled features [N, {@code channels}]
   */
  public static void addToPooled(GraphBuilder graph, TailSpec spec, String pooled, int channels) {
    String last = addHidden(graph, spec, pooled, channels);
    if (spec.dropout() > 0) {
      // Deeplearning4j takes the probability of keeping a unit.
      graph.addLayer(DROPOUT, new DropoutLayer.Builder(1 - spec.dropout()).build(), last);
      last = DROPOUT;
    }
    graph.addLayer(
        LOGITS,
        new OutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .nIn(spec.hiddenUnits())
            .nOut(spec.classes())
            .build(),
        last);
    graph.setOutputs(LOGITS);
  }

  /** Adds dense layer, norm and activation and returns the last vertex. */
  private static String addHidden(GraphBuilder graph, TailSpec spec, String pooled, int channels) {
    int units = spec.hiddenUnits();
    DenseLayer dense =
        new DenseLayer.Builder()
            .nIn(channels)
            .nOut(units)
            .activation(Activation.IDENTITY)
            .hasBias(spec.norm() != Norm.BATCH_NORM)
            .hasLayerNorm(spec.norm() == Norm.LAYER_NORM)
            .build();
    graph.addLayer(DENSE, dense, pooled);
    // An expression, so that a new norm does not compile without a case.
    return switch (spec.norm()) {
      case BATCH_NORM -> {
        BatchNormalization norm =
            new BatchNormalization.Builder()
                .nIn(units)
                .nOut(units)
                .eps(BATCH_NORM_EPSILON)
                .decay(TailFactory.STATISTICS_DECAY)
                .useLogStd(false)
                .build();
        graph.addLayer(NORM, norm, DENSE);
        yield addRelu(graph, NORM);
      }
      case LAYER_NORM, NONE -> addRelu(graph, DENSE);
      case FILTER_RESPONSE_NORM -> {
        if (spec.spatialFrn()) {
          yield addRelu(graph, DENSE);
        }
        graph.addLayer(NORM, new FilterResponseNorm(units), DENSE);
        yield NORM;
      }
    };
  }

  private static String addRelu(GraphBuilder graph, String input) {
    ActivationLayer relu = new ActivationLayer.Builder().activation(Activation.RELU).build();
    graph.addLayer(ACTIVATION, relu, input);
    return ACTIVATION;
  }
}
