package normsweep.train;

import java.nio.FloatBuffer;
import normsweep.model.fused.Native;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Cross-entropy that also counts right answers while it computes its gradient, so that training
 * accuracy costs no second forward pass. It exists only while a tail trains; saved networks hold
 * the stock loss.
 *
 * <p>Softmax with cross-entropy on a few hundred single-precision values is computed in place here:
 * the stock loss takes a dozen operations for it, which cost more than the classifier's product.
 * Value and gradient are those of the stock loss, clipping of probabilities included.
 */
final class AccuracyRecordingLoss extends LossMCXENT {
  private static final long serialVersionUID = 1L;

  private long right;
  private long images;

  @Override
  public double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    if (!isPlain(labels, preOutput, activation, mask)) {
      return super.computeScore(labels, preOutput, activation, mask, average);
    }
    int classes = Math.toIntExact(preOutput.size(1));
    float[] p = Native.values(rowMajor(preOutput));
    float[] target = Native.values(rowMajor(labels));
    double score = 0;
    for (int at = 0; at < p.length; at += classes) {
      softmax(p, at, classes);
      for (int c = at; c < at + classes; c++) {
        double clipped = Math.min(Math.max(p[c], softmaxClipEps), 1 - softmaxClipEps);
        score -= target[c] == 0 ? 0 : target[c] * Math.log(clipped);
      }
    }
    return average ? score / preOutput.size(0) : score;
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    images += labels.size(0);
    if (!isPlain(labels, preOutput, activation, mask)) {
      right +=
          preOutput
              .argMax(1)
              .eq(labels.argMax(1))
              .castTo(labels.dataType())
              .sumNumber()
              .longValue();
      return super.computeGradient(labels, preOutput, activation, mask);
    }
    int classes = Math.toIntExact(preOutput.size(1));
    INDArray gradient = preOutput.dup('c');
    FloatBuffer values = Native.floats(gradient);
    float[] p = new float[Math.toIntExact(gradient.length())];
    values.get(0, p);
    float[] target = Native.values(rowMajor(labels));
    for (int at = 0; at < p.length; at += classes) {
      right += largest(p, at, classes) == largest(target, at, classes) ? 1 : 0;
      softmax(p, at, classes);
      for (int c = at; c < at + classes; c++) {
        p[c] -= target[c];
      }
    }
    values.put(0, p);
    return gradient;
  }

  private boolean isPlain(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    return mask == null
        && weights == null
        && activation instanceof ActivationSoftmax
        && preOutput.rank() == 2
        && preOutput.dataType() == DataType.FLOAT
        && labels.dataType() == DataType.FLOAT;
  }

  private static INDArray rowMajor(INDArray array) {
    return Native.holds(array) ? array : array.dup('c');
  }

  private static int largest(float[] values, int from, int count) {
    int best = from;
    for (int i = from + 1; i < from + count; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  // In place; the largest value becomes exp(0), so that nothing overflows. A NaN spreads over all.
  private static void softmax(float[] values, int from, int count) {
    float top = values[largest(values, from, count)];
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      double e = Math.exp(values[i] - top);
      values[i] = (float) e;
      sum += e;
    }
    for (int i = from; i < from + count; i++) {
      values[i] = (float) (values[i] / sum);
    }
  }

  /** The share of right answers since the last call. */
  double takeAccuracy() {
    double accuracy = (double) right / images;
    right = 0;
    images = 0;
    return accuracy;
  }
}
