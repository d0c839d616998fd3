package normsweep.landscape.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
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
            BatchNormUnits.of(
                norms,
                norms + UNITS,
                new double[] {0.1, -0.2, 0.3, 0},
                new double[] {0.5, 2, 1, 0.7});
        case LAYER_NORM -> new LayerNormUnits(UNITS, norms, norms + UNITS);
        case FILTER_RESPONSE ->
            new FilterResponseUnits(
                UNITS, norms, norms + UNITS, norms + 2 * UNITS, norms + 3 * UNITS);
      };
    }

    HeadLoss loss() {
      SplittableRandom random = new SplittableRandom(1);
      INDArray inputs =
          Nd4j.create(random.doubles(IMAGES * INPUTS, -1, 1).toArray(), IMAGES, INPUTS);
      return loss(inputs, 0, 1, 2, 0, 1, 2, 2);
    }

    HeadLoss loss(INDArray inputs, int... labels) {
      return new HeadLoss(layout(), units(), inputs, labels);
    }

    double[] point() {
      return new SplittableRandom(2).doubles(layout().length(), -1, 1).toArray();
    }
  }

  private static TailParameter weight(String name, int in, int out, int offset, char order) {
    return new TailParameter(
        name, Kind.WEIGHT, true, List.of((long) in, (long) out), offset, (long) in * out, order);
  }

  /** The loss at a point alone, every matrix product made there. */
  private static double lossAt(HeadLoss loss, double[] point) {
    double[] still = new double[point.length];
    return new HeadPlane(loss, point, still, still).at(0, 0);
  }

  private static double lossAt(
      HeadLoss loss, double[] centre, double a, double[] first, double b, double[] second) {
    double[] point = new double[centre.length];
    Arrays.setAll(point, i -> centre[i] + a * first[i] + b * second[i]);
    return lossAt(loss, point);
  }

  private static double[] axis(int length, int i) {
    double[] axis = new double[length];
    axis[i] = 1;
    return axis;
  }

  @Test
  void lossOfOneImageByHand() {
    // u = 1·2 = 2, y = 2, logits (2·1, 2·−1) + (0, 1) = (2, −1): −ln p₀ = ln(1 + e⁻³).
    assertEquals(
        Math.log1p(Math.exp(-3)), lossAt(ofOneImage(0), new double[] {2, 1, -1, 0, 1}), 1e-15);
  }

  @Test
  void certainMistakeCostsAsInTraining() {
    assertEquals(-Math.log(1e-10), lossAt(ofOneImage(1), new double[] {1, 100, -100, 0, 0}));
  }

  /**
   * Units that are all equal have no deviation to divide by: they become their shifts, as if γ = 0.
   */
  @Test
  void layerNormOfEqualUnitsIsItsShift() {
    int hidden = INPUTS * UNITS;
    double[] equal = Head.LAYER_NORM.point();
    double[] unscaled = equal.clone();
    Arrays.fill(equal, 0, hidden, 0);
    Arrays.fill(unscaled, hidden, hidden + UNITS, 0);
    HeadLoss loss = Head.LAYER_NORM.loss();
    assertEquals(lossAt(loss, unscaled), lossAt(loss, equal), 1e-15);
  }

  private static HeadLoss ofOneImage(int label) {
    HeadLayout layout =
        new HeadLayout(
            5,
            weight("head_dense_W", 1, 1, 0, 'f'),
            HeadLayout.NONE,
            weight("head_logits_W", 1, 2, 1, 'f'),
            3);
    INDArray input = Nd4j.create(new double[] {1}, 1, 1);
    return new HeadLoss(layout, new PlainUnits(), input, new int[] {label});
  }

  @ParameterizedTest
  @EnumSource(Head.class)
  void gradientHoldsFirstDifferencesOfLoss(Head head) {
    HeadLoss loss = head.loss();
    double[] point = head.point();
    double[] gradient = loss.gradient(point);
    for (int i = 0; i < point.length; i++) {
      PlaneLoss line = new HeadPlane(loss, point, axis(point.length, i), new double[point.length]);
      double slope = (line.at(1e-5, 0) - line.at(-1e-5, 0)) / 2e-5;
      assertEquals(slope, gradient[i], 1e-8, "entry " + i);
    }
    assertEquals(lossAt(loss, point), loss.mean(point), 1e-14);
  }

  @ParameterizedTest
  @EnumSource(Head.class)
  void partsOfImagesAddUp(Head head) {
    HeadLoss loss = head.loss();
    double[] point = head.point();
    double sum = 3 * loss.on(0, 3).mean(point) + 4 * loss.on(3, 7).mean(point);
    assertEquals(loss.mean(point), sum / 7, 1e-14);
  }

  @ParameterizedTest
  @EnumSource(Head.class)
  void hessianHoldsSecondDifferencesOfLoss(Head head) {
    HeadLoss loss = head.loss();
    double[] point = head.point();
    UnaryOperator<double[]> hessian = loss.hessian(point);
    double h = 1e-4;
    for (int i = 0; i < point.length; i++) {
      double[] axis = axis(point.length, i);
      double[] product = hessian.apply(axis);
      for (int k = 0; k < point.length; k++) {
        PlaneLoss plane = new HeadPlane(loss, point, axis, axis(point.length, k));
        double slopes = plane.at(h, h) - plane.at(h, -h) - plane.at(-h, h) + plane.at(-h, -h);
        assertEquals(slopes / (4 * h * h), product[k], 1e-6, "entry " + i + ", " + k);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void squaredGradientsAreThoseOfSingleImages(Head head) {
    HeadLoss loss = head.loss();
    double[] point = new SplittableRandom(5).doubles(loss.layout().length(), 0.1, 1).toArray();
    double[] expected = new double[point.length];
    for (int image = 0; image < IMAGES; image++) {
      double[] gradient = loss.on(image, image + 1).gradient(point);
      for (int i = 0; i < expected.length; i++) {
        expected[i] += gradient[i] * gradient[i] / IMAGES;
      }
    }
    assertArrayEquals(expected, loss.meanSquaredGradient(point), 1e-12);
  }

  @ParameterizedTest
  @EnumSource(Head.class)
  void planeAgreesWithFullEvaluation(Head head) {
    HeadLoss loss = head.loss();
    double[] first = new SplittableRandom(3).doubles(head.point().length, -1, 1).toArray();
    double[] second = new SplittableRandom(4).doubles(head.point().length, -1, 1).toArray();
    PlaneLoss plane = new HeadPlane(loss, head.point(), first, second);
    for (double[] p : new double[][] {{0, 0}, {0.7, -0.4}, {-1, 1}}) {
      assertEquals(
          lossAt(loss, head.point(), p[0], first, p[1], second), plane.at(p[0], p[1]), 1e-12);
    }
  }

  @Test
  void lossIsTheMeanOverBlocks() {
    SplittableRandom random = new SplittableRandom(6);
    int images = 300;
    INDArray inputs =
        Nd4j.create(random.doubles((long) images * INPUTS, -1, 1).toArray(), images, INPUTS);
    int[] labels = random.ints(images, 0, CLASSES).toArray();
    double[] point = Head.LAYER_NORM.point();
    double sum = 0;
    for (int n = 0; n < images; n++) {
      INDArray image = inputs.getRow(n, true);
      sum += lossAt(Head.LAYER_NORM.loss(image, labels[n]), point);
    }
    assertEquals(sum / images, lossAt(Head.LAYER_NORM.loss(inputs, labels), point), 1e-12);
  }
}
