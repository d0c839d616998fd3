package normsweep.tail.fused;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The layer's gradients against central differences of the same function written down in double
 * precision, position by position.
 */
class FusedBlockGradientCheckTest {
  private static final int IMAGES = 5;
  private static final int SIDE = 3;
  private static final int IN = 4;
  private static final int OUT = 6;
  private static final double EPS = 1e-3;
  private static final double STEP = 1e-6;
  private static final double TOLERANCE = 1e-4;

  private final double[][] x = new double[IMAGES * SIDE * SIDE][IN];
  private final double[][] w = new double[IN][OUT];
  private final double[] gamma = new double[OUT];
  private final double[] beta = new double[OUT];
  private final double[][] target = new double[IMAGES][OUT];

  private final double[] runningMean = new double[OUT];
  private final double[] runningVariance = new double[OUT];
  private boolean frozen;

  // Half the summed squared distance of the pooled outputs from their targets.
  private double loss() {
    int rows = x.length;
    int positions = SIDE * SIDE;
    double loss = 0;
    for (int c = 0; c < OUT; c++) {
      double[] z = new double[rows];
      double mean = 0;
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < IN; i++) {
          z[r] += x[r][i] * w[i][c];
        }
        mean += z[r] / rows;
      }
      double variance = 0;
      for (double value : z) {
        variance += (value - mean) * (value - mean) / rows;
      }
      if (frozen) {
        mean = runningMean[c];
        variance = runningVariance[c];
      }
      for (int image = 0; image < IMAGES; image++) {
        double pooled = 0;
        for (int p = 0; p < positions; p++) {
          double hat = (z[image * positions + p] - mean) / Math.sqrt(variance + EPS);
          pooled += Math.min(Math.max(gamma[c] * hat + beta[c], 0), 6) / positions;
        }
        loss += 0.5 * (pooled - target[image][c]) * (pooled - target[image][c]);
      }
    }
    return loss;
  }

  private double slope(double[] values, int index) {
    double value = values[index];
    values[index] = value + STEP;
    double above = loss();
    values[index] = value - STEP;
    double below = loss();
    values[index] = value;
    return (above - below) / (2 * STEP);
  }

  private static void fill(double[] values, Random random, double scale, double shift) {
    for (int i = 0; i < values.length; i++) {
      // Values that single precision holds exactly, so that both sides compute the same function.
      values[i] = (float) (random.nextGaussian() * scale + shift);
    }
  }

  private static void assertClose(double expected, double actual, String what) {
    assertEquals(expected, actual, TOLERANCE * Math.max(1, Math.abs(expected)), what);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsMatchSlopesOfLoss(boolean frozenBatchNorm) {
    frozen = frozenBatchNorm;
    Random random = new Random(17);
    for (double[] row : x) {
      fill(row, random, 1, 0.3);
    }
    for (double[] row : w) {
      fill(row, random, 0.7, 0);
    }
    fill(gamma, random, 3, 0);
    fill(beta, random, 2, 2);
    fill(runningMean, random, 1, 0);
    fill(runningVariance, random, 0.1, 1);
    for (double[] row : target) {
      fill(row, random, 1, 2);
    }

    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .updater(new Sgd(1))
                .graphBuilder()
                .addInputs("features")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, IN, CNN2DFormat.NHWC))
                .addLayer("block", new FusedBlock("block", IN, OUT, 0.9, EPS, frozen), "features")
                .addLayer(
                    "loss",
                    new LossLayer.Builder(LossFunctions.LossFunction.L2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "block")
                .setOutputs("loss")
                .build());
    graph.init();
    graph.setParam("block_W", Nd4j.create(w).castTo(DataType.FLOAT));
    graph.setParam("block_gamma", Nd4j.create(gamma).castTo(DataType.FLOAT).reshape(1, OUT));
    graph.setParam("block_beta", Nd4j.create(beta).castTo(DataType.FLOAT).reshape(1, OUT));
    graph.setParam("block_mean", Nd4j.create(runningMean).castTo(DataType.FLOAT).reshape(1, OUT));
    graph.setParam(
        "block_var", Nd4j.create(runningVariance).castTo(DataType.FLOAT).reshape(1, OUT));
    graph.setInputs(Nd4j.create(x).castTo(DataType.FLOAT).dup('c').reshape(IMAGES, SIDE, SIDE, IN));
    graph.setLabels(Nd4j.create(target).castTo(DataType.FLOAT));
    graph.computeGradientAndScore();

    // DL4J's L2 is the summed squared error: twice the loss above.
    INDArray kernel = graph.gradient().getGradientFor("block_W");
    for (int i = 0; i < IN; i++) {
      for (int c = 0; c < OUT; c++) {
        assertClose(slope(w[i], c), kernel.getDouble(i, c) / 2, "dW " + i + "," + c);
      }
    }
    INDArray dGamma = graph.gradient().getGradientFor("block_gamma");
    INDArray dBeta = graph.gradient().getGradientFor("block_beta");
    for (int c = 0; c < OUT; c++) {
      assertClose(frozen ? 0 : slope(gamma, c), dGamma.getDouble(c) / 2, "dgamma " + c);
      assertClose(frozen ? 0 : slope(beta, c), dBeta.getDouble(c) / 2, "dbeta " + c);
    }
  }
}
