package normsweep.backbone;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Backbone tensors for tests: random, but tame enough that activations neither die nor explode. */
public final class RandomWeights {
  private RandomWeights() {}

  public static WeightTensors of(long seed) {
    return of(seed, BackboneForm.KERAS);
  }

  static WeightTensors of(long seed, BackboneForm form) {
    return new WeightTensors(form, map(seed, form));
  }

  static Map<TensorShape, float[]> map(long seed) {
    return map(seed, BackboneForm.KERAS);
  }

  private static Map<TensorShape, float[]> map(long seed, BackboneForm form) {
    Random random = new Random(seed);
    Map<TensorShape, float[]> tensors = new LinkedHashMap<>();
    for (TensorShape shape : MobileNetV2Layers.of(form).tensors()) {
      float[] values = new float[shape.size()];
      int[] dimensions = shape.toArray();
      for (int i = 0; i < values.length; i++) {
        double gauss = random.nextGaussian();
        values[i] =
            (float)
                switch (shape.parameter()) {
                  case "kernel" ->
                      gauss * Math.sqrt(2.0 / (dimensions[0] * dimensions[1] * dimensions[2]));
                  case "depthwise_kernel" -> gauss * Math.sqrt(2.0 / 9);
                  case "gamma" -> 1 + 0.2 * gauss;
                  case "moving_variance" -> 1 + 0.5 * random.nextDouble();
                  default -> 0.3 * gauss;
                };
      }
      tensors.put(shape, values);
    }
    return tensors;
  }
}
