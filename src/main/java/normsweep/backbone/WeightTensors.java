package normsweep.backbone;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All tensors of a backbone, complete and of the right sizes by construction: a set that lacks one
 * cannot be made. Values are row-major in Keras order.
 */
public final class WeightTensors {
  private final BackboneForm form;
  private final Map<TensorShape, float[]> values;

  private WeightTensors(BackboneForm form, Map<TensorShape, float[]> values) {
    this.form = form;
    this.values = values;
  }

  /**
   * Takes over the tensors of a backbone.
   *
   * @throws IllegalArgumentException if one is missing or has another size
   */
  static WeightTensors of(BackboneForm form, Map<TensorShape, float[]> values) {
    Map<TensorShape, float[]> ordered = new LinkedHashMap<>();
    for (TensorShape shape : MobileNetV2Layers.of(form).tensors()) {
      float[] tensor = values.get(shape);
      if (tensor == null || tensor.length != shape.size()) {
        throw new IllegalArgumentException(shape + " is missing or has the wrong size");
      }
      ordered.put(shape, tensor);
    }
    return new WeightTensors(form, ordered);
  }

  /** How the network computes around these tensors. */
  public BackboneForm form() {
    return form;
  }

  /** Names and shapes, in the order of the forward pass. */
  public Collection<TensorShape> shapes() {
    return values.keySet();
  }

  /** The values of one tensor; not a copy. */
  public float[] values(TensorShape shape) {
    float[] tensor = values.get(shape);
    if (tensor == null) {
      throw new IllegalArgumentException("the backbone has no " + shape);
    }
    return tensor;
  }
}
