package normsweep.tail;

/** Makes heads. */
public final class HeadFactory {
  private HeadFactory() {}

  /** The head of a tail. */
  public static Head of(TailSpec spec) {
    return switch (spec.norm()) {
      case BATCH_NORM -> new BatchNormHead(spec);
      case LAYER_NORM -> new LayerNormHead(spec);
      case FILTER_RESPONSE_NORM ->
          spec.spatialFrn()
              ? new SpatialFilterResponseNormHead(spec)
              : new FilterResponseNormHead(spec);
    };
  }
}
