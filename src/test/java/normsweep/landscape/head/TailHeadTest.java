package normsweep.landscape.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import normsweep.landscape.Directions;
import normsweep.landscape.HeadPlane;
import normsweep.landscape.PlaneLoss;
import normsweep.landscape.TailPlane;
import normsweep.landscape.ToyTails;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Trial;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** The surfaces' own formulas against Deeplearning4j's layers. */
class TailHeadTest {
  private static final int IMAGES = 230;

  static Stream<Trial> heads() {
    return Stream.of(
        new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 3),
        new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 4),
        new Trial(Norm.FILTER_RESPONSE_NORM, FrnPlacement.DENSE, Clip.NONE, 5),
        new Trial(Norm.FILTER_RESPONSE_NORM, FrnPlacement.SPATIAL, Clip.NONE, 6),
        new Trial(Norm.NONE, FrnPlacement.DENSE, Clip.NONE, 7));
  }

  private static TailHead head(Tail tail, Sample sample) {
    return TailHead.of(tail, sample.view(tail.graph()).pooled(), sample.labels());
  }

  private static double loss(TailHead head) {
    double[] still = new double[head.centre().length];
    return new HeadPlane(head.loss(), head.centre(), still, still).at(0, 0);
  }

  @ParameterizedTest
  @MethodSource("heads")
  void lossIsThatOfTheGraph(Trial trial) {
    Tail tail = ToyTails.tail(trial, DataType.DOUBLE);
    Sample sample = Sample.of(tail, ToyTails.features(IMAGES), IMAGES);
    TailHead head = head(tail, sample);
    assertEquals(sample.loss(tail.graph()), loss(head), 1e-6);
  }

  @ParameterizedTest
  @MethodSource("heads")
  void planeAgreesWithSinglePrecisionGraph(Trial trial) {
    Tail tail = ToyTails.tail(trial, DataType.FLOAT);
    Sample sample = Sample.of(tail, ToyTails.features(IMAGES), IMAGES);
    TailHead head = head(tail, sample);
    double[][] directions = {direction(head, 0), direction(head, 1)};
    PlaneLoss fast = new HeadPlane(head.loss(), head.centre(), directions[0], directions[1]);
    try (TailPlane slow = new TailPlane(tail, sample, head.scope(), directions[0], directions[1])) {
      for (double[] at : new double[][] {{0, 0}, {0.5, -0.25}, {-1, 1}, {1, 0.3}}) {
        assertEquals(slow.at(at[0], at[1]), fast.at(at[0], at[1]), 1e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("heads")
  void fastestTailGivesStockTailsSurface(Trial trial) {
    Tail stock = ToyTails.tail(trial, DataType.FLOAT);
    Tail fastest = ToyTails.fastest(trial);
    assertEquals(trial.placement() == FrnPlacement.DENSE, fastest.describe().equals("fused"));
    fastest.load(stock.copyParameters());
    double[][] losses = new double[2][];
    int row = 0;
    for (Tail tail : List.of(stock, fastest)) {
      Sample sample = Sample.of(tail, ToyTails.features(IMAGES), IMAGES);
      TailHead head = head(tail, sample);
      assertEquals(sample.loss(tail.graph()), loss(head), 1e-5);
      PlaneLoss plane =
          new HeadPlane(head.loss(), head.centre(), direction(head, 0), direction(head, 1));
      losses[row++] = new double[] {plane.at(0, 0), plane.at(0.5, -1), plane.at(-1, 0.2)};
    }
    assertArrayEquals(losses[0], losses[1], 1e-5);
  }

  private static double[] direction(TailHead head, int axis) {
    List<TailParameter> parameters = head.scope().parameters();
    double[] raw = Directions.draw(parameters, head.centre().length, 1, axis);
    return Directions.normalise(parameters, raw, head.centre());
  }

  @ParameterizedTest
  @MethodSource("heads")
  void everyHeadParameterMatters(Trial trial) {
    Tail tail = ToyTails.tail(trial, DataType.DOUBLE);
    Sample sample = Sample.of(tail, ToyTails.features(IMAGES), IMAGES);
    TailHead head = head(tail, sample);
    double[] direction = new SplittableRandom(1).doubles(head.centre().length, -0.1, 0.1).toArray();
    for (TailParameter parameter : head.scope().parameters()) {
      for (int i = 0; i < parameter.length() && !head.moves(parameter, tail.spec()); i++) {
        direction[(int) parameter.offset() + i] = 0;
      }
    }
    PlaneLoss fast = new HeadPlane(head.loss(), head.centre(), direction, direction);
    try (TailPlane slow = new TailPlane(tail, sample, head.scope(), direction, direction)) {
      assertEquals(slow.at(1, 0), fast.at(1, 0), 1e-6);
      assertTrue(Math.abs(fast.at(1, 0) - fast.at(0, 0)) > 1e-4);
    }
  }

  @Test
  void tailGetsItsParametersBack() {
    Tail tail = ToyTails.tail(heads().findFirst().orElseThrow(), DataType.FLOAT);
    Sample sample = Sample.of(tail, ToyTails.features(20), 20);
    ParameterScope scope = ParameterScope.tail(tail.parameters());
    float[] before = tail.graph().params().dup().data().asFloat();
    double[] direction = new double[scope.length()];
    java.util.Arrays.fill(direction, 0.1);
    try (TailPlane plane = new TailPlane(tail, sample, scope, direction, direction)) {
      assertTrue(Math.abs(plane.at(1, 1) - plane.at(0, 0)) > 1e-3);
    }
    assertArrayEquals(before, tail.graph().params().dup().data().asFloat());
  }

  @Test
  void sampleIsSpreadEvenlyOverSet() {
    assertArrayEquals(new int[] {0, 2, 5, 7}, Sample.positions(10, 4));
    assertArrayEquals(new int[] {0, 1, 2}, Sample.positions(3, 10));
  }
}
