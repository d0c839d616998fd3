package normsweep.landscape;

import normsweep.landscape.head.ParameterScope;
import normsweep.landscape.head.Sample;
import normsweep.tail.Tail;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tail's loss on a plane through its parameter space, every point by a forward pass of its graph
 * over the whole sample.
 */
public final class TailPlane implements PlaneLoss {
  private final Tail tail;
  private final Sample sample;
  private final INDArray centre;
  private final INDArray first;
  private final INDArray second;

  /** The plane through the tail's parameters as they are now, along two directions of a scope. */
  public TailPlane(
      Tail tail,
      Sample sample,
      ParameterScope scope,
      double[] firstInScope,
      double[] secondInScope) {
    this.tail = tail;
    this.sample = sample;
    this.centre = tail.graph().params().dup();
    this.first = Nd4j.zerosLike(centre);
    this.second = Nd4j.zerosLike(centre);
    scope.scatter(firstInScope, first);
    scope.scatter(secondInScope, second);
  }

  // A graph holds one set of parameters and activations, so points are taken one at a time.
  @Override
  public synchronized double at(double a, double b) {
    tail.graph().setParams(centre.add(first.mul(a)).addi(second.mul(b)));
    return sample.loss(tail.graph());
  }

  /** Restores the tail's parameters. */
  @Override
  public void close() {
    tail.graph().setParams(centre);
  }
}
