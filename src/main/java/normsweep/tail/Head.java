package normsweep.tail;

import normsweep.backbone.MobileNetV2Layers;
import normsweep.data.Cifar10;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The layers between the trainable block's map and the class probabilities: pooling, dense, norm,
 * activation, dropout, dense. {@link HeadFactory} picks one by norm.
 *
 * <p>Vertices: {@value #POOL}, {@value #DENSE}, {@value #NORM} where the norm is a layer of its
 * own, {@value #ACTIVATION} where the norm does not bring its own, {@value #DROPOUT} where its
 * probability is not 0, {@value #LOGITS} (the dense layer to 10 classes with softmax and
 * multi-class cross entropy).
 */
public abstract sealed class Head
    permits BatchNormHead, LayerNormHead, FilterResponseNormHead, SpatialFilterResponseNormHead {
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

  /** Dropout. */
  public static final String DROPOUT = "head_dropout";

  /** Dense layer and softmax: [N, hidden] to class probabilities [N, 10]. */
  public static final String LOGITS = "head_logits";

  private static final String PREFIX = "head_";
  private static final int[] POSITIONS = {1, 2};

  private final int hiddenUnits;
  private final double dropout;

  Head(TailSpec spec) {
    this.hiddenUnits = spec.hiddenUnits();
    this.dropout = spec.dropout();
  }

  /** Whether a vertex of a tail or a whole network belongs to its head. */
  public static boolean owns(String vertex) {
    return vertex.startsWith(PREFIX);
  }

  /**
   * Adds the head behind a map and makes it the graph's output.
   *
   * @param graph what it is added to
   * @param map vertex of the map [N, H, W, {@code channels}]
   * @param channels C
   */
  public final void addToMap(GraphBuilder graph, String map, int channels) {
    graph.addLayer(
        POOL,
        new GlobalPoolingLayer.Builder(PoolingType.AVG).poolingDimensions(POSITIONS).build(),
        addBeforePooling(graph, map, channels));
    addToPooled(graph, POOL, channels);
  }

  /**
   * Adds what follows the pooling and makes it the graph's output, for a trainable block that pools
   * by itself.
   *
   * @param graph what it is added to
   * @param pooled vertex of the pooled features [N, {@code channels}]
   * @param channels C
   * @throws IllegalStateException if this head has layers before pooling
   */
  public final void addToPooled(GraphBuilder graph, String pooled, int channels) {
    if (needsMap() && !pooled.equals(POOL)) {
      throw new IllegalStateException("this head normalises the map before it is pooled");
    }
    addClassifier(graph, addHidden(graph, pooled, channels));
  }

  /**
   * Adds dropout and the dense layer to the classes, and makes it the graph's output.
   *
   * @param graph what they are added to
   * @param hidden vertex of the normalised and activated hidden units
   */
  public final void addClassifier(GraphBuilder graph, String hidden) {
    String last = hidden;
    if (dropout > 0) {
      // Deeplearning4j takes the probability of keeping a unit.
      graph.addLayer(DROPOUT, new DropoutLayer.Builder(1 - dropout).build(), last);
      last = DROPOUT;
    }
    graph.addLayer(
        LOGITS,
        new OutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .nIn(hiddenUnits)
            .nOut(Cifar10.CLASSES)
            .build(),
        last);
    graph.setOutputs(LOGITS);
  }

  /** Whether something happens between the map and the pooling. */
  public boolean needsMap() {
    return false;
  }

  /** Adds what stands before the pooling and returns the last vertex. */
  String addBeforePooling(GraphBuilder graph, String map, int channels) {
    return map;
  }

  /** Adds dense layer, norm and activation and returns the last vertex. */
  abstract String addHidden(GraphBuilder graph, String pooled, int channels);

  /** Hidden units. */
  final int hiddenUnits() {
    return hiddenUnits;
  }

  /** The dense layer, linear; a bias in front of a norm that subtracts the mean does nothing. */
  final DenseLayer.Builder dense(int channels) {
    return new DenseLayer.Builder().nIn(channels).nOut(hiddenUnits).activation(Activation.IDENTITY);
  }

  /** Adds a ReLU and returns it. */
  static String addRelu(GraphBuilder graph, String input) {
    graph.addLayer(
        ACTIVATION, new ActivationLayer.Builder().activation(Activation.RELU).build(), input);
    return ACTIVATION;
  }
}
