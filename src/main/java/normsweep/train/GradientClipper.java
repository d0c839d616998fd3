package normsweep.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import normsweep.record.Clip;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Gradient clipping by global norm, by layer norm or by value.
 *
 * <p>Global norm has the semantics of PyTorch's {@code clip_grad_norm_}: with the 2-norm n of all
 * gradients together and the threshold c, every gradient is multiplied by min(1, c / (n + 1e-6))
 * (Pascanu et al. 2013, "On the difficulty of training recurrent neural networks"). DL4J itself
 * clips only by layer, by parameter type or by element, and scales batch-norm statistics along.
 *
 * <p>Thresholds are in units of the mini-batch mean gradient; DL4J holds the sum over the batch
 * when listeners see it, hence the batch size in the arguments.
 */
final class GradientClipper {
  private static final double EPSILON = 1e-6;

  private final Clip clip;

  GradientClipper(Clip clip) {
    this.clip = clip;
  }

  /**
   * Clips in place.
   *
   * @param gradients summed gradients of a batch
   * @param before norms of the mean gradients, as {@link TrainableGradients#norms} gives them
   * @param batchSize images in the batch
   * @return norms of the mean gradients after clipping, equal to {@code before} where nothing
   *     changed
   */
  double[] clip(TrainableGradients gradients, double[] before, int batchSize) {
    return switch (clip.mode()) {
      case NONE -> before;
      case GLOBAL_NORM -> {
        double[] factors = new double[before.length];
        Arrays.fill(factors, factor(TrainableGradients.total(before)));
        yield scale(gradients, before, factors);
      }
      case LAYER_NORM -> scale(gradients, before, layerFactors(gradients, before));
      case VALUE -> limit(gradients, before, batchSize);
    };
  }

  private double factor(double norm) {
    return Math.min(1, clip.threshold() / (norm + EPSILON));
  }

  private double[] layerFactors(TrainableGradients gradients, double[] before) {
    Map<String, Double> squares = new LinkedHashMap<>();
    for (int i = 0; i < before.length; i++) {
      squares.merge(layer(gradients, i), before[i] * before[i], Double::sum);
    }
    double[] factors = new double[before.length];
    for (int i = 0; i < before.length; i++) {
      factors[i] = factor(Math.sqrt(squares.get(layer(gradients, i))));
    }
    return factors;
  }

  private static String layer(TrainableGradients gradients, int i) {
    String name = gradients.parameter(i).name();
    return name.substring(0, name.lastIndexOf('_'));
  }

  private static double[] scale(TrainableGradients gradients, double[] before, double[] factors) {
    double[] after = before.clone();
    for (int i = 0; i < after.length; i++) {
      if (factors[i] < 1) {
        gradients.view(i).muli(factors[i]);
        after[i] *= factors[i];
      }
    }
    return after;
  }

  private double[] limit(TrainableGradients gradients, double[] before, int batchSize) {
    double bound = clip.threshold() * batchSize;
    double[] after = before.clone();
    for (int i = 0; i < after.length; i++) {
      if (gradients.view(i).amaxNumber().doubleValue() > bound) {
        Transforms.max(gradients.view(i), -bound, false);
        Transforms.min(gradients.view(i), bound, false);
        after[i] = gradients.view(i).norm2Number().doubleValue() / batchSize;
      }
    }
    return after;
  }
}
