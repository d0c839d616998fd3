package normsweep.sweep;

/** Which way of computing the tail is asked for. */
public enum TailChoice {
  /** The fused block where the config allows it, stock layers elsewhere. */
  FASTEST,
  /** Stock Deeplearning4j layers, whatever they cost. */
  STOCK
}
