package normsweep.backbone;

import java.util.Map;
import java.util.Set;

/**
 * The weights of a MobileNetV2, whatever file they came from: what lies between reading one and
 * building the graph.
 *
 * @param form how the network computes around them
 * @param tensors the values of every tensor of {@link MobileNetV2Layers}, row-major in Keras order,
 *     in the order of the forward pass
 */
public record WeightTensors(BackboneForm form, Map<TensorShape, float[]> tensors) {
  /** Names and shapes, in the order of the forward pass. */
  public Set<TensorShape> shapes() {
    return tensors.keySet();
  }

  /** The values of one tensor; not a copy. */
  public float[] values(TensorShape shape) {
    return tensors.get(shape);
  }
}
