package normsweep.model.fused;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Moments of every channel of z = X·W without z. X has a row for every image and position, n in
 * all; with s = Σx and C = Xᵀ·X − s·sᵀ/n, a channel whose kernel is w has the mean sᵀw/n and the
 * variance wᵀCw/n, and Xᵀ·(z − mean) = C·w, the part of the kernel's gradient that batch norm adds.
 * As there are far fewer inputs than channels and C is symmetric, C and C·W take less than a
 * quarter of the arithmetic of X·W.
 */
final class FeatureMoments {
  private final int inputs;
  private final int channels;
  private final FloatPointer[] gramByLane;
  private final double[][] sumByLane;
  private final FloatPointer centred;
  private final FloatPointer product;

  /** Features by row for loops, and behind them Σ of each image's; filled anew for each batch. */
  float[][] rows = {};

  private int sumRows;

  /** Σ of the batch's features. */
  final double[] sum;

  /** W as it was multiplied, by input. */
  final float[][] kernel;

  /** C·W by input. */
  final float[][] spread;

  // By channel.
  final double[] mean;
  final double[] variance;

  FeatureMoments(int laneCount, int inputs, int channels) {
    this.inputs = inputs;
    this.channels = channels;
    gramByLane = new FloatPointer[laneCount];
    Arrays.setAll(gramByLane, lane -> new FloatPointer((long) inputs * inputs));
    sumByLane = new double[laneCount][inputs];
    centred = new FloatPointer((long) inputs * inputs);
    product = new FloatPointer((long) inputs * channels);
    sum = new double[inputs];
    kernel = new float[inputs][channels];
    spread = new float[inputs][channels];
    mean = new double[channels];
    variance = new double[channels];
  }

  /** Computes everything there is for a batch. */
  void compute(FusedBatch batch, FloatPointer x, FloatPointer w, Lanes lanes) {
    reserve(batch);
    FloatBuffer values = x.asBuffer();
    lanes.split(batch.images(), (lane, from, to) -> gather(batch, x, values, lane, from, to));
    centre(batch, lanes);
    FloatBuffer weights = w.asBuffer();
    FloatBuffer products = product.asBuffer();
    lanes.split(
        channels,
        (lane, from, to) -> {
          Gemm.multiply(
              Gemm.Matrix.of(centred, inputs, inputs),
              Gemm.Matrix.of(w, inputs, channels).columns(from, to),
              Gemm.Matrix.of(product, inputs, channels).columns(from, to));
          Arrays.fill(mean, from, to, 0);
          Arrays.fill(variance, from, to, 0);
          for (int i = 0; i < inputs; i++) {
            weights.get(i * channels + from, kernel[i], from, to - from);
            products.get(i * channels + from, spread[i], from, to - from);
            ChannelLoops.moments(kernel[i], spread[i], sum[i], mean, variance, from, to);
          }
          for (int c = from; c < to; c++) {
            mean[c] /= batch.count();
            variance[c] = Math.max(0, variance[c] / batch.count());
          }
        });
  }

  private void reserve(FusedBatch batch) {
    sumRows = batch.images() * batch.positions();
    if (rows.length < sumRows + batch.images()) {
      rows = new float[sumRows + batch.images()][inputs];
    }
  }

  /** Which row holds Σ of an image's features. */
  int sumRow(int image) {
    return sumRows + image;
  }

  private void gather(
      FusedBatch batch, FloatPointer x, FloatBuffer values, int lane, int from, int to) {
    double[] laneSum = sumByLane[lane];
    Arrays.fill(laneSum, 0);
    for (int image = from; image < to; image++) {
      float[] imageSum = rows[sumRow(image)];
      Arrays.fill(imageSum, 0f);
      for (int p = 0; p < batch.positions(); p++) {
        int row = image * batch.positions() + p;
        values.get(row * inputs, rows[row]);
        ChannelLoops.add(rows[row], 1f, imageSum, inputs);
      }
      // Single precision is good for the sum over one image; over a batch it is not.
      for (int i = 0; i < inputs; i++) {
        laneSum[i] += imageSum[i];
      }
    }
    Gemm.gram(batch.features(x, from, to), Gemm.Matrix.of(gramByLane[lane], inputs, inputs));
  }

  private void centre(FusedBatch batch, Lanes lanes) {
    Arrays.fill(sum, 0);
    for (int lane = 0; lane < lanes.count(); lane++) {
      for (int i = 0; lanes.isBusy(lane, batch.images()) && i < inputs; i++) {
        sum[i] += sumByLane[lane][i];
      }
    }
    float[] total = new float[inputs * inputs];
    gramByLane[0].get(total);
    float[] another = new float[inputs * inputs];
    for (int lane = 1; lane < lanes.count(); lane++) {
      if (lanes.isBusy(lane, batch.images())) {
        gramByLane[lane].get(another);
        ChannelLoops.add(another, 1f, total, total.length);
      }
    }
    // Of each product Gemm gives the half above the diagonal.
    for (int i = 0; i < inputs; i++) {
      for (int j = i; j < inputs; j++) {
        float value = (float) (total[i * inputs + j] - sum[i] * sum[j] / batch.count());
        total[i * inputs + j] = value;
        total[j * inputs + i] = value;
      }
    }
    centred.put(total);
  }
}
