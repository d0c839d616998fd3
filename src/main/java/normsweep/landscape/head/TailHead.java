package normsweep.landscape.head;

import normsweep.record.Norm;
import normsweep.tail.Head;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import normsweep.tail.TailSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads a head out of a tail's graph.
 *
 * @param scope the head's trained parameters
 * @param loss the head's loss as a function of them, the rest of the tail as it is now
 * @param centre their values now
 */
public record TailHead(ParameterScope scope, HeadLoss loss, double[] centre) {
  /**
   * The head of {@code tail}.
   *
   * @param inputs what its first dense layer sees, [images, inputs]
   * @param labels the images' classes
   */
  public static TailHead of(Tail tail, INDArray inputs, int[] labels) {
    ParameterScope scope = ParameterScope.head(tail.parameters());
    return new TailHead(
        scope, loss(tail, scope, inputs, labels), scope.gather(tail.graph().params()));
  }

  /** The loss of a tail's head as a function of a vector laid out as {@code scope}. */
  static HeadLoss loss(Tail tail, ParameterScope scope, INDArray inputs, int[] labels) {
    // The layer norm's shift is the dense layer's own bias, applied behind the norm.
    boolean biased =
        tail.spec().norm() != Norm.LAYER_NORM && scope.find(Head.DENSE + "_b").isPresent();
    HeadLayout layout =
        new HeadLayout(
            scope.length(),
            scope.find(Head.DENSE + "_W").orElseThrow(),
            biased ? position(scope, Head.DENSE + "_b") : HeadLayout.NONE,
            scope.find(Head.LOGITS + "_W").orElseThrow(),
            position(scope, Head.LOGITS + "_b"));
    return new HeadLoss(layout, units(tail, scope), inputs, labels);
  }

  /**
   * Whether the head's loss depends on a parameter: all but a norm in front of the pooling, which
   * has shaped the head's inputs already.
   */
  public boolean moves(TailParameter parameter, TailSpec spec) {
    return !(spec.spatialFrn() && parameter.name().startsWith(Head.NORM));
  }

  private static HeadActivation units(Tail tail, ParameterScope scope) {
    TailSpec spec = tail.spec();
    if (spec.spatialFrn()) {
      return new PlainUnits();
    }
    return switch (spec.norm()) {
      case BATCH_NORM ->
          BatchNormUnits.of(
              position(scope, Head.NORM + "_gamma"),
              position(scope, Head.NORM + "_beta"),
              statistic(tail, "_mean"),
              statistic(tail, "_var"));
      case LAYER_NORM ->
          new LayerNormUnits(
              spec.hiddenUnits(),
              position(scope, Head.DENSE + "_g"),
              position(scope, Head.DENSE + "_b"));
      case NONE -> new PlainUnits();
      case FILTER_RESPONSE_NORM ->
          new FilterResponseUnits(
              spec.hiddenUnits(),
              position(scope, Head.NORM + "_gamma"),
              position(scope, Head.NORM + "_beta"),
              position(scope, Head.NORM + "_tau"),
              position(scope, Head.NORM + "_epsilon"));
    };
  }

  private static double[] statistic(Tail tail, String key) {
    return tail.values(tail.parameter(Head.NORM + key)).dup().data().asDouble();
  }

  private static int position(ParameterScope scope, String name) {
    return Math.toIntExact(scope.find(name).orElseThrow().offset());
  }
}
