package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MobileNetV2LayersTest {
  @Test
  void countsParametersOfPublishedModel() {
    assertEquals(
        2_257_984, MobileNetV2Layers.keras().tensors().stream().mapToInt(TensorShape::size).sum());
  }

  @Test
  void namesEachLayerAfterItsInputs() {
    Set<String> seen = new HashSet<>();
    for (BackboneLayer layer : MobileNetV2Layers.keras().all()) {
      assertTrue(seen.containsAll(layer.inputs()), layer.name());
      assertTrue(seen.add(layer.name()), layer.name());
    }
    assertEquals(155, seen.size());
  }

  @Test
  void addsWhereShapeIsKept() {
    List<String> sums =
        MobileNetV2Layers.keras().all().stream()
            .filter(layer -> layer.kind() == BackboneLayer.LayerKind.ADD)
            .map(BackboneLayer::name)
            .toList();
    assertEquals(
        List.of(2, 4, 5, 7, 8, 9, 11, 12, 14, 15).stream().map(k -> "block_" + k + "_add").toList(),
        sums);
  }

  @Test
  void shapesKernelsByExpansion() {
    assertTrue(
        MobileNetV2Layers.keras()
            .tensors()
            .contains(TensorShape.of("block_1_depthwise", "depthwise_kernel", 3, 3, 96, 1)));
    assertTrue(
        MobileNetV2Layers.keras()
            .tensors()
            .contains(TensorShape.of("Conv_1", "kernel", 1, 1, 320, 1280)));
  }
}
