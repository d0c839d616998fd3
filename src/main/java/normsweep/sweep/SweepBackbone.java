package normsweep.sweep;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import normsweep.backbone.MobileNetV2;
import normsweep.backbone.Weights;
import normsweep.data.Pixels;
import normsweep.device.TrunkEngine;
import normsweep.features.FeatureStore;
import normsweep.features.FrozenTrunk;
import normsweep.tail.BatchNormCalibration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The imported backbone of a sweep and its frozen trunk.
 *
 * @param network the whole backbone
 * @param trunk everything before {@code unfreezeFrom}, compared with the network
 * @param parity largest difference between the two on a few images
 * @param unfreezeFrom the first vertex that trains
 */
record SweepBackbone(
    ComputationGraph network, FrozenTrunk trunk, double parity, String unfreezeFrom)
    implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SweepBackbone.class);
  private static final int PARITY_IMAGES = 2;
  private static final int CALIBRATION_IMAGES = 1000;
  private static final int CALIBRATION_BATCH = 100;

  /** Imports weights, cuts the network and compares the two on the first of {@code images}. */
  static SweepBackbone of(
      Weights weights, String unfreezeFrom, TrunkEngine engine, Pixels pixels, int[] images) {
    log.info("Importing {} and checking its frozen trunk", weights.name());
    ComputationGraph network = new MobileNetV2(weights).initPretrained(PretrainedType.IMAGENET);
    FrozenTrunk trunk = FrozenTrunk.of(network, unfreezeFrom, pixels.side(), engine);
    ByteBuffer few = ByteBuffer.allocate(PARITY_IMAGES * 3 * pixels.side() * pixels.side());
    for (int i = 0; i < PARITY_IMAGES; i++) {
      few.put(pixels.plain(images[i]));
    }
    double parity = trunk.requireParity(few.array(), PARITY_IMAGES);
    return new SweepBackbone(network, trunk, parity, unfreezeFrom);
  }

  /** Gives trainable folded batch norms the statistics of training images. */
  void calibrate(FeatureStore store) {
    int[] shape = trunk.featureShape();
    int images = Math.min(CALIBRATION_IMAGES, store.size());
    List<INDArray> batches = new ArrayList<>();
    for (int from = 0; from < images; from += CALIBRATION_BATCH) {
      int[] indices = IntStream.range(from, Math.min(from + CALIBRATION_BATCH, images)).toArray();
      float[] values = new float[indices.length * store.valuesPerImage()];
      store.readFloat(indices, values);
      batches.add(
          Nd4j.createFromArray(values).reshape(indices.length, shape[0], shape[1], shape[2]));
    }
    BatchNormCalibration.calibrate(network, unfreezeFrom, batches);
  }

  @Override
  public void close() {
    trunk.close();
  }
}
