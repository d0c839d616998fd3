package normsweep.tail;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a SameDiff layer with correct gradients. It corrects three faults of Deeplearning4j
 * 1.0.0-M2.1:
 *
 * <ul>
 *   <li>its function of external errors enters the error of the layer's output twice, so that every
 *       gradient in and before the layer comes out doubled;
 *   <li>{@code setParam} checks the shape of a parameter and then drops the value;
 *   <li>building the gradient prints one line per operation to standard output.
 * </ul>
 */
class ExactSameDiffLayer extends SameDiffLayer {
  private static final long serialVersionUID = 1L;

  /** A power of two: the product is exact. */
  private static final double ONE_OF_TWO = 0.5;

  private static final String CHATTER = "Added differentiated op ";

  ExactSameDiffLayer(NeuralNetConfiguration configuration, DataType dataType) {
    super(configuration, dataType);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray error, LayerWorkspaceMgr workspaceManager) {
    INDArray half = error.mul(ONE_OF_TWO);
    if (sameDiff != null && sameDiff.hasGradientFunction()) {
      return super.backpropGradient(half, workspaceManager);
    }
    PrintStream out = System.out;
    System.setOut(withoutChatter(out));
    try {
      return super.backpropGradient(half, workspaceManager);
    } finally {
      System.setOut(out);
    }
  }

  private static PrintStream withoutChatter(PrintStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8) {
      @Override
      public void println(String line) {
        if (line == null || !line.startsWith(CHATTER)) {
          super.println(line);
        }
      }
    };
  }

  @Override
  public void setParam(String key, INDArray value) {
    super.setParam(key, value);
    paramTable.get(key).assign(value);
  }
}
