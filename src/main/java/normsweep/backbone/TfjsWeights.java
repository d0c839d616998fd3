package normsweep.backbone;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;

/**
 * The tensors of a TensorFlow.js model: a {@code model.json} whose {@code weightsManifest} names
 * binary shards, in which the tensors lie one behind the other, little-endian.
 *
 * <p>The manifest may come from anywhere: sizes are checked before anything is allocated, names are
 * only ever looked up among the shards given, and nothing but numbers and texts is made of it.
 */
public final class TfjsWeights {
  /** {@code model.json} holds the graph too; real ones take half a mebibyte. */
  static final int MAX_MANIFEST_BYTES = 8 << 20;

  /** Limit of all shards together; the real ones take 17 MiB. */
  static final int MAX_SHARD_BYTES = 64 << 20;

  private static final int MAX_NESTING = 64;
  private static final int MAX_DIMENSIONS = 8;
  private static final int MAX_NAME = 200;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(MAX_NESTING)
                      .maxDocumentLength(MAX_MANIFEST_BYTES)
                      .maxStringLength(MAX_MANIFEST_BYTES)
                      .build())
              .build());

  private final String origin;
  private final Map<String, Tensor> tensors = new HashMap<>();
  private long joinedBytes;

  /** Where a tensor lies. */
  private record Tensor(String type, int[] shape, ByteBuffer bytes) {}

  private TfjsWeights(String origin) {
    this.origin = origin;
  }

  /**
   * Reads a manifest and its shards.
   *
   * @param origin what messages call the model
   * @param modelJson the bytes of {@code model.json}
   * @param shards the bytes of each shard by the name the manifest uses
   * @throws NormSweepException if they do not fit together (exit code 3)
   */
  public static TfjsWeights read(String origin, byte[] modelJson, Map<String, byte[]> shards) {
    TfjsWeights weights = new TfjsWeights(origin);
    JsonNode root;
    try {
      root = JSON.readTree(modelJson);
    } catch (IOException e) {
      throw weights.refuse("its model.json is not valid JSON");
    }
    JsonNode manifest = root.path("weightsManifest");
    if (!manifest.isArray() || manifest.isEmpty()) {
      throw weights.refuse("its model.json has no weightsManifest");
    }
    for (JsonNode group : manifest) {
      weights.readGroup(group, shards);
    }
    return weights;
  }

  private void readGroup(JsonNode group, Map<String, byte[]> shards) {
    ByteBuffer bytes = join(group.path("paths"), shards);
    for (JsonNode weight : group.path("weights")) {
      String name = weight.path("name").asText();
      if (name.length() > MAX_NAME) {
        throw refuse("it holds a tensor with the endless name " + MessageText.of(name));
      }
      if (weight.has("quantization")) {
        throw refuse("its tensor " + name + " is quantised");
      }
      int[] shape = shape(name, weight.path("shape"));
      String type = weight.path("dtype").asText();
      long size = bytesEach(name, type);
      for (int edge : shape) {
        // Neither factor exceeds what an int holds, and the product is cut off at once.
        size = size * edge;
        if (size > bytes.remaining()) {
          throw refuse("its shards end before the tensor " + name);
        }
      }
      if (size > bytes.remaining()) {
        throw refuse("its shards end before the tensor " + name);
      }
      ByteBuffer own = bytes.slice(bytes.position(), (int) size).order(ByteOrder.LITTLE_ENDIAN);
      bytes.position(bytes.position() + (int) size);
      if (tensors.put(name, new Tensor(type, shape, own)) != null) {
        throw refuse("it holds the tensor " + name + " twice");
      }
    }
    if (bytes.hasRemaining()) {
      throw refuse("its shards hold " + bytes.remaining() + " bytes more than its tensors");
    }
  }

  private ByteBuffer join(JsonNode paths, Map<String, byte[]> shards) {
    long total = 0;
    for (JsonNode path : paths) {
      byte[] shard = shards.get(path.asText());
      if (shard == null) {
        throw refuse("its shard " + MessageText.of(path.asText()) + " is missing");
      }
      total += shard.length;
      // A manifest may name one shard any number of times, in one group or in many.
      if (joinedBytes + total > MAX_SHARD_BYTES) {
        throw refuse("its shards hold more than " + (MAX_SHARD_BYTES >> 20) + " MiB");
      }
    }
    joinedBytes += total;
    ByteBuffer joined = ByteBuffer.allocate((int) total);
    for (JsonNode path : paths) {
      joined.put(shards.get(path.asText()));
    }
    return joined.flip();
  }

  private int[] shape(String name, JsonNode shape) {
    if (!shape.isArray() || shape.size() > MAX_DIMENSIONS) {
      throw impossible(name, shape);
    }
    int[] edges = new int[shape.size()];
    for (int i = 0; i < edges.length; i++) {
      JsonNode edge = shape.get(i);
      edges[i] = edge.canConvertToInt() ? edge.intValue() : -1;
      if (edges[i] < 0) {
        throw impossible(name, shape);
      }
    }
    return edges;
  }

  private NormSweepException impossible(String name, JsonNode shape) {
    return refuse(
        "its tensor " + name + " has the impossible shape " + MessageText.of(shape.toString()));
  }

  private int bytesEach(String name, String type) {
    return switch (type) {
      case "float32", "int32" -> 4;
      case "bool", "uint8" -> 1;
      default ->
          throw refuse(
              "its tensor " + name + " has the unknown type '" + MessageText.of(type) + "'");
    };
  }

  /**
   * The values of a float tensor.
   *
   * @throws NormSweepException if there is none of that name, type and shape (exit code 3)
   */
  public float[] floats(String name, int... shape) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw refuse("it has no tensor " + name);
    }
    if (!tensor.type().equals("float32") || !Arrays.equals(tensor.shape(), shape)) {
      throw refuse(
          "its tensor "
              + name
              + " is "
              + tensor.type()
              + " "
              + TensorShape.text(tensor.shape())
              + ", where MobileNetV2 has float32 "
              + TensorShape.text(shape));
    }
    float[] values = new float[tensor.bytes().remaining() / Float.BYTES];
    tensor.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private NormSweepException refuse(String fault) {
    return NormSweepException.unavailable(
        "The TensorFlow.js model of "
            + origin
            + " does not fit: "
            + fault
            + "; name other weights with --weights FILE.");
  }
}
