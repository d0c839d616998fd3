package normsweep.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * The tensors of a TensorFlow.js model: a {@code model.json} whose {@code weightsManifest} names
 * binary shards, in which the tensors lie one behind the other, little-endian. The model's bytes
 * have been found to be the published ones: there is no defence against others.
 */
final class TfjsWeights {
  private TfjsWeights() {}

  /**
   * The float tensors by name.
   *
   * @param files {@code model.json} and each shard by the name that the manifest uses
   */
  static Map<String, float[]> read(Map<String, byte[]> files) throws IOException {
    Map<String, float[]> tensors = new HashMap<>();
    JsonNode model = new ObjectMapper().readTree(files.get("model.json"));
    for (JsonNode group : model.path("weightsManifest")) {
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      for (JsonNode path : group.path("paths")) {
        joined.writeBytes(files.get(path.asText()));
      }
      ByteBuffer bytes = ByteBuffer.wrap(joined.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
      for (JsonNode weight : group.path("weights")) {
        int values = 1;
        for (JsonNode edge : weight.path("shape")) {
          values *= edge.intValue();
        }
        if (weight.path("dtype").asText().equals("float32")) {
          float[] tensor = new float[values];
          bytes.asFloatBuffer().get(tensor);
          tensors.put(weight.path("name").asText(), tensor);
        }
        bytes.position(bytes.position() + values * bytesEach(weight.path("dtype").asText()));
      }
    }
    return tensors;
  }

  private static int bytesEach(String type) {
    return type.endsWith("32") ? Float.BYTES : 1;
  }
}
