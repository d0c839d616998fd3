package normsweep.landscape.hessian;

import static normsweep.landscape.head.OrthonormalBasis.dot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.landscape.ToyTails;
import normsweep.landscape.head.HeadLoss;
import normsweep.landscape.head.Sample;
import normsweep.landscape.head.SpannedHead;
import normsweep.landscape.head.TailHead;
import normsweep.landscape.hessian.HeadCurvature.Adam;
import normsweep.landscape.hessian.HeadCurvature.Effort;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Trial;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Against dense Hessians of small heads, column by column from differences of the gradient. */
class HeadCurvatureTest {
  // So that all minibatches can be listed.
  private static final int BATCH = 2;
  private static final double STEP = 1e-6;
  private static final Effort ENDS = new Effort(300, 1e-3, 2, 0, 0);

  /** Every kind of head, on more images than it has inputs and on fewer. */
  static Stream<Both> heads() {
    return Stream.of(40, 5)
        .flatMap(
            images ->
                Stream.of(
                    Both.of(new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 3), images),
                    Both.of(new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 4), images),
                    Both.of(
                        new Trial(Norm.FILTER_RESPONSE_NORM, FrnPlacement.DENSE, Clip.NONE, 5),
                        images),
                    Both.of(new Trial(Norm.NONE, FrnPlacement.DENSE, Clip.NONE, 7), images)));
  }

  /** A head on images, in both coordinates. */
  private record Both(TailHead whole, SpannedHead spanned) {
    static Both of(Trial trial, int images) {
      Tail tail = ToyTails.tail(trial, DataType.DOUBLE);
      Sample sample = Sample.of(tail, ToyTails.features(images), images);
      INDArray pooled = sample.view(tail.graph()).pooled();
      return new Both(
          TailHead.of(tail, pooled, sample.labels()),
          SpannedHead.of(tail, pooled, sample.labels()));
    }

    HeadCurvature curvature(Effort effort) {
      return new HeadCurvature(spanned, effort, 3, 1);
    }

    /** By all parameters. */
    Curvature.Hessian all(Effort effort) {
      return curvature(effort).all(point(), Optional.empty());
    }

    double[][] dense() {
      return HeadCurvatureTest.dense(whole.loss(), whole.centre());
    }

    double[] point() {
      return whole.centre();
    }

    List<TailParameter> parameters() {
      return whole.scope().parameters();
    }
  }

  private static double[][] dense(HeadLoss loss, double[] point) {
    double[][] hessian = new double[point.length][point.length];
    for (int i = 0; i < point.length; i++) {
      double[] up = point.clone();
      double[] down = point.clone();
      up[i] += STEP;
      down[i] -= STEP;
      double[] above = loss.gradient(up);
      double[] below = loss.gradient(down);
      for (int k = 0; k < point.length; k++) {
        hessian[k][i] += (above[k] - below[k]) / (4 * STEP);
        hessian[i][k] += (above[k] - below[k]) / (4 * STEP);
      }
    }
    return hessian;
  }

  /** Rows and columns of the parameters that move. */
  private static double[][] part(double[][] hessian, int[] moving) {
    return IntStream.of(moving)
        .mapToObj(i -> IntStream.of(moving).mapToDouble(k -> hessian[i][k]).toArray())
        .toArray(double[][]::new);
  }

  private static int[] weights(Both head) {
    return head.parameters().stream()
        .filter(parameter -> parameter.kind() == TailParameter.Kind.WEIGHT)
        .flatMapToInt(HeadCurvatureTest::positions)
        .toArray();
  }

  private static IntStream positions(TailParameter parameter) {
    int from = (int) parameter.offset();
    return IntStream.range(from, from + (int) parameter.length());
  }

  private static EigenDecomposition eigen(double[][] matrix) {
    return new EigenDecomposition(new Array2DRowRealMatrix(matrix, false));
  }

  private static void assertEnds(double[][] dense, Spectrum found) {
    double[] values = eigen(dense).getRealEigenvalues();
    for (int i = 0; i < 3; i++) {
      assertEquals(values[i], found.largest()[i], 0.01 * Math.abs(values[i]), "largest " + i);
    }
    double least = values[values.length - 1];
    assertEquals(least, found.smallest(), 0.01 * Math.abs(least), "smallest");
  }

  @ParameterizedTest
  @MethodSource("heads")
  void bothEndsAreThoseOfDenseHessian(Both head) {
    HeadCurvature curvature = head.curvature(ENDS);
    double[][] dense = head.dense();
    assertEnds(dense, curvature.all(head.point(), Optional.empty()).spectrum());
    assertEnds(
        part(dense, weights(head)), curvature.weights(head.point(), Optional.empty()).spectrum());
  }

  @ParameterizedTest
  @MethodSource("heads")
  void sharesAreThoseOfDenseEigenvector(Both head) {
    Spectrum spectrum = head.all(ENDS).spectrum();
    double[] vector = eigen(head.dense()).getEigenvector(0).toArray();
    for (TailParameter parameter : head.parameters()) {
      double share = positions(parameter).mapToDouble(i -> vector[i] * vector[i]).sum();
      assertEquals(share, spectrum.shares().get(parameter.name()), 0.01, parameter.name());
    }
    assertEquals(
        1, spectrum.shares().values().stream().mapToDouble(Double::doubleValue).sum(), 1e-9);
  }

  // For random signs z, zᵀ·A·z has the variance 2·Σ aᵢⱼ² over i ≠ j (Hutchinson 1990); A is what
  // the
  // Krylov space leaves of the Hessian.
  @ParameterizedTest
  @MethodSource("heads")
  void errorOfTraceIsThatOfRandomSigns(Both head) {
    double[][] dense = head.dense();
    UnaryOperator<double[]> product =
        vector -> Arrays.stream(dense).mapToDouble(row -> dot(row, vector)).toArray();
    Lanczos known = new Lanczos(product, new Random(2).doubles(dense.length, -1, 1).toArray());
    for (int i = 0; i < 4; i++) {
      known.advance();
    }
    double[][] left = transposed(rest(known, transposed(rest(known, dense))));
    double squares = 0;
    for (int i = 0; i < left.length; i++) {
      for (int j = 0; j < left.length; j++) {
        squares += i == j ? 0 : left[i][j] * left[i][j];
      }
    }
    double[] moves = new double[dense.length];
    Arrays.fill(moves, 1);
    int probes = 4000;
    Trace found = Trace.of(product, known, moves, probes, 3);
    assertEquals(1, found.error() / Math.sqrt(2 * squares / probes), 0.1, found.toString());
  }

  private static double[][] rest(Lanczos known, double[][] rows) {
    double[][] rest = Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    Arrays.stream(rest).forEach(known.basis()::orthogonalise);
    return rest;
  }

  private static double[][] transposed(double[][] rows) {
    double[][] columns = new double[rows[0].length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        columns[j][i] = rows[i][j];
      }
    }
    return columns;
  }

  @ParameterizedTest
  @MethodSource("heads")
  void traceIsWithinItsError(Both head) {
    double[][] dense = head.dense();
    double trace = IntStream.range(0, dense.length).mapToDouble(i -> dense[i][i]).sum();
    // So few products that much of the trace is left to the probes.
    Trace few = head.all(new Effort(4, 1e-9, 10, 0, 0)).trace();
    assertEquals(trace, few.value(), 4 * few.error());
    Trace many = head.all(new Effort(4, 1e-9, 1000, 0, 0)).trace();
    assertEquals(trace, many.value(), 4 * many.error());
    Trace all = head.all(new Effort(300, 1e-9, 10, 0, 0)).trace();
    assertEquals(trace, all.value(), Math.max(4 * all.error(), 1e-6 * Math.abs(trace)));
    assertTrue(all.error() < few.error(), few + " " + all);
  }

  @ParameterizedTest
  @MethodSource("heads")
  void densityCountsEigenvalues(Both head) {
    double[] values = eigen(head.dense()).getRealEigenvalues();
    SpectralDensity density = head.all(new Effort(1, 1, 2, 150, 30)).density();
    // An eigenvalue is counted if it is above a bound in a gap between two of them.
    double total = 0;
    double above = 0;
    double bound = (values[2] + values[3]) / 2;
    for (int i = 0; i < density.values().size(); i++) {
      total += density.weights().get(i);
      above += density.values().get(i) > bound ? density.weights().get(i) : 0;
    }
    assertEquals(1, total, 1e-9);
    long counted = IntStream.range(0, values.length).filter(i -> values[i] > bound).count();
    assertEquals(counted / (double) values.length, above, 0.03);
  }

  @ParameterizedTest
  @MethodSource("heads")
  void adamSharpnessIsThatOfScaledDenseHessian(Both head) {
    HeadLoss loss = head.whole().loss();
    double[][] gradients =
        IntStream.range(0, loss.images())
            .mapToObj(image -> loss.on(image, image + 1).gradient(head.point()))
            .toArray(double[][]::new);
    double[] moment = new double[head.point().length];
    for (double[] one : gradients) {
      for (double[] other : gradients) {
        for (int i = 0; i < moment.length; i++) {
          moment[i] += Math.pow((one[i] + other[i]) / 2, 2) / (loss.images() * loss.images());
        }
      }
    }
    double[][] scaled = head.dense();
    for (int i = 0; i < scaled.length; i++) {
      for (int k = 0; k < scaled.length; k++) {
        scaled[i][k] /= Math.sqrt((Math.sqrt(moment[i]) + 1e-8) * (Math.sqrt(moment[k]) + 1e-8));
      }
    }
    Optional<Adam> adam =
        Optional.of(new Adam(head.whole(), AdamMoment.of(loss, head.point(), BATCH)));
    double all = eigen(scaled).getRealEigenvalue(0);
    HeadCurvature curvature = head.curvature(ENDS);
    Curvature.Hessian found = curvature.all(head.point(), adam);
    assertEquals(all, found.adam().value(), 0.01 * all);
    assertNotEquals(found.spectrum().largest()[0], found.adam().value(), 0.01 * all);
    double weights = eigen(part(scaled, weights(head))).getRealEigenvalue(0);
    assertEquals(weights, curvature.weights(head.point(), adam).adam().value(), 0.01 * weights);
  }

  @ParameterizedTest
  @MethodSource("heads")
  void everyParameterHasShare(Both head) {
    List<String> names = head.parameters().stream().map(TailParameter::name).toList();
    Spectrum weights = head.curvature(ENDS).weights(head.point(), Optional.empty()).spectrum();
    assertEquals(names.stream().sorted().toList(), List.copyOf(weights.shares().keySet()));
    assertEquals(
        1, weights.shares().get("head_dense_W") + weights.shares().get("head_logits_W"), 1e-9);
  }
}
