package normsweep.backbone;

import java.util.HexFormat;
import java.util.Locale;
import normsweep.backbone.WeightsFile.Origin;
import normsweep.base.Hashes;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import onnx.Onnx.ModelProto;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * The gate for MobileNetV2 (width 1.0) in ONNX, as torchvision, timm, tf2onnx and MXNet Gluon
 * export it: batch norms kept or folded into the convolution before them, with or without a
 * classifier, which is left aside.
 *
 * <p>Layers are found by walking the graph from its input, never by their names. At each step the
 * next node must be the one that MobileNetV2 has there; the first that is not is named.
 */
final class OnnxWeightsFile implements WeightsFile {
  /** MobileNetV2 takes 14 MB in single and 28 MB in double precision. */
  private static final int MAX_BYTES = 32 << 20;

  /** Tag of the first field of a model: number 1, a varint. */
  private static final byte IR_VERSION = 8;

  private static final int OLDEST_OPSET = 7;
  private static final int NEWEST_OPSET = 18;

  private final Origin origin;
  private final byte[] bytes;
  private final ModelProto model;
  private final OnnxGraph graph;

  private OnnxWeightsFile(Origin origin, byte[] bytes, ModelProto model) {
    this.origin = origin;
    this.bytes = bytes;
    this.model = model;
    this.graph = OnnxGraph.of(model.getGraph(), this::refusal);
  }

  /** Whether the file begins as every exporter begins: with the version of the format. */
  static boolean claims(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == IR_VERSION && bytes[1] > 0 && bytes[1] < 32;
  }

  /** A file whose bytes have been read already. */
  static OnnxWeightsFile of(Origin origin, byte[] bytes) {
    if (bytes.length == 0) {
      throw origin.refusal("is empty", null);
    }
    if (bytes.length > MAX_BYTES) {
      throw origin.refusal(
          "is " + (bytes.length >> 20) + " MiB long; MobileNetV2 takes 14 MiB in ONNX", null);
    }
    try {
      return new OnnxWeightsFile(origin, bytes, ModelProto.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      String instead = HdfEnvelope.instead(bytes);
      throw origin.refusal(
          "is no ONNX model" + (instead.isEmpty() ? ", or is cut short" : instead), e);
    } catch (OutOfMemoryError e) {
      throw origin.refusal("is damaged (it unpacks to more than the memory holds)", e);
    }
  }

  @Override
  public String sha256() {
    return HexFormat.of().formatHex(Hashes.digest("SHA-256").digest(bytes));
  }

  @Override
  public String format() {
    String exporter =
        MessageText.of((model.getProducerName() + " " + model.getProducerVersion()).strip());
    return String.format(
        Locale.ROOT,
        "ONNX, opset %d, exported by %s",
        opset(),
        exporter.isEmpty() ? "an unnamed exporter" : exporter);
  }

  @Override
  public WeightTensors tensors() {
    long opset = opset();
    if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
      throw refusal(
          String.format(
              Locale.ROOT,
              "uses ONNX opset %d; export it with an opset from %d to %d",
              opset,
              OLDEST_OPSET,
              NEWEST_OPSET));
    }
    try {
      return new OnnxWalk(graph, this::refusal).tensors();
    } catch (OutOfMemoryError e) {
      throw origin.refusal("is damaged (it unpacks to more than the memory holds)", e);
    }
  }

  /** The version of ONNX's own operations; 0 if the file does not state one. */
  private long opset() {
    return model.getOpsetImportList().stream()
        .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
        .mapToLong(set -> set.getVersion())
        .findFirst()
        .orElse(0);
  }

  private NormSweepException refusal(String fault) {
    return origin.refusal(fault, null);
  }
}
