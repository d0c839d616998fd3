package normsweep.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Arrays;
import java.util.List;
import normsweep.landscape.Scope;
import org.junit.jupiter.api.Test;

/** Ids stand in files, folders and keys: they must stay whatever the Java constants are called. */
class NamedTest {
  private static List<String> ids(Named[] values) {
    return Arrays.stream(values).map(Named::id).toList();
  }

  @Test
  void idsArePinned() {
    assertEquals(
        List.of("batch-norm", "layer-norm", "filter-response-norm", "none"), ids(Norm.values()));
    assertEquals(List.of("train", "frozen"), ids(BlockBatchNorm.values()));
    assertEquals(List.of("cosine", "linear", "step", "constant"), ids(RateSchedule.values()));
    assertEquals(
        "adam adamw sgd nesterov amsgrad adamax adadelta rmsprop",
        String.join(" ", ids(Optimizer.values())));
    assertEquals(List.of("dense", "spatial"), ids(FrnPlacement.values()));
    assertEquals(
        List.of("pending", "running", "interrupted", "completed", "failed", "pruned"),
        ids(TrialResult.Status.values()));
    assertEquals(List.of("head", "tail"), ids(Scope.values()));
    assertEquals(List.of("", "-tail"), Arrays.stream(Scope.values()).map(Scope::suffix).toList());
  }

  @Test
  void jsonHoldsIds() throws JsonProcessingException {
    assertEquals("\"layer-norm\"", Records.json().writeValueAsString(Norm.LAYER_NORM));
    assertEquals(Scope.TAIL, Records.json().readValue("\"tail\"", Scope.class));
  }
}
