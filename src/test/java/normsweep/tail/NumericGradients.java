package normsweep.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares a graph's gradients with central differences of its score, in double precision. */
final class NumericGradients {
  private static final double STEP = 1e-6;
  private static final int VALUES = 10;
  private static final double TOLERANCE = 1e-6;

  private NumericGradients() {}

  /** Checks values of every trained parameter, all of those that have few. */
  static void check(ComputationGraph graph, List<TailParameter> parameters, int batch) {
    score(graph);
    INDArray gradient = graph.getFlattenedGradients().dup().divi(batch);
    INDArray values = graph.params();
    for (TailParameter parameter : parameters) {
      if (!parameter.trained()) {
        continue;
      }
      assertNotEquals(
          0, parameter.view(gradient).amaxNumber().doubleValue(), "nothing reaches " + parameter);
      for (long i : places(parameter)) {
        double numeric = slope(graph, values, i);
        assertEquals(
            numeric,
            gradient.getDouble(i),
            TOLERANCE * Math.max(1, Math.abs(numeric)),
            parameter.name() + "[" + (i - parameter.offset()) + "]");
      }
    }
  }

  private static long[] places(TailParameter parameter) {
    LongStream all = LongStream.range(parameter.offset(), parameter.offset() + parameter.length());
    return parameter.length() <= VALUES
        ? all.toArray()
        : new Random(parameter.length())
            .longs(VALUES, parameter.offset(), parameter.offset() + parameter.length())
            .toArray();
  }

  private static double slope(ComputationGraph graph, INDArray values, long i) {
    double value = values.getDouble(i);
    values.putScalar(i, value + STEP);
    double above = score(graph);
    values.putScalar(i, value - STEP);
    double below = score(graph);
    values.putScalar(i, value);
    return (above - below) / (2 * STEP);
  }

  private static double score(ComputationGraph graph) {
    graph.computeGradientAndScore();
    return graph.score();
  }
}
