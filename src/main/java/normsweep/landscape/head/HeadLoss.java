package normsweep.landscape.head;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import normsweep.tail.TailParameter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Cross-entropy of a head on fixed inputs as a function of its parameters, and the gradient and
 * Hessian of its mean, in double precision and inference mode: dense, norm and activation, dense,
 * softmax; no dropout, batch-norm statistics fixed. Matrices lie unit by unit (see {@link
 * HeadActivation}).
 *
 * <p>Second derivatives are those of Pearlmutter (1994): one product with the Hessian costs two
 * matrix products, and no step size enters.
 */
public final class HeadLoss {
  /** DL4J's cross-entropy takes no logarithm of a probability below 1e-10. */
  private static final double LARGEST = -Math.log(1e-10);

  private static final int PART = 125;

  private final HeadLayout layout;
  private final HeadActivation units;
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
    this.inputs = inputs.castTo(DataType.DOUBLE);
    this.labels = labels.clone();
  }

  public HeadLayout layout() {
    return layout;
  }

  public int images() {
    return labels.length;
  }

  /** The first dense layer's inputs times its weight, without bias. */
  public double[] projection(double[] parameters) {
    TailParameter weight = layout.hiddenWeight();
    int start = Math.toIntExact(weight.offset());
    double[] values =
        Arrays.copyOfRange(parameters, start, start + Math.toIntExact(weight.length()));
    INDArray matrix = Nd4j.create(values, weight.dimensions(), weight.order());
    return inputs.mmul(matrix).dup('f').data().asDouble();
  }

  /**
   * Sum over images of −ln p of the right class, each at most −ln 1e-10 as in training; NaN if a
   * logit is.
   *
   * @param u the first dense layer's outputs for some of the images, bias included
   * @param first index of the first of these images
   */
  public double sum(double[] parameters, double[] u, int first) {
    int images = u.length / layout.units();
    double[] logits = logits(parameters, units.forward(parameters, u));
    double sum = 0;
    for (int n = 0; n < images; n++) {
      double loss = logSum(logits, n, images) - logits[labels[first + n] * images + n];
      sum += Math.min(loss, LARGEST);
    }
    return sum;
  }

  /** The mean loss. */
  public double mean(double[] parameters) {
    return sum(parameters, hidden(parameters), 0) / images();
  }

  /** The mean loss's gradient. */
  public double[] gradient(double[] parameters) {
    return new Expansion(parameters.clone()).gradient();
  }

  /** The mean over images of the square of the gradient of each image's own loss. */
  public double[] meanSquaredGradient(double[] parameters) {
    return new Expansion(parameters.clone()).meanSquaredGradient();
  }

  /**
   * The product of the mean loss's Hessian at {@code parameters} with a vector, on all cores. The
   * parts that the images are divided into, and so the rounding, are those of any machine.
   */
  public UnaryOperator<double[]> hessian(double[] parameters) {
    int parts = (images() + PART - 1) / PART;
    List<Expansion> expansions =
        IntStream.range(0, parts)
            .mapToObj(k -> on(images() * k / parts, images() * (k + 1) / parts))
            .map(part -> part.new Expansion(parameters.clone()))
            .toList();
    return vector -> {
      List<double[]> products =
          expansions.parallelStream().map(expansion -> expansion.multiply(vector)).toList();
      double[] sum = new double[vector.length];
      for (int k = 0; k < parts; k++) {
        double share = (double) expansions.get(k).images / images();
        double[] product = products.get(k);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += share * product[i];
        }
      }
      return sum;
    };
  }

  /** The same head on some of the images. */
  public HeadLoss on(int from, int to) {
    return new HeadLoss(
        layout,
        units,
        inputs.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()),
        Arrays.copyOfRange(labels, from, to));
  }

  private double[] hidden(double[] parameters) {
    double[] u = projection(parameters);
    for (int i = 0; i < u.length; i++) {
      u[i] += layout.hiddenBias(parameters, i / images());
    }
    return u;
  }

  /** W2ᵀ·y + b2. */
  private double[] logits(double[] parameters, double[] y) {
    int images = y.length / layout.units();
    double[] logits = new double[layout.classes() * images];
    for (int k = 0; k < layout.classes(); k++) {
      Arrays.fill(logits, k * images, (k + 1) * images, parameters[layout.outputBias() + k]);
    }
    addProduct(parameters, y, logits, images);
    return logits;
  }

  // Four units at a time: the logits are read and written a quarter as often.
  private void addProduct(double[] parameters, double[] y, double[] logits, int images) {
    int units = layout.units();
    for (int j = 0; j < units; j += 4) {
      for (int k = 0; k < layout.classes(); k++) {
        if (j + 4 <= units) {
          addFour(parameters, y, j, logits, k, images);
        } else {
          for (int last = j; last < units; last++) {
            double weight = parameters[layout.outputWeight(last, k)];
            axpy(weight, y, last * images, logits, k * images, images);
          }
        }
      }
    }
  }

  private void addFour(double[] parameters, double[] y, int j, double[] logits, int k, int images) {
    double w0 = parameters[layout.outputWeight(j, k)];
    double w1 = parameters[layout.outputWeight(j + 1, k)];
    double w2 = parameters[layout.outputWeight(j + 2, k)];
    double w3 = parameters[layout.outputWeight(j + 3, k)];
    int to = k * images;
    int y0 = j * images;
    int y1 = y0 + images;
    int y2 = y1 + images;
    int y3 = y2 + images;
    for (int n = 0; n < images; n++) {
      logits[to + n] += w0 * y[y0 + n] + w1 * y[y1 + n] + w2 * y[y2 + n] + w3 * y[y3 + n];
    }
  }

  private static void axpy(double factor, double[] x, int from, double[] y, int to, int length) {
    for (int n = 0; n < length; n++) {
      y[to + n] += factor * x[from + n];
    }
  }

  // Four sums side by side: a single one would wait for each addition.
  private static double dot(double[] x, int xFrom, double[] y, int yFrom, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int n = 0;
    for (; n + 4 <= length; n += 4) {
      a += x[xFrom + n] * y[yFrom + n];
      b += x[xFrom + n + 1] * y[yFrom + n + 1];
      c += x[xFrom + n + 2] * y[yFrom + n + 2];
      d += x[xFrom + n + 3] * y[yFrom + n + 3];
    }
    for (; n < length; n++) {
      a += x[xFrom + n] * y[yFrom + n];
    }
    return a + b + c + d;
  }

  private static double[] squared(double[] values) {
    return Arrays.stream(values).map(value -> value * value).toArray();
  }

  private double logSum(double[] logits, int n, int images) {
    double max = logits[n];
    for (int i = n; i < logits.length; i += images) {
      max = Math.max(max, logits[i]);
    }
    double sum = 0;
    for (int i = n; i < logits.length; i += images) {
      sum += Math.exp(logits[i] - max);
    }
    return max + Math.log(sum);
  }

  /** Everything about one point that products with the Hessian share. */
  private final class Expansion {
    private final int images = images();
    private final double[] parameters;
    private final double[] u;
    private final double[] y;
    private final double[] probabilities;
    private final double[] dlogits;
    private final double[] dy;

    Expansion(double[] parameters) {
      this.parameters = parameters;
      u = hidden(parameters);
      y = units.forward(parameters, u);
      probabilities = logits(parameters, y);
      for (int n = 0; n < images; n++) {
        double logSum = logSum(probabilities, n, images);
        for (int i = n; i < probabilities.length; i += images) {
          probabilities[i] = Math.exp(probabilities[i] - logSum);
        }
      }
      dlogits = new double[probabilities.length];
      Arrays.setAll(
          dlogits, i -> (probabilities[i] - (labels[i % images] == i / images ? 1 : 0)) / images);
      dy = new double[u.length];
      addBack(parameters, dlogits, dy);
    }

    // Where nothing moves, the tangent of the loss's gradient by the units is that gradient itself.
    double[] gradient() {
      double[] gradient = new double[layout.length()];
      double[] still = new double[layout.length()];
      double[] same = new double[u.length];
      addHidden(
          inputs, units.backwardTangent(parameters, still, u, same, dy, dy, gradient), gradient);
      addOutput(y, dlogits, gradient);
      addOutputBias(dlogits, gradient);
      return gradient;
    }

    // The gradient of a weight by one image is a product, and so is its square.
    double[] meanSquaredGradient() {
      double[] sum = new double[layout.length()];
      double[] still = new double[layout.length()];
      double[] own = new double[layout.length()];
      double[] du = new double[u.length];
      for (int n = 0; n < images; n++) {
        double[] change = image(dy, n);
        double[] same = new double[change.length];
        double[] by =
            units.backwardTangent(parameters, still, image(u, n), same, change, change, own);
        for (int j = 0; j < by.length; j++) {
          du[j * images + n] = by[j];
        }
        for (int i = 0; i < own.length; i++) {
          sum[i] += own[i] * own[i];
          own[i] = 0;
        }
      }
      double[] output = squared(dlogits);
      addHidden(inputs.mul(inputs), squared(du), sum);
      addOutput(squared(y), output, sum);
      addOutputBias(output, sum);
      // The loss of one image enters the mean divided by their number.
      return Arrays.stream(sum).map(square -> square * images).toArray();
    }

    private double[] image(double[] values, int n) {
      double[] one = new double[values.length / images];
      Arrays.setAll(one, j -> values[j * images + n]);
      return one;
    }

    double[] multiply(double[] v) {
      double[] product = new double[layout.length()];
      double[] tu = hidden(v);
      double[] ty = units.forwardTangent(parameters, v, u, tu);
      double[] tdlogits = logits(v, y);
      addProduct(parameters, ty, tdlogits, images);
      softmaxTangent(tdlogits);
      double[] tdy = new double[u.length];
      addBack(parameters, tdlogits, tdy);
      addBack(v, dlogits, tdy);
      addHidden(inputs, units.backwardTangent(parameters, v, u, tu, dy, tdy, product), product);
      addOutput(ty, dlogits, product);
      addOutput(y, tdlogits, product);
      addOutputBias(tdlogits, product);
      return product;
    }

    private void addOutputBias(double[] dlogits, double[] gradient) {
      for (int i = 0; i < dlogits.length; i++) {
        gradient[layout.outputBias() + i / images] += dlogits[i];
      }
    }

    /** Tangents of logits, in place, to those of the loss's gradient by the logits. */
    private void softmaxTangent(double[] t) {
      for (int n = 0; n < images; n++) {
        double mean = 0;
        for (int i = n; i < t.length; i += images) {
          mean += probabilities[i] * t[i];
        }
        for (int i = n; i < t.length; i += images) {
          t[i] = probabilities[i] * (t[i] - mean) / images;
        }
      }
    }

    /** Adds W2·dlogits to {@code dy}. */
    private void addBack(double[] parameters, double[] dlogits, double[] dy) {
      for (int j = 0; j < layout.units(); j++) {
        for (int k = 0; k < layout.classes(); k++) {
          double weight = parameters[layout.outputWeight(j, k)];
          axpy(weight, dlogits, k * images, dy, j * images, images);
        }
      }
    }

    /** Adds y·dlogitsᵀ to the second dense layer's part of {@code gradient}. */
    private void addOutput(double[] y, double[] dlogits, double[] gradient) {
      for (int k = 0; k < layout.classes(); k++) {
        for (int j = 0; j < layout.units(); j++) {
          double sum = dot(y, j * images, dlogits, k * images, images);
          gradient[layout.outputWeight(j, k)] += sum;
        }
      }
    }

    /** Writes the first dense layer's part of {@code gradient}, given that by its outputs. */
    private void addHidden(INDArray inputs, double[] du, double[] gradient) {
      TailParameter weight = layout.hiddenWeight();
      INDArray change = Nd4j.create(du, new long[] {images, layout.units()}, 'f');
      double[] product = inputs.transpose().mmul(change).dup(weight.order()).data().asDouble();
      System.arraycopy(product, 0, gradient, Math.toIntExact(weight.offset()), product.length);
      if (layout.hiddenBias() != HeadLayout.NONE) {
        for (int i = 0; i < du.length; i++) {
          gradient[layout.hiddenBias() + i / images] += du[i];
        }
      }
    }
  }
}
