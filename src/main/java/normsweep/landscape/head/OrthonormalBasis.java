package normsweep.landscape.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Orthonormal vectors to which others are added by Gram–Schmidt's method with reorthogonalisation
 * (Daniel, Gragg, Kaufman &amp; Stewart 1976). OpenBLAS 0.3.19, which Deeplearning4j brings along,
 * returns wrong QR factors with its AVX-512 kernels, so its LAPACK is no alternative.
 */
public final class OrthonormalBasis {
  private static final int CHUNK = 1 << 13;
  // A pass that leaves this much of a vector has left nothing along the basis but rounding.
  private static final double ENOUGH = 0.7;

  private final List<double[]> vectors = new ArrayList<>();

  /** Number of vectors. */
  public int size() {
    return vectors.size();
  }

  /** The vectors, in the order in which they were added. */
  public List<double[]> vectors() {
    return Collections.unmodifiableList(vectors);
  }

  /** Appends a vector of unit length that is orthogonal to all others. */
  public void add(double[] vector) {
    vectors.add(vector);
  }

  /**
   * Takes away from a vector what lies along the basis.
   *
   * @return the length of what is left
   */
  public double orthogonalise(double[] vector) {
    double before = norm(vector);
    double left = before;
    // Twice is enough (Parlett 1980).
    for (int pass = 0; pass < 2; pass++) {
      addTo(vector, vectors.parallelStream().mapToDouble(q -> -dot(q, vector)).toArray());
      left = norm(vector);
      if (left > ENOUGH * before) {
        break;
      }
    }
    return left;
  }

  /** Adds a combination of the first of the vectors. */
  public void addTo(double[] vector, double[] weights) {
    // In pieces that stay in the cache while the whole basis passes.
    IntStream.range(0, (vector.length + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(
            chunk -> {
              int to = Math.min(vector.length, (chunk + 1) * CHUNK);
              for (int k = 0; k < weights.length; k++) {
                double[] q = vectors.get(k);
                double weight = weights[k];
                for (int i = chunk * CHUNK; i < to; i++) {
                  vector[i] += weight * q[i];
                }
              }
            });
  }

  /** The sum of products. Four sums side by side: a single one would wait for each addition. */
  public static double dot(double[] x, double[] y) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = x.length - x.length % 4;
    for (int i = 0; i < whole; i += 4) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
    }
    for (int i = whole; i < x.length; i++) {
      a += x[i] * y[i];
    }
    return a + b + c + d;
  }

  /** The Euclidean length. */
  public static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  /** A multiple of a vector. */
  public static double[] scaled(double[] x, double factor) {
    return Arrays.stream(x).map(value -> factor * value).toArray();
  }
}
