package normsweep.report.analysis;

import java.util.Map;

/** What parameters of a network are called in sentences, tables and figures. */
public final class ParameterNames {
  private static final Map<String, String> LAYERS =
      Map.of(
          "Conv_1", "convolution",
          "Conv_1_bn", "block norm",
          "head_dense", "dense",
          "head_norm", "norm",
          "head_logits", "output");
  private static final Map<String, String> KEYS =
      Map.of(
          "W", "weights", "b", "bias", "g", "γ", "gamma", "γ", "beta", "β", "tau", "τ", "epsilon",
          "ε");

  /** Deeplearning4j keeps a layer norm's gain and bias in the dense layer. */
  private static final String LAYER_NORM_GAIN = "head_dense_g";

  private static final String LAYER_NORM_BIAS = "head_dense_b";

  private ParameterNames() {}

  /**
   * The name of a parameter: “dense weights” for {@code head_dense_W}, “norm γ” for {@code
   * head_norm_gamma}.
   *
   * @param parameter its name in the saved network
   * @param layerNorm whether the head has a layer norm
   */
  public static String of(String parameter, boolean layerNorm) {
    if (parameter.equals(LAYER_NORM_GAIN)) {
      return "norm γ";
    }
    if (layerNorm && parameter.equals(LAYER_NORM_BIAS)) {
      return "norm β";
    }
    int end = parameter.lastIndexOf('_');
    String key = KEYS.get(parameter.substring(end + 1));
    if (end < 0 || key == null) {
      return parameter;
    }
    String layer = parameter.substring(0, end);
    return LAYERS.getOrDefault(layer, layer) + " " + key;
  }
}
