package normsweep.landscape.head;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import normsweep.tail.Head;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A head in fewer coordinates, with the same curvature. The loss on n images depends on the first
 * weight W [inputs, units] through X·W alone, so it is constant along what is orthogonal to the
 * rows of X. With Xᵀ = Q·R, Q [inputs, n] orthonormal, X·W = (X·Q)·(Qᵀ·W): a head with inputs X·Q
 * and the weight Qᵀ·W. Its Hessian has the same eigenvalues, less (inputs − n)·units zeros, the
 * same trace, and eigenvectors with the same norm in each parameter.
 */
public final class SpannedHead {
  private static final double NEGLIGIBLE = 1e-10;
  private static final String WEIGHT = Head.DENSE + "_W";

  private final ParameterScope whole;
  private final ParameterScope scope;
  private final HeadLoss loss;
  private final Optional<INDArray> basis;

  private SpannedHead(
      ParameterScope whole, ParameterScope scope, HeadLoss loss, Optional<INDArray> basis) {
    this.whole = whole;
    this.scope = scope;
    this.loss = loss;
    this.basis = basis;
  }

  /** A tail's head on images; where there are no fewer images than inputs, it is left as it is. */
  public static SpannedHead of(Tail tail, INDArray inputs, int[] labels) {
    INDArray x = inputs.castTo(DataType.DOUBLE);
    ParameterScope whole = ParameterScope.head(tail.parameters());
    if (x.size(0) >= x.size(1)) {
      return new SpannedHead(whole, whole, TailHead.loss(tail, whole, x, labels), Optional.empty());
    }
    INDArray basis = basis(x);
    ParameterScope scope =
        ParameterScope.head(
            tail.parameters().stream()
                .map(own -> own.name().equals(WEIGHT) ? narrowed(own, basis.size(1)) : own)
                .toList());
    HeadLoss loss = TailHead.loss(tail, scope, x.mmul(basis), labels);
    return new SpannedHead(whole, scope, loss, Optional.of(basis));
  }

  // Equal images, or images without any feature, span fewer dimensions than there are.
  private static INDArray basis(INDArray x) {
    OrthonormalBasis basis = new OrthonormalBasis();
    for (double[] row : x.toDoubleMatrix()) {
      double length = OrthonormalBasis.norm(row);
      double left = basis.orthogonalise(row);
      if (left > NEGLIGIBLE * length) {
        basis.add(OrthonormalBasis.scaled(row, 1 / left));
      }
    }
    return Nd4j.create(basis.vectors().toArray(double[][]::new)).transpose();
  }

  private static TailParameter narrowed(TailParameter weight, long inputs) {
    long units = weight.shape().get(1);
    return new TailParameter(
        weight.name(),
        weight.kind(),
        weight.head(),
        List.of(inputs, units),
        weight.offset(),
        inputs * units,
        weight.order());
  }

  /** The loss by the fewer coordinates. */
  public HeadLoss loss() {
    return loss;
  }

  /** What a vector of the fewer coordinates holds. */
  public List<TailParameter> parameters() {
    return scope.parameters();
  }

  /** Coordinates that were left out, along which the loss is constant. */
  public int flat() {
    return whole.length() - scope.length();
  }

  /** The fewer coordinates of a vector of the whole head. */
  public double[] coordinates(double[] point) {
    if (basis.isEmpty()) {
      return point;
    }
    double[] fewer = new double[scope.length()];
    for (TailParameter parameter : scope.parameters()) {
      TailParameter own = whole.find(parameter.name()).orElseThrow();
      int from = Math.toIntExact(own.offset());
      double[] values = Arrays.copyOfRange(point, from, from + Math.toIntExact(own.length()));
      if (own.name().equals(WEIGHT)) {
        INDArray weight = Nd4j.create(values, own.dimensions(), own.order());
        values = basis.get().transpose().mmul(weight).dup(own.order()).data().asDouble();
      }
      System.arraycopy(values, 0, fewer, Math.toIntExact(parameter.offset()), values.length);
    }
    return fewer;
  }
}
