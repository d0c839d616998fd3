package normsweep.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @Test
  void furtherSettingsEndTheId() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("training.learningRate", 3e-4);
    values.put("data.flip", false);
    values.put("model.unfreezeFrom", "block_16_expand");
    Trial trial =
        new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 1, new TrialSettings(values));
    assertEquals(
        "layer-norm.clip-none.seed-1.lr-3e-4.flip-false.unfreezeFrom-block_16_expand", trial.id());
    assertEquals(
        "layer norm, no clipping, learning rate 3e-4, flip false, unfreeze from block_16_expand",
        trial.label());
  }

  @ParameterizedTest
  @CsvSource({
    "3e-4, 3e-4",
    "0.001, 1e-3",
    "1.25e-5, 1.25e-5",
    "0.01, 0.01",
    "0.5, 0.5",
    "10, 10",
    "0, 0",
    "2e-3, 2e-3",
    "0.1234567, 0.1234567",
    "1e7, 1e7",
    "123456, 123456",
    "-3e-4, -3e-4",
    "1, 1"
  })
  void numbersInIdsAreShort(double number, String text) {
    assertEquals(text, TrialSettings.text(number));
    assertEquals(number, Double.parseDouble(text));
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
