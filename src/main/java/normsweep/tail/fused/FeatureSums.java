package normsweep.tail.fused;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * What a training step needs of a batch's features X (one row for every image and position, n in
 * all) whatever the weights: the rows as arrays, s = Σx of each image and of all, and C = Xᵀ·X −
 * s·sᵀ/n.
 */
final class FeatureSums {
  // Few enough for the rows to be still in the cache when they are multiplied.
  private static final int IMAGES_PER_PRODUCT = 4;

  private final int inputs;
  private final Share[] shares;
  private final float[] gram;
  private final float[] another;

  /** Features by image and position. */
  float[][] rows = {};

  /** Σ of each image's features. */
  float[][] imageSums = {};

  /** Σ of the batch's features. */
  final double[] sum;

  /** C. */
  final FloatPointer centred;

  /** Sums over one worker's images. */
  private static final class Share {
    final double[] sum;
    final FloatPointer gram;

    Share(int inputs) {
      sum = new double[inputs];
      gram = new FloatPointer((long) inputs * inputs);
    }
  }

  FeatureSums(int inputs, int workerCount) {
    this.inputs = inputs;
    shares = new Share[workerCount];
    Arrays.setAll(shares, worker -> new Share(inputs));
    gram = new float[inputs * inputs];
    another = new float[inputs * inputs];
    sum = new double[inputs];
    centred = new FloatPointer((long) inputs * inputs);
  }

  /** Computes everything for the features of a batch. */
  void compute(FusedBatch batch, FloatPointer x, Workers workers) {
    if (imageSums.length < batch.images()) {
      rows = new float[batch.images() * batch.positions()][inputs];
      imageSums = new float[batch.images()][inputs];
    }
    FloatBuffer values = x.asBuffer();
    workers.split(
        batch.images(),
        (worker, from, to) -> {
          Share share = shares[worker];
          Arrays.fill(share.sum, 0);
          share.gram.zero();
          for (int first = from; first < to; first += IMAGES_PER_PRODUCT) {
            int last = Math.min(first + IMAGES_PER_PRODUCT, to);
            for (int image = first; image < last; image++) {
              read(values, image, batch.positions(), share.sum);
            }
            Gemm.addGram(
                batch.features(x, first, last), Gemm.Matrix.of(share.gram, inputs, inputs));
          }
        });
    centre(batch.count());
  }

  // Single precision is good for the sum over one image; over a batch it is not.
  private void read(FloatBuffer values, int image, int positions, double[] batchSum) {
    float[] imageSum = imageSums[image];
    Arrays.fill(imageSum, 0f);
    for (int row = image * positions; row < (image + 1) * positions; row++) {
      values.get(row * inputs, rows[row]);
      ChannelLoops.add(rows[row], 1f, imageSum, inputs);
    }
    for (int i = 0; i < inputs; i++) {
      batchSum[i] += imageSum[i];
    }
  }

  private void centre(double count) {
    Arrays.fill(sum, 0);
    Arrays.fill(gram, 0f);
    for (Share share : shares) {
      for (int i = 0; i < inputs; i++) {
        sum[i] += share.sum[i];
      }
      share.gram.get(another);
      ChannelLoops.add(another, 1f, gram, gram.length);
    }
    // Of each product Gemm gives the half above the diagonal.
    for (int i = 0; i < inputs; i++) {
      for (int j = i; j < inputs; j++) {
        float value = (float) (gram[i * inputs + j] - sum[i] * sum[j] / count);
        gram[i * inputs + j] = value;
        gram[j * inputs + i] = value;
      }
    }
    centred.put(gram);
  }
}
