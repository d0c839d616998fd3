package normsweep.landscape.head;

import java.util.Arrays;
import java.util.Locale;
import normsweep.tail.TailParameter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mean cross-entropy of a head on fixed inputs as a function of its parameters, with gradient and
 * Hessian, in double precision and inference mode: dense, norm and activation, dense, softmax; no
 * dropout, batch-norm statistics fixed. Matrices lie unit by unit (see {@link HeadActivation}).
 *
 * <p>Second derivatives are those of Pearlmutter (1994): one product with the Hessian costs two
 * matrix products, and no step size enters.
 */
public final class HeadLoss implements LossFunction {
  private final HeadLayout layout;
  private final HeadActivation units;
  private final SoftmaxLoss softmax;
  private final INDArray inputs;
  private final int[] labels;

  /**
   * A head's loss.
   *
   * @param inputs what the first dense layer sees, [images, inputs]
   * @param labels the images' classes
   */
  HeadLoss(HeadLayout layout, HeadActivation units, INDArray inputs, int[] labels) {
    this.layout = layout;
    this.units = units;
    this.softmax = new SoftmaxLoss(layout.classes());
    this.inputs = inputs.castTo(org.nd4j.linalg.api.buffer.DataType.DOUBLE);
    this.labels = labels.clone();
    if (inputs.size(0) != labels.length || inputs.size(1) != layout.inputs()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "inputs %s for %d labels and %d inputs of the head",
              Arrays.toString(inputs.shape()),
              labels.length,
              layout.inputs()));
    }
  }

  public HeadLayout layout() {
    return layout;
  }

  public HeadActivation units() {
    return units;
  }

  public int[] labels() {
    return labels.clone();
  }

  int images() {
    return labels.length;
  }

  @Override
  public double loss(double[] parameters) {
    double[] y = new double[layout.units() * images()];
    units.forward(parameters, hidden(parameters), y, images());
    double[] logits = new double[layout.classes() * images()];
    logits(parameters, y, logits, images());
    return softmax.sum(logits, labels, 0, images()) / images();
  }

  /** The gradient at {@code parameters}. */
  double[] gradient(double[] parameters) {
    return new Expansion(parameters).gradient;
  }

  /** The Hessian at {@code parameters}. */
  public HessianVector hessian(double[] parameters) {
    Expansion expansion = new Expansion(parameters);
    return (vector, product) -> expansion.multiply(vector, product);
  }

  /** Inputs times the hidden weight, without bias. */
  public double[] projection(double[] parameters) {
    return inputs.mmul(matrix(parameters)).dup('f').data().asDouble();
  }

  private double[] hidden(double[] parameters) {
    double[] u = projection(parameters);
    if (layout.hiddenBias() != HeadLayout.NONE) {
      for (int i = 0; i < u.length; i++) {
        u[i] += parameters[layout.hiddenBias() + i / images()];
      }
    }
    return u;
  }

  private INDArray matrix(double[] parameters) {
    TailParameter weight = layout.hiddenWeight();
    int start = Math.toIntExact(weight.offset());
    double[] values =
        Arrays.copyOfRange(parameters, start, start + Math.toIntExact(weight.length()));
    return Nd4j.create(values, weight.dimensions(), weight.order());
  }

  /** Writes W2ᵀ·y + b2 to {@code logits}. */
  public void logits(double[] parameters, double[] y, double[] logits, int images) {
    for (int k = 0; k < layout.classes(); k++) {
      Arrays.fill(logits, k * images, (k + 1) * images, parameters[layout.outputBias() + k]);
    }
    addProduct(parameters, y, logits, images);
  }

  // Four units at a time: the logits are read and written a quarter as often.
  private void addProduct(double[] parameters, double[] y, double[] logits, int images) {
    int units = layout.units();
    for (int j = 0; j < units; j += 4) {
      for (int k = 0; k < layout.classes(); k++) {
        if (j + 4 <= units) {
          double w0 = parameters[layout.outputWeight(j, k)];
          double w1 = parameters[layout.outputWeight(j + 1, k)];
          double w2 = parameters[layout.outputWeight(j + 2, k)];
          double w3 = parameters[layout.outputWeight(j + 3, k)];
          axpy4(w0, w1, w2, w3, y, j * images, logits, k * images, images);
        } else {
          for (int last = j; last < units; last++) {
            double weight = parameters[layout.outputWeight(last, k)];
            axpy(weight, y, last * images, logits, k * images, images);
          }
        }
      }
    }
  }

  private static void axpy4(
      double w0,
      double w1,
      double w2,
      double w3,
      double[] x,
      int from,
      double[] y,
      int to,
      int length) {
    int from1 = from + length;
    int from2 = from + 2 * length;
    int from3 = from + 3 * length;
    for (int n = 0; n < length; n++) {
      y[to + n] += w0 * x[from + n] + w1 * x[from1 + n] + w2 * x[from2 + n] + w3 * x[from3 + n];
    }
  }

  private static void axpy(double factor, double[] x, int from, double[] y, int to, int length) {
    for (int n = 0; n < length; n++) {
      y[to + n] += factor * x[from + n];
    }
  }

  private static double dot(double[] x, int from, double[] y, int to, int length) {
    double sum = 0;
    for (int n = 0; n < length; n++) {
      sum += x[from + n] * y[to + n];
    }
    return sum;
  }

  /** Adds the gradient of both dense layers, given that of the logits and of the hidden inputs. */
  private void addHiddenGradient(double[] du, double[] gradient) {
    TailParameter weight = layout.hiddenWeight();
    INDArray change = Nd4j.create(du, new long[] {images(), layout.units()}, 'f');
    double[] product = inputs.transpose().mmul(change).dup(weight.order()).data().asDouble();
    System.arraycopy(product, 0, gradient, Math.toIntExact(weight.offset()), product.length);
    if (layout.hiddenBias() != HeadLayout.NONE) {
      for (int i = 0; i < du.length; i++) {
        gradient[layout.hiddenBias() + i / images()] += du[i];
      }
    }
  }

  private void addOutputGradient(double[] y, double[] dlogits, double[] gradient) {
    int n = images();
    for (int k = 0; k < layout.classes(); k++) {
      for (int j = 0; j < layout.units(); j++) {
        gradient[layout.outputWeight(j, k)] += dot(y, j * n, dlogits, k * n, n);
      }
    }
  }

  private void addBiasGradient(double[] dlogits, double[] gradient) {
    for (int i = 0; i < dlogits.length; i++) {
      gradient[layout.outputBias() + i / images()] += dlogits[i];
    }
  }

  /** Adds W2·dlogits to {@code dy}. */
  private void addBack(double[] parameters, double[] dlogits, double[] dy) {
    int n = images();
    for (int j = 0; j < layout.units(); j++) {
      for (int k = 0; k < layout.classes(); k++) {
        axpy(parameters[layout.outputWeight(j, k)], dlogits, k * n, dy, j * n, n);
      }
    }
  }

  /** Everything about one point that gradient and Hessian share. */
  private final class Expansion {
    private final double[] parameters;
    private final double[] u;
    private final double[] y;
    private final double[] probabilities;
    private final double[] dlogits;
    private final double[] dy;
    private final double[] gradient;

    Expansion(double[] parameters) {
      this.parameters = parameters.clone();
      int n = images();
      u = hidden(parameters);
      y = new double[u.length];
      units.forward(parameters, u, y, n);
      probabilities = new double[layout.classes() * n];
      logits(parameters, y, probabilities, n);
      softmax.probabilities(probabilities, n);
      dlogits = new double[probabilities.length];
      for (int i = 0; i < dlogits.length; i++) {
        dlogits[i] = (probabilities[i] - (labels[i % n] == i / n ? 1 : 0)) / n;
      }
      dy = new double[u.length];
      addBack(parameters, dlogits, dy);
      gradient = new double[layout.length()];
      double[] du = new double[u.length];
      units.backward(parameters, u, dy, du, gradient, n);
      addHiddenGradient(du, gradient);
      addOutputGradient(y, dlogits, gradient);
      addBiasGradient(dlogits, gradient);
    }

    void multiply(double[] v, double[] product) {
      Arrays.fill(product, 0);
      int n = images();
      double[] tu = hidden(v);
      double[] ty = new double[u.length];
      units.forwardTangent(parameters, v, u, tu, ty, n);
      double[] tdlogits = new double[dlogits.length];
      logits(v, y, tdlogits, n);
      addProduct(parameters, ty, tdlogits, n);
      softmaxTangent(tdlogits);
      double[] tdy = new double[u.length];
      addBack(parameters, tdlogits, tdy);
      addBack(v, dlogits, tdy);
      double[] tdu = new double[u.length];
      units.backwardTangent(parameters, v, u, tu, dy, tdy, tdu, product, n);
      addHiddenGradient(tdu, product);
      addOutputGradient(ty, dlogits, product);
      addOutputGradient(y, tdlogits, product);
      addBiasGradient(tdlogits, product);
    }

    /** Tangents of logits, in place, to those of the loss's gradient by the logits. */
    private void softmaxTangent(double[] t) {
      int n = images();
      for (int image = 0; image < n; image++) {
        double mean = 0;
        for (int i = image; i < t.length; i += n) {
          mean += probabilities[i] * t[i];
        }
        for (int i = image; i < t.length; i += n) {
          t[i] = probabilities[i] * (t[i] - mean) / n;
        }
      }
    }
  }
}
