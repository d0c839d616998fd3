package normsweep.landscape;

/** A loss on a plane through parameter space. Safe to call from several threads at once. */
@FunctionalInterface
public interface PlaneLoss extends AutoCloseable {
  /** The loss at centre + a·first + b·second. */
  double at(double a, double b);

  /** Restores what the plane moved, if anything. */
  @Override
  default void close() {}
}
