package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class AccuracyRecordingLossTest {
  private static final IActivation SOFTMAX = new ActivationSoftmax();

  private final AccuracyRecordingLoss loss = new AccuracyRecordingLoss(null);

  private static INDArray labels(DataType type, int... classes) {
    INDArray labels = Nd4j.zeros(type, classes.length, 4);
    for (int row = 0; row < classes.length; row++) {
      labels.putScalar(row, classes[row], 1);
    }
    return labels;
  }

  /** The gradient of a weighted softmax loss is w (p − y), the loss −w log p. */
  @Test
  void weightsMultiplyLossAndGradientOfAClass() {
    INDArray weights = TrialTrainer.classWeights(new int[] {0, 0, 0, 1}, 2);
    assertEquals(2 / 3f, weights.getFloat(0));
    assertEquals(2f, weights.getFloat(1));
    AccuracyRecordingLoss weighted = new AccuracyRecordingLoss(weights);
    INDArray labels = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}});
    INDArray logits = Nd4j.createFromArray(new float[][] {{1, 0}, {2, 0}});
    INDArray gradient =
        weighted.computeGradient(labels, logits.dup(), new ActivationSoftmax(), null);
    double first = 1 / (1 + Math.E);
    double second = 1 / (1 + Math.exp(-2));
    assertEquals(-2 / 3.0 * first, gradient.getDouble(0, 0), 1e-6);
    assertEquals(2 * second, gradient.getDouble(1, 0), 1e-6);
    double loss = weighted.computeScore(labels, logits.dup(), new ActivationSoftmax(), null, false);
    assertEquals(-2 / 3.0 * Math.log(1 - first) - 2 * Math.log(1 - second), loss, 1e-5);
  }

  @Test
  void valueAndGradientEqualStockLoss() {
    LossMCXENT stock = new LossMCXENT();
    Nd4j.getRandom().setSeed(9);
    INDArray labels = labels(DataType.FLOAT, 0, 1, 2, 3, 3);
    for (double spread : new double[] {0.1, 3, 60}) {
      for (char order : new char[] {'c', 'f'}) {
        INDArray logits = Nd4j.randn(DataType.FLOAT, 5, 4).muli(spread).dup(order);
        for (boolean average : new boolean[] {true, false}) {
          assertEquals(
              stock.computeScore(labels, logits.dup(), SOFTMAX, null, average),
              loss.computeScore(labels, logits.dup(), SOFTMAX, null, average),
              1e-4 * spread);
        }
        INDArray before = logits.dup();
        INDArray expected = stock.computeGradient(labels, logits.dup(), SOFTMAX, null);
        INDArray actual = loss.computeGradient(labels, logits, SOFTMAX, null);
        assertTrue(expected.sub(actual).amaxNumber().doubleValue() < 1e-6);
        assertEquals(before, logits, "the logits are read again afterwards");
      }
    }
  }

  @Test
  void rightAnswersAreCountedUntilAsked() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray logits =
          Nd4j.createFromArray(new double[][] {{3, 1, 0, 0}, {0, 0, 0, 9}, {0, 5, 0, 1}})
              .castTo(type);
      loss.computeGradient(labels(type, 0, 3, 2), logits, SOFTMAX, null);
      loss.computeGradient(labels(type, 1, 3, 2), logits, SOFTMAX, null);
      assertEquals(3 / 6.0, loss.takeAccuracy());
    }
  }

  @Test
  void nanLogitMakesScoreNan() {
    INDArray logits = Nd4j.zeros(DataType.FLOAT, 1, 4).putScalar(0, 2, Double.NaN);
    assertTrue(
        Double.isNaN(loss.computeScore(labels(DataType.FLOAT, 0), logits, SOFTMAX, null, true)));
  }
}
