package normsweep.backbone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TfjsWeightsTest {
  private static final String MANIFEST =
      """
      {"modelTopology": {"node": []}, "weightsManifest": [
        {"paths": ["s1", "s2"], "weights": [
          {"name": "flag", "shape": [], "dtype": "bool"},
          {"name": "a", "shape": [2, 2], "dtype": "float32"},
          {"name": "n", "shape": [1], "dtype": "int32"},
          {"name": "b", "shape": [3], "dtype": "float32"}]},
        {"paths": ["s3"], "weights": [{"name": "c", "shape": [1], "dtype": "float32"}]}]}
      """;

  /** One flag, four floats, an int and three floats: 33 bytes. */
  private static final byte[] TENSORS =
      ByteBuffer.allocate(33)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put((byte) 1)
          .putFloat(1)
          .putFloat(-2.5f)
          .putFloat(3)
          .putFloat(4)
          .putInt(77)
          .putFloat(0.125f)
          .putFloat(6)
          .putFloat(7)
          .array();

  @Test
  void findsTensorsAcrossShards() throws IOException {
    // The cut lies inside the second tensor, and inside one of its values.
    for (int cut = 0; cut <= TENSORS.length; cut++) {
      Map<String, float[]> weights =
          TfjsWeights.read(
              Map.of(
                  "model.json",
                  MANIFEST.getBytes(UTF_8),
                  "s1",
                  Arrays.copyOfRange(TENSORS, 0, cut),
                  "s2",
                  Arrays.copyOfRange(TENSORS, cut, TENSORS.length),
                  "s3",
                  new byte[] {0, 0, -128, 63}));
      assertEquals(Set.of("a", "b", "c"), weights.keySet());
      assertArrayEquals(new float[] {1, -2.5f, 3, 4}, weights.get("a"));
      assertArrayEquals(new float[] {0.125f, 6, 7}, weights.get("b"));
      assertArrayEquals(new float[] {1}, weights.get("c"));
    }
  }
}
