package normsweep.landscape.head;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import normsweep.landscape.HeadPlane;
import normsweep.landscape.PlaneLoss;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameter.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HeadLossTest {
  private static final int INPUTS = 5;
  private static final int UNITS = 4;
  private static final int CLASSES = 3;
  private static final int IMAGES = 7;

  /** Every kind of hidden layer, on a layout of its own. */
  enum Head {
    PLAIN(0, true, 'f'),
    BATCH_NORM(2, true, 'f'),
    LAYER_NORM(2, false, 'c'),
    FILTER_RESPONSE(4, true, 'f');

    private final int vectors;
    private final boolean bias;
    private final char order;

    Head(int vectors, boolean bias, char order) {
      this.vectors = vectors;
      this.bias = bias;
      this.order = order;
    }

    HeadLayout layout() {
      int hidden = INPUTS * UNITS;
      int norms = hidden + (bias ? UNITS : 0);
      int output = norms + vectors * UNITS;
      return new HeadLayout(
          output + UNITS * CLASSES + CLASSES,
          weight("head_dense_W", INPUTS, UNITS, 0, order),
          bias ? hidden : HeadLayout.NONE,
          weight("head_logits_W", UNITS, CLASSES, output, order),
          output + UNITS * CLASSES);
    }

    HeadActivation units() {
      int norms = INPUTS * UNITS + (bias ? UNITS : 0);
      return switch (this) {
        case PLAIN -> new PlainUnits();
        case BATCH_NORM ->
            AffineUnits.of(
                norms,
                norms + UNITS,
                new double[] {0.1, -0.2, 0.3, 0},
                new double[] {0.5, 2, 1, 0.7},
                1e-3);
        case LAYER_NORM -> new LayerNormUnits(UNITS, norms, norms + UNITS, 1e-3);
        case FILTER_RESPONSE ->
            new FilterResponseUnits(
                UNITS, norms, norms + UNITS, norms + 2 * UNITS, norms + 3 * UNITS, 1e-6);
      };
    }

    HeadLoss loss() {
      SplittableRandom random = new SplittableRandom(1);
      INDArray inputs =
          Nd4j.create(random.doubles(IMAGES * INPUTS, -1, 1).toArray(), IMAGES, INPUTS);
      return new HeadLoss(layout(), units(), inputs, new int[] {0, 1, 2, 0, 1, 2, 2});
    }

    double[] point() {
      return new SplittableRandom(2).doubles(layout().length(), -1, 1).toArray();
    }
  }

  private static TailParameter weight(String name, int in, int out, int offset, char order) {
    return new TailParameter(
        name, Kind.WEIGHT, true, List.of((long) in, (long) out), offset, (long) in * out, order);
  }

  private static double[] moved(double[] point, double[] direction, double step) {
    double[] moved = point.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += step * direction[i];
    }
    return moved;
  }

  @Test
  void lossOfOneImageByHand() {
    // u = 1·2 = 2, y = 2, logits (2·1, 2·−1) + (0, 1) = (2, −1): −ln p₀ = ln(1 + e⁻³).
    HeadLayout layout =
        new HeadLayout(
            5,
            weight("head_dense_W", 1, 1, 0, 'f'),
            HeadLayout.NONE,
            weight("head_logits_W", 1, 2, 1, 'f'),
            3);
    HeadLoss loss =
        new HeadLoss(layout, new PlainUnits(), Nd4j.create(new double[] {1}, 1, 1), new int[] {0});
    assertEquals(Math.log1p(Math.exp(-3)), loss.loss(new double[] {2, 1, -1, 0, 1}), 1e-15);
  }

  @Test
  void certainMistakeCostsNoMoreThanInTraining() {
    SoftmaxLoss softmax = new SoftmaxLoss(2);
    assertEquals(-Math.log(1e-10), softmax.sum(new double[] {100, -100}, new int[] {1}, 0, 1));
  }

  @ParameterizedTest
  @EnumSource(Head.class)
  void gradientIsTheSlope(Head head) {
    HeadLoss loss = head.loss();
    double[] point = head.point();
    double[] gradient = loss.gradient(point);
    for (int i = 0; i < point.length; i++) {
      double[] axis = new double[point.length];
      axis[i] = 1;
      double slope =
          (loss.loss(moved(point, axis, 1e-5)) - loss.loss(moved(point, axis, -1e-5))) / 2e-5;
      assertEquals(slope, gradient[i], 1e-8, "parameter " + i);
    }
  }

  @ParameterizedTest
  @EnumSource(Head.class)
  void hessianIsTheSlopeOfTheGradient(Head head) {
    HeadLoss loss = head.loss();
    double[] point = head.point();
    HessianVector hessian = loss.hessian(point);
    double[] product = new double[point.length];
    for (int i = 0; i < point.length; i++) {
      double[] axis = new double[point.length];
      axis[i] = 1;
      hessian.multiply(axis, product);
      double[] above = loss.gradient(moved(point, axis, 1e-6));
      double[] below = loss.gradient(moved(point, axis, -1e-6));
      for (int k = 0; k < point.length; k++) {
        assertEquals((above[k] - below[k]) / 2e-6, product[k], 1e-7, "entry " + i + ", " + k);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Head.class)
  void planeAgreesWithFullEvaluation(Head head) {
    HeadLoss loss = head.loss();
    double[] first = new SplittableRandom(3).doubles(head.point().length, -1, 1).toArray();
    double[] second = new SplittableRandom(4).doubles(head.point().length, -1, 1).toArray();
    PlaneLoss fast = new HeadPlane(loss, head.point(), first, second);
    PlaneLoss full = PlaneLoss.of(head.point(), first, second, loss);
    List<double[]> points = new ArrayList<>(List.of(new double[] {0, 0}));
    points.add(new double[] {0.7, -0.4});
    points.add(new double[] {-1, 1});
    for (double[] p : points) {
      assertEquals(full.at(p[0], p[1]), fast.at(p[0], p[1]), 1e-12);
    }
  }

  @Test
  void planeAgreesOverSeveralBlocksOfImages() {
    SplittableRandom random = new SplittableRandom(6);
    int images = 300;
    INDArray inputs =
        Nd4j.create(random.doubles((long) images * INPUTS, -1, 1).toArray(), images, INPUTS);
    int[] labels = random.ints(images, 0, CLASSES).toArray();
    HeadLoss loss = new HeadLoss(Head.LAYER_NORM.layout(), Head.LAYER_NORM.units(), inputs, labels);
    double[] centre = Head.LAYER_NORM.point();
    double[] first = random.doubles(centre.length, -1, 1).toArray();
    double[] second = random.doubles(centre.length, -1, 1).toArray();
    assertEquals(
        PlaneLoss.of(centre, first, second, loss).at(0.3, -0.2),
        new HeadPlane(loss, centre, first, second).at(0.3, -0.2),
        1e-12);
  }
}
