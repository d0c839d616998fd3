package normsweep.tail.fused;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import normsweep.device.HostMemory;
import normsweep.tail.BatchReader;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes a {@link FusedBlock}.
 *
 * <p>Training, with n = N·H·W: the batch's mean and variance by channel come from {@link
 * FeatureMoments}, before any z = X·W is there, and what those need of X alone is mostly computed
 * during the step before ({@link PreparedFeatures}). So forward, each worker multiplies some images
 * at a time and goes over their z once, while it is in the cache: y is added up, and where 0 &lt; y
 * &lt; 6 is kept, one bit per position. Nothing else is: with g the gradient of y at these
 * positions, dz = γ/σ·(g − dβ/n − (z−μ)/σ·dγ/n) and dW = Xᵀ·dz = γ/σ·(D − C·W/σ·dγ/n − s·dβ/n),
 * where D = Xᵀ·g is a sum of few features ({@link ActiveSums}), dβ = Σ g and dγ = (Σ W·D − μ·dβ)/σ.
 * With a frozen batch norm, dz = γ/σ·g and dW = γ/σ·D. In the backward pass, each channel is
 * computed by one worker alone; its gradient does not depend on which.
 */
public final class FusedBlockLayer extends BaseLayer<FusedBlock> {
  private static final long serialVersionUID = 1L;

  private final transient Workers workers = Workers.shared();
  private transient FusedBlockBuffers buffers;
  private transient PreparedFeatures ready;
  private transient PreparedFeatures trained;
  private transient boolean measuring;
  private transient List<ActivationSpread> measured = List.of();

  /**
   * Mean and standard deviation of all values of an activation, over images, positions and
   * channels.
   */
  public record ActivationSpread(double mean, double deviation) {
    private static ActivationSpread of(double mean, double meanSquare, double count) {
      double variance = Math.max(0, meanSquare - mean * mean);
      return new ActivationSpread(mean, Math.sqrt(variance * count / (count - 1)));
    }
  }

  /** Made by {@link FusedBlock#instantiate}. */
  public FusedBlockLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /** What reads batches to train on into an array, ahead of their step. */
  BatchReader reader(INDArray array) {
    return new PreparedFeatures(
        batch(array), HostMemory.pointer(array), workers, features -> ready = features);
  }

  /** Sets whether training steps measure {@link #measured}, which takes one pass more. */
  public void measure(boolean on) {
    measuring = on;
  }

  /**
   * What convolution, batch norm and activation function gave in the last training step that
   * measured it, in this order; empty if none has yet.
   */
  public List<ActivationSpread> measured() {
    return measured;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    // A setting of the process, which stock tails change, and of the thread: repeated every time.
    Gemm.useCallingThreadOnly();
    FusedBatch batch = batch(input);
    input = Native.rowMajor(input, workspaceMgr, ArrayType.INPUT);
    if (buffers == null || !buffers.fit(batch)) {
      buffers = new FusedBlockBuffers(workers.count(), batch);
    }
    INDArray output =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATIONS,
            DataType.FLOAT,
            new long[] {batch.images(), batch.channels()},
            'c');
    FloatPointer x = HostMemory.pointer(input);
    FloatPointer w = HostMemory.pointer(params.get(FusedBlock.KERNEL));
    if (training) {
      buffers.reserve(batch);
      trained = prepared(batch, x);
    }
    if (training && !layerConf().frozen) {
      buffers.moments.compute(trained, w, workers);
      normaliseBy(buffers.moments.mean, buffers.moments.variance);
    } else {
      normaliseBy(doubles(params.get(FusedBlock.MEAN)), doubles(params.get(FusedBlock.VARIANCE)));
    }
    multiplyAndPool(batch, x, w, output, training);
    if (training && measuring) {
      measured = spreads(batch, w, output);
    }
    return output;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    FusedBatch batch = batch(input);
    float[] upstream = new float[batch.images() * batch.channels()];
    Native.floats(Native.rowMajor(epsilon, workspaceMgr, ArrayType.BP_WORKING_MEM))
        .get(0, upstream);
    ChannelLoops.multiply(upstream, 1f / batch.positions(), upstream.length);

    FloatBuffer dw = Native.floats(gradientViews.get(FusedBlock.KERNEL));
    float[] gamma = Native.values(params.get(FusedBlock.GAMMA));
    AtomicInteger next = new AtomicInteger();
    workers.split(
        workers.count(),
        (worker, from, to) -> {
          // Channels differ in how many positions are active: a worker that is done takes more.
          int first;
          while ((first = next.getAndAdd(buffers.channelBlock)) < batch.channels()) {
            int last = Math.min(first + buffers.channelBlock, batch.channels());
            channelsBack(batch, upstream, gamma, first, last, buffers.workers[worker], dw);
          }
        });
    if (!layerConf().frozen) { // else all of these stay 0
      Native.floats(gradientViews.get(FusedBlock.GAMMA)).put(0, buffers.gammaGradient);
      Native.floats(gradientViews.get(FusedBlock.BETA)).put(0, buffers.betaGradient);
      moveRunningStatistics(batch);
    }

    Gradient gradient = new DefaultGradient();
    gradientViews.forEach(gradient::setGradientFor);
    return new Pair<>(gradient, null); // nothing below this layer learns
  }

  /** The running statistics travel as finished updates (see {@link FusedBlock}). */
  @Override
  public boolean updaterDivideByMinibatch(String key) {
    return !FusedBlock.MEAN.equals(key) && !FusedBlock.VARIANCE.equals(key);
  }

  /**
   * Means, then biased variances, of every channel of X·W over features [N, H, W, C] that lie
   * outside any workspace; nothing is trained or moved.
   */
  public double[][] moments(INDArray features) {
    Gemm.useCallingThreadOnly();
    FusedBatch batch = batch(features);
    PreparedFeatures given =
        new PreparedFeatures(batch, HostMemory.pointer(features), workers, ready -> {});
    given.compute();
    FeatureMoments moments = new FeatureMoments(batch.inputs(), batch.channels());
    moments.compute(given, HostMemory.pointer(params.get(FusedBlock.KERNEL)), workers);
    return new double[][] {moments.mean, moments.variance};
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  private PreparedFeatures prepared(FusedBatch batch, FloatPointer x) {
    PreparedFeatures given = ready;
    ready = null;
    if (given == null || !given.isOf(batch, x)) {
      given = new PreparedFeatures(batch, x, workers, features -> {});
      given.compute();
    }
    return given;
  }

  private FusedBatch batch(INDArray x) {
    return new FusedBatch(
        Math.toIntExact(x.size(0)),
        Math.toIntExact(x.size(1) * x.size(2)),
        Math.toIntExact(layerConf().getNIn()),
        Math.toIntExact(layerConf().getNOut()));
  }

  private static double[] doubles(INDArray array) {
    float[] values = Native.values(array);
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  private double deviation(double variance) {
    return Math.sqrt(variance + layerConf().eps);
  }

  private void normaliseBy(double[] mean, double[] variance) {
    float[] gamma = Native.values(params.get(FusedBlock.GAMMA));
    float[] beta = Native.values(params.get(FusedBlock.BETA));
    for (int c = 0; c < gamma.length; c++) {
      double scale = gamma[c] / deviation(variance[c]);
      buffers.scale[c] = (float) scale;
      buffers.shift[c] = (float) (beta[c] - scale * mean[c]);
    }
  }

  private void multiplyAndPool(
      FusedBatch batch, FloatPointer x, FloatPointer w, INDArray output, boolean training) {
    Gemm.Matrix kernel = Gemm.Matrix.of(w, batch.inputs(), batch.channels());
    FloatBuffer pooled = Native.floats(output);
    workers.split(
        batch.images(),
        (worker, from, to) -> {
          FusedBlockBuffers.WorkerBuffers own = buffers.workers[worker];
          for (int first = from; first < to; first += buffers.chunk) {
            int images = Math.min(buffers.chunk, to - first);
            Gemm.multiply(
                batch.features(x, first, first + images),
                kernel,
                Gemm.Matrix.of(own.z, images * batch.positions(), batch.channels()));
            for (int image = 0; image < images; image++) {
              pool(batch, own, image, training ? buffers.active[first + image] : null);
              if (training && measuring) {
                buffers.squares[first + image] = squares(batch, own, image);
              }
              pooled.put((first + image) * batch.channels(), own.sum);
            }
          }
        });
  }

  // The mean over one image's map; in training also where it is active.
  private void pool(
      FusedBatch batch, FusedBlockBuffers.WorkerBuffers own, int image, float[][] active) {
    int channels = batch.channels();
    Arrays.fill(own.sum, 0f);
    int start = image * batch.mapSize();
    for (int p = 0; p < batch.positions(); p++) {
      own.zValues.get(start + p * channels, own.row);
      if (active == null) {
        ChannelLoops.pool(own.row, buffers.scale, buffers.shift, own.sum, channels);
      } else {
        float[] word = active[p / ActiveSums.POSITIONS_PER_WORD];
        int bit = p % ActiveSums.POSITIONS_PER_WORD;
        if (bit == 0) {
          Arrays.fill(word, 0f);
        }
        ChannelLoops.pool(own.row, buffers.scale, buffers.shift, own.sum, word, 1 << bit, channels);
      }
    }
    ChannelLoops.multiply(own.sum, 1f / batch.positions(), channels);
  }

  // The sum of y² over one image.
  private double squares(FusedBatch batch, FusedBlockBuffers.WorkerBuffers own, int image) {
    int channels = batch.channels();
    Arrays.fill(own.squares, 0f);
    for (int p = 0; p < batch.positions(); p++) {
      own.zValues.get(image * batch.mapSize() + p * channels, own.row);
      ChannelLoops.squares(own.row, buffers.scale, buffers.shift, own.squares, channels);
    }
    double sum = 0;
    for (float square : own.squares) {
      sum += square;
    }
    return sum;
  }

  // Moments of z by channel give those of the batch norm; only those of y need all values.
  private List<ActivationSpread> spreads(FusedBatch batch, FloatPointer w, INDArray pooled) {
    FeatureMoments moments = buffers.moments;
    if (layerConf().frozen) { // not computed for the step
      moments = new FeatureMoments(batch.inputs(), batch.channels());
      moments.compute(trained, w, workers);
    }
    int channels = batch.channels();
    double[] sums = new double[4];
    for (int c = 0; c < channels; c++) {
      double mean = moments.mean[c];
      double variance = moments.variance[c];
      double scale = buffers.scale[c];
      double normed = scale * mean + buffers.shift[c];
      sums[0] += mean;
      sums[1] += variance + mean * mean;
      sums[2] += normed;
      sums[3] += scale * scale * variance + normed * normed;
    }
    double count = (double) batch.images() * batch.mapSize();
    double active = Arrays.stream(buffers.squares, 0, batch.images()).sum();
    return List.of(
        ActivationSpread.of(sums[0] / channels, sums[1] / channels, count),
        ActivationSpread.of(sums[2] / channels, sums[3] / channels, count),
        ActivationSpread.of(pooled.meanNumber().doubleValue(), active / count, count));
  }

  // dβ, dγ and dW of some channels.
  private void channelsBack(
      FusedBatch batch,
      float[] upstream,
      float[] gamma,
      int from,
      int to,
      FusedBlockBuffers.WorkerBuffers own,
      FloatBuffer dw) {
    PreparedFeatures features = trained;
    float[][] d = buffers.kernelGradient;
    own.activeSums.compute(batch, features, buffers.active, upstream, from, to, d, buffers.count);
    if (!layerConf().frozen) { // else slope and offset stay 0
      batchNormBack(batch, gamma, from, to);
    }
    for (int i = 0; i < batch.inputs(); i++) {
      ChannelLoops.kernelGradient(
          d[i],
          buffers.scale,
          buffers.slope,
          buffers.moments.spread[i],
          buffers.offset,
          (float) features.sum[i],
          from,
          to);
      dw.put(i * batch.channels() + from, d[i], from, to - from);
    }
  }

  // dβ and dγ of some channels, and what they add to dW.
  private void batchNormBack(FusedBatch batch, float[] gamma, int from, int to) {
    FeatureMoments moments = buffers.moments;
    double[] weighted = buffers.weighted;
    Arrays.fill(weighted, from, to, 0);
    for (int i = 0; i < batch.inputs(); i++) {
      ChannelLoops.dot(moments.kernel[i], buffers.kernelGradient[i], weighted, from, to);
    }
    for (int c = from; c < to; c++) {
      double sum = buffers.count[c];
      double deviation = deviation(moments.variance[c]);
      double gammaGradient = (weighted[c] - moments.mean[c] * sum) / deviation;
      double scale = gamma[c] / deviation;
      buffers.gammaGradient[c] = (float) gammaGradient;
      buffers.betaGradient[c] = (float) sum;
      buffers.slope[c] = (float) (-scale * gammaGradient / (batch.count() * deviation));
      buffers.offset[c] = (float) (-scale * sum / batch.count());
    }
  }

  // The NoOp updater subtracts these as they are, so the statistics move towards the batch's.
  private void moveRunningStatistics(FusedBatch batch) {
    float[] mean = Native.values(params.get(FusedBlock.MEAN));
    float[] variance = Native.values(params.get(FusedBlock.VARIANCE));
    double move = 1 - layerConf().decay;
    for (int c = 0; c < batch.channels(); c++) {
      mean[c] = (float) (move * (mean[c] - buffers.moments.mean[c]));
      variance[c] = (float) (move * (variance[c] - buffers.moments.variance[c]));
    }
    Native.floats(gradientViews.get(FusedBlock.MEAN)).put(0, mean);
    Native.floats(gradientViews.get(FusedBlock.VARIANCE)).put(0, variance);
  }
}
