package normsweep.sweep;

/** How the tail is to be computed. */
public enum TailChoice {
  /** The fused block if the config allows it, otherwise stock layers. */
  FASTEST,
  /** Stock Deeplearning4j layers, even if they are slower. */
  STOCK
}
