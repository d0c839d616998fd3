package normsweep.landscape.head;

import java.util.Optional;
import normsweep.tail.FilterResponseNorm;
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
    HeadLayout layout =
        new HeadLayout(
            scope.length(),
            scope.parameter(Head.DENSE + "_W"),
            denseBias(tail.spec(), scope),
            scope.parameter(Head.LOGITS + "_W"),
            position(scope, Head.LOGITS + "_b"));
    HeadLoss loss = new HeadLoss(layout, units(tail, scope), inputs, labels);
    return new TailHead(scope, loss, scope.gather(tail.graph().params()));
  }

  /**
   * Whether the head's loss depends on a parameter: all but a norm in front of the pooling, which
   * has shaped the head's inputs already.
   */
  public boolean moves(TailParameter parameter, TailSpec spec) {
    return !(spec.spatialFrn() && parameter.name().startsWith(Head.NORM));
  }

  // The layer norm's shift is the dense layer's own bias, applied behind the norm.
  private static int denseBias(TailSpec spec, ParameterScope scope) {
    return switch (spec.norm()) {
      case LAYER_NORM -> HeadLayout.NONE;
      case BATCH_NORM, FILTER_RESPONSE_NORM ->
          find(scope, Head.DENSE + "_b").map(TailHead::position).orElse(HeadLayout.NONE);
    };
  }

  private static HeadActivation units(Tail tail, ParameterScope scope) {
    TailSpec spec = tail.spec();
    return switch (spec.norm()) {
      case BATCH_NORM ->
          AffineUnits.of(
              position(scope, Head.NORM + "_gamma"),
              position(scope, Head.NORM + "_beta"),
              statistic(tail, "_mean"),
              statistic(tail, "_var"),
              Head.BATCH_NORM_EPSILON);
      case LAYER_NORM ->
          new LayerNormUnits(
              spec.hiddenUnits(),
              position(scope, Head.DENSE + "_g"),
              position(scope, Head.DENSE + "_b"),
              0);
      case FILTER_RESPONSE_NORM ->
          spec.spatialFrn()
              ? new PlainUnits()
              : new FilterResponseUnits(
                  spec.hiddenUnits(),
                  position(scope, Head.NORM + "_gamma"),
                  position(scope, Head.NORM + "_beta"),
                  position(scope, Head.NORM + "_tau"),
                  position(scope, Head.NORM + "_epsilon"),
                  FilterResponseNorm.EPSILON_FLOOR);
    };
  }

  private static double[] statistic(Tail tail, String key) {
    INDArray values = tail.values(tail.parameter(Head.NORM + key));
    return values.dup().data().asDouble();
  }

  private static Optional<TailParameter> find(ParameterScope scope, String name) {
    return scope.parameters().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst();
  }

  private static int position(ParameterScope scope, String name) {
    return position(scope.parameter(name));
  }

  private static int position(TailParameter parameter) {
    return Math.toIntExact(parameter.offset());
  }
}
