package normsweep.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrialTest {
  @Test
  void idIsNormClipSeed() {
    assertEquals(
        "layer-norm.clip-1.0.seed-1",
        new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.globalNorm(1), 1).id());
    assertEquals(
        "filter-response-norm-spatial.clip-none.seed-3",
        new Trial(Norm.FILTER_RESPONSE_NORM, FrnPlacement.SPATIAL, Clip.NONE, 3).id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "1.0", "0.05", "layer-0.5", "value-0.001", "100.0"})
  void clipIdsReadBack(String id) {
    assertEquals(id, Clip.of(id).id());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "NaN",
        "Infinity",
        "layer",
        "norm-1",
        "value-x",
        "value--1",
        "1e-300",
        "layer-1e300"
      })
  void otherClipsAreRefused(String id) {
    assertThrows(IllegalArgumentException.class, () -> Clip.of(id));
  }
}
