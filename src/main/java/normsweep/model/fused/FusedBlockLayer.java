package normsweep.model.fused;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.exception.DL4JInvalidInputException;
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
 * Computes a {@link FusedBlock}. Images are split over {@link Lanes}; a lane multiplies some images
 * at a time, so that the pass over their z finds it in the cache.
 *
 * <p>Training, with n = N·H·W: forward, z = X·W with Σz and Σz² by channel; then y, pooled, with
 * the number of unsaturated positions and their Σz by image and channel. From these alone follow dβ
 * = Σ g and dγ = Σ g·(z−μ)/σ (g: the gradient of y where 0 &lt; y &lt; 6), so that the backward
 * pass goes over z once: z ← γ/σ·(g − dβ/n − (z−μ)/σ·dγ/n), in place, and dW = Xᵀ·z. Only z is kept
 * between the two. In test mode z lives for a few images at a time.
 */
public final class FusedBlockLayer extends BaseLayer<FusedBlock> {
  private static final long serialVersionUID = 1L;

  private final transient Lanes lanes = Lanes.shared();
  private transient FusedBlockBuffers buffers;
  private transient Batch trained;

  /** Shape of one batch. */
  private record Batch(int images, int positions, int inputs, int channels) {
    int mapSize() {
      return positions * channels;
    }

    // The rows of some images in a matrix that has one for every image and position.
    Gemm.Matrix rowsOf(FloatPointer all, int columns, int fromImage, int toImage) {
      return Gemm.Matrix.of(all, images * positions, columns)
          .rows(fromImage * positions, toImage * positions);
    }

    double count() {
      return (double) images * positions;
    }
  }

  /** Made by {@link FusedBlock#instantiate}. */
  public FusedBlockLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    // A setting of the process that stock tails change, and of the thread: made sure of every time.
    Gemm.useCallingThreadOnly();
    Batch batch = batchOf(input);
    input = Native.rowMajor(input, workspaceMgr, ArrayType.INPUT);
    buffers = FusedBlockBuffers.of(buffers, lanes.count(), batch.positions, batch.channels);
    INDArray output =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATIONS, DataType.FLOAT, new long[] {batch.images, batch.channels}, 'c');
    if (training) {
      buffers.reserve(batch.images, batch.inputs);
      multiplyWithMoments(batch);
      normaliseByBatch(batch);
      pool(batch, output);
      trained = batch;
    } else {
      trained = null;
      normaliseByRunningStatistics();
      multiplyAndPool(batch, output);
    }
    return output;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    if (trained == null) {
      throw new IllegalStateException(
          "There is no forward pass in training mode to go back over " + layerId());
    }
    Batch batch = trained;
    trained = null; // z is overwritten below
    float[] upstream = new float[batch.images * batch.channels];
    Native.floats(Native.rowMajor(epsilon, workspaceMgr, ArrayType.BP_WORKING_MEM))
        .get(0, upstream);
    ChannelLoops.multiply(upstream, 1f / batch.positions, upstream.length);

    gradientsByChannel(batch, upstream);
    multiplyBack(batch, upstream);
    // The first layer is the last to go back over: what follows is the optimiser.
    Gemm.useAllCoresForOperations();

    Gradient gradient = new DefaultGradient();
    gradientViews.forEach(gradient::setGradientFor);
    return new Pair<>(gradient, null); // nothing below this layer learns
  }

  /** The running statistics travel as finished updates (see {@link FusedBlock}). */
  @Override
  public boolean updaterDivideByMinibatch(String key) {
    return !FusedBlock.MEAN.equals(key) && !FusedBlock.VARIANCE.equals(key);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clearNoiseWeightParams() {
    // weight noise would need a copy of the kernel; none is kept
  }

  private Batch batchOf(INDArray x) {
    long inputs = layerConf().getNIn();
    if (x.rank() != 4 || x.size(3) != inputs) {
      throw new DL4JInvalidInputException(
          "Expected features [images, height, width, "
              + inputs
              + "], got "
              + Arrays.toString(x.shape())
              + " in "
              + layerId());
    }
    return new Batch(
        Math.toIntExact(x.size(0)),
        Math.toIntExact(x.size(1) * x.size(2)),
        Math.toIntExact(inputs),
        Math.toIntExact(layerConf().getNOut()));
  }

  // z = X·W, and Σz, Σz² by channel
  private void multiplyWithMoments(Batch batch) {
    FloatPointer x = Native.pointer(input);
    Gemm.Matrix w =
        Gemm.Matrix.of(
            Native.pointer(params.get(RowMajorParameters.KERNEL)), batch.inputs, batch.channels);
    FloatBuffer zValues = buffers.z.asBuffer();
    lanes.split(
        batch.images,
        (lane, from, to) -> {
          FusedBlockBuffers.Lane own = buffers.lanes[lane];
          own.clearMoments();
          for (int first = from; first < to; first += buffers.forwardChunk) {
            int last = Math.min(first + buffers.forwardChunk, to);
            Gemm.multiply(
                batch.rowsOf(x, batch.inputs, first, last),
                w,
                batch.rowsOf(buffers.z, batch.channels, first, last));
            for (int image = first; image < last; image++) {
              imageMoments(batch, own, zValues, image);
            }
          }
        });
  }

  private static void imageMoments(
      Batch batch, FusedBlockBuffers.Lane own, FloatBuffer z, int image) {
    Arrays.fill(own.sum, 0f);
    Arrays.fill(own.square, 0f);
    int start = image * batch.mapSize();
    for (int at = start; at < start + batch.mapSize(); at += batch.channels) {
      z.get(at, own.row);
      ChannelLoops.moments(own.row, own.sum, own.square, batch.channels);
    }
    own.addMoments();
  }

  // scale and shift of training mode, and the running statistics' way towards the batch's
  private void normaliseByBatch(Batch batch) {
    float[] gamma = Native.values(params.get(FusedBlock.GAMMA));
    float[] beta = Native.values(params.get(FusedBlock.BETA));
    double[] sum = buffers.totalOf(lane -> lane.sums);
    double[] square = buffers.totalOf(lane -> lane.squares);
    for (int c = 0; c < batch.channels; c++) {
      double mean = sum[c] / batch.count();
      double variance = Math.max(0, square[c] / batch.count() - mean * mean);
      double deviation = Math.sqrt(variance + layerConf().getEps());
      buffers.mean[c] = mean;
      buffers.variance[c] = variance;
      buffers.deviation[c] = deviation;
      buffers.scale[c] = (float) (gamma[c] / deviation);
      buffers.shift[c] = (float) (beta[c] - gamma[c] * mean / deviation);
    }
  }

  private void normaliseByRunningStatistics() {
    float[] gamma = Native.values(params.get(FusedBlock.GAMMA));
    float[] beta = Native.values(params.get(FusedBlock.BETA));
    float[] mean = Native.values(params.get(FusedBlock.MEAN));
    float[] variance = Native.values(params.get(FusedBlock.VARIANCE));
    for (int c = 0; c < gamma.length; c++) {
      double scale = gamma[c] / Math.sqrt(variance[c] + layerConf().getEps());
      buffers.scale[c] = (float) scale;
      buffers.shift[c] = (float) (beta[c] - scale * mean[c]);
    }
  }

  private void pool(Batch batch, INDArray output) {
    FloatBuffer zValues = buffers.z.asBuffer();
    FloatBuffer pooled = Native.floats(output);
    lanes.split(
        batch.images,
        (lane, from, to) -> {
          FusedBlockBuffers.Lane own = buffers.lanes[lane];
          for (int image = from; image < to; image++) {
            float[] active = buffers.active[image];
            float[] activeSum = buffers.activeSum[image];
            Arrays.fill(own.sum, 0f);
            Arrays.fill(active, 0f);
            Arrays.fill(activeSum, 0f);
            int start = image * batch.mapSize();
            for (int at = start; at < start + batch.mapSize(); at += batch.channels) {
              zValues.get(at, own.row);
              ChannelLoops.pool(
                  own.row,
                  buffers.scale,
                  buffers.shift,
                  own.sum,
                  active,
                  activeSum,
                  batch.channels);
            }
            putMean(batch, own.sum, pooled, image);
          }
        });
  }

  private void multiplyAndPool(Batch batch, INDArray output) {
    FloatPointer x = Native.pointer(input);
    Gemm.Matrix w =
        Gemm.Matrix.of(
            Native.pointer(params.get(RowMajorParameters.KERNEL)), batch.inputs, batch.channels);
    FloatBuffer pooled = Native.floats(output);
    lanes.split(
        batch.images,
        (lane, from, to) -> {
          FusedBlockBuffers.Lane own = buffers.lanes[lane];
          for (int first = from; first < to; first += buffers.forwardChunk) {
            int images = Math.min(buffers.forwardChunk, to - first);
            Gemm.multiply(
                batch.rowsOf(x, batch.inputs, first, first + images),
                w,
                Gemm.Matrix.of(own.z, images * batch.positions, batch.channels));
            for (int image = 0; image < images; image++) {
              Arrays.fill(own.sum, 0f);
              int start = image * batch.mapSize();
              for (int at = start; at < start + batch.mapSize(); at += batch.channels) {
                own.zValues.get(at, own.row);
                ChannelLoops.pool(own.row, buffers.scale, buffers.shift, own.sum, batch.channels);
              }
              putMean(batch, own.sum, pooled, first + image);
            }
          }
        });
  }

  private static void putMean(Batch batch, float[] sum, FloatBuffer pooled, int image) {
    ChannelLoops.multiply(sum, 1f / batch.positions, batch.channels);
    pooled.put(image * batch.channels, sum);
  }

  // dγ, dβ, what the running statistics move by, and the factors of the pass over z
  private void gradientsByChannel(Batch batch, float[] upstream) {
    int channels = batch.channels;
    double[] sum = new double[channels];
    double[] weighted = new double[channels];
    for (int image = 0; image < batch.images; image++) {
      float[] active = buffers.active[image];
      float[] activeSum = buffers.activeSum[image];
      int start = image * channels;
      for (int c = 0; c < channels; c++) {
        sum[c] += upstream[start + c] * active[c];
        weighted[c] += upstream[start + c] * activeSum[c];
      }
    }
    float[] gamma = Native.values(params.get(FusedBlock.GAMMA));
    float[] runningMean = Native.values(params.get(FusedBlock.MEAN));
    float[] runningVariance = Native.values(params.get(FusedBlock.VARIANCE));
    float[] dGamma = new float[channels];
    float[] dBeta = new float[channels];
    double move = 1 - layerConf().getDecay();
    for (int c = 0; c < channels; c++) {
      double mean = buffers.mean[c];
      double deviation = buffers.deviation[c];
      double gammaGradient = (weighted[c] - mean * sum[c]) / deviation;
      double scale = gamma[c] / deviation;
      double slope = -scale * gammaGradient / (batch.count() * deviation);
      buffers.slope[c] = (float) slope;
      buffers.offset[c] = (float) (-scale * sum[c] / batch.count() - slope * mean);
      dGamma[c] = (float) gammaGradient;
      dBeta[c] = (float) sum[c];
      // Subtracted as it is by the NoOp updater, so that running moves towards the batch's value.
      runningMean[c] = (float) (move * (runningMean[c] - mean));
      runningVariance[c] = (float) (move * (runningVariance[c] - buffers.variance[c]));
    }
    Native.floats(gradientViews.get(FusedBlock.GAMMA)).put(0, dGamma);
    Native.floats(gradientViews.get(FusedBlock.BETA)).put(0, dBeta);
    Native.floats(gradientViews.get(FusedBlock.MEAN)).put(0, runningMean);
    Native.floats(gradientViews.get(FusedBlock.VARIANCE)).put(0, runningVariance);
  }

  // z ← dz in place, dW = Xᵀ·dz
  private void multiplyBack(Batch batch, float[] upstream) {
    FloatPointer x = Native.pointer(input);
    FloatPointer dw = Native.pointer(gradientViews.get(RowMajorParameters.KERNEL));
    FloatBuffer zValues = buffers.z.asBuffer();
    lanes.split(
        batch.images,
        (lane, from, to) -> {
          FusedBlockBuffers.Lane own = buffers.lanes[lane];
          FloatPointer partial = lane == 0 ? dw : own.dw;
          for (int first = from; first < to; first += buffers.backwardChunk) {
            int last = Math.min(first + buffers.backwardChunk, to);
            for (int image = first; image < last; image++) {
              imageBackward(batch, own, zValues, upstream, image);
            }
            Gemm.multiplyTransposed(
                batch.rowsOf(x, batch.inputs, first, last),
                batch.rowsOf(buffers.z, batch.channels, first, last),
                Gemm.Matrix.of(partial, batch.inputs, batch.channels),
                first > from);
          }
        });
    for (int lane = 1; lane < lanes.count(); lane++) {
      if (lanes.isBusy(lane, batch.images)) {
        Gemm.add(buffers.lanes[lane].dw, dw, batch.inputs * batch.channels);
      }
    }
  }

  private void imageBackward(
      Batch batch, FusedBlockBuffers.Lane own, FloatBuffer z, float[] upstream, int image) {
    System.arraycopy(upstream, image * batch.channels, own.sum, 0, batch.channels);
    ChannelLoops.multiply(own.sum, buffers.scale, batch.channels);
    int start = image * batch.mapSize();
    for (int at = start; at < start + batch.mapSize(); at += batch.channels) {
      z.get(at, own.row);
      ChannelLoops.backward(
          own.row,
          buffers.scale,
          buffers.shift,
          own.sum,
          buffers.slope,
          buffers.offset,
          batch.channels);
      z.put(at, own.row);
    }
  }
}
