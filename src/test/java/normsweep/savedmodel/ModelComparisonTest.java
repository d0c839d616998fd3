package normsweep.savedmodel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import normsweep.tail.TailBackbones;
import normsweep.tail.TailSpec;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ModelComparisonTest {
  private static ModelZip model(int head) {
    TailSpec spec = TailBackbones.allHeads().get(head);
    return ModelZipTest.model(spec);
  }

  @Test
  void equalModelsHaveNoDifference() {
    ModelComparison same = ModelComparison.of("a", model(0), "b", model(0));
    assertEquals(List.of(), same.differences());
    assertEquals(Map.of(), same.facts());
    assertEquals(model(0).network().paramTable().size(), same.equal());
  }

  /** One bias of 0 becomes 0.5, and one weight twice as large. */
  @Test
  void differencesAreMeasured() {
    ModelZip changed = model(0);
    INDArray bias = changed.network().getParam("head_logits_b");
    bias.assign(0).putScalar(3, 0.5);
    ModelZip before = model(0);
    before.network().getParam("head_logits_b").assign(0);
    INDArray weights = before.network().getParam("head_logits_W");
    weights.assign(0).putScalar(0, 3).putScalar(1, 4);
    changed.network().getParam("head_logits_W").assign(weights).putScalar(1, 8);
    ModelComparison found = ModelComparison.of("a", before, "b", changed);
    assertEquals(
        List.of(
            new ModelComparison.Difference("head_logits", "W", "values", 1, 4.0, 4.0 / 5),
            new ModelComparison.Difference("head_logits", "b", "values", 1, 0.5, null)),
        found.differences());
    assertTrue(found.table().contains("head_logits                  W "), found.table());
    assertTrue(found.table().contains("0.800"), found.table());
  }

  @Test
  void otherHeadsHaveArraysOfTheirOwn() {
    List<TailSpec> heads = TailBackbones.allHeads();
    ModelComparison found = ModelComparison.of("a", model(0), "b", model(heads.size() - 1));
    assertTrue(
        found.differences().stream().anyMatch(one -> one.what().matches("first|second|shapes")),
        found.table());
    found.differences().stream()
        .filter(one -> !one.what().equals("values"))
        .forEach(one -> assertNull(one.largest()));
    assertTrue(found.facts().containsKey("norm"), found.table());
  }
}
