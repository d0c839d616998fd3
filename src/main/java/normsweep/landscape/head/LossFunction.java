package normsweep.landscape.head;

/** A loss of a flat parameter vector. */
@FunctionalInterface
public interface LossFunction {
  /** The loss at {@code parameters}, which it neither keeps nor changes. */
  double loss(double[] parameters);
}
