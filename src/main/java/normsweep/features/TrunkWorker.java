package normsweep.features;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/** The buffers with which one thread runs a session: made once, outside the Java heap. */
final class TrunkWorker implements AutoCloseable {
  private final OrtSession session;
  private final ByteBuffer images;
  private final FloatBuffer features;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  private TrunkWorker(
      OrtSession session,
      ByteBuffer images,
      OnnxTensor input,
      FloatBuffer features,
      OnnxTensor output) {
    this.session = session;
    this.images = images;
    this.features = features;
    inputs = Map.of(TrunkTranslator.IMAGES, input);
    outputs = Map.of(TrunkTranslator.FEATURES, output);
  }

  static TrunkWorker of(OrtEnvironment environment, OrtSession session) throws OrtException {
    TensorInfo image = (TensorInfo) session.getInputInfo().get(TrunkTranslator.IMAGES).getInfo();
    TensorInfo feature =
        (TensorInfo) session.getOutputInfo().get(TrunkTranslator.FEATURES).getInfo();
    ByteBuffer images = ByteBuffer.allocateDirect((int) image.getNumElements());
    FloatBuffer features =
        ByteBuffer.allocateDirect((int) feature.getNumElements() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    return new TrunkWorker(
        session,
        images,
        OnnxTensor.createTensor(environment, images, image.getShape(), OnnxJavaType.UINT8),
        features,
        OnnxTensor.createTensor(environment, features, feature.getShape()));
  }

  /** Runs one batch, which may be short: the rest is whatever was there before. */
  void run(byte[] source, int sourceOffset, int sourceLength, float[] out, int offset, int length)
      throws OrtException {
    images.put(0, source, sourceOffset, sourceLength);
    session.run(inputs, outputs).close();
    features.get(0, out, offset, length);
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
  }
}
