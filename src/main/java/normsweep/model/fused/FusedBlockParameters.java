package normsweep.model.fused;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Lays the parameters of a {@link FusedBlock} out in the network's flat vector: the kernel [nIn,
 * nOut] row-major, then gamma, beta, running mean and running variance, nOut each.
 */
final class FusedBlockParameters implements ParamInitializer {
  static final String KERNEL = "W";
  static final String GAMMA = "gamma";
  static final String BETA = "beta";
  static final String MEAN = "mean";
  static final String VARIANCE = "var";

  static final FusedBlockParameters INSTANCE = new FusedBlockParameters();

  private static final List<String> KEYS = List.of(KERNEL, GAMMA, BETA, MEAN, VARIANCE);

  private FusedBlockParameters() {}

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    FusedBlock block = (FusedBlock) layer;
    return block.getNIn() * block.getNOut() + 4 * block.getNOut();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return KEYS;
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return List.of(KERNEL);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return List.of();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return KERNEL.equals(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return false;
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray view, boolean initializeParams) {
    FusedBlock block = (FusedBlock) conf.getLayer();
    Map<String, INDArray> parameters = views(block, view);
    KEYS.forEach(conf::addVariable);
    if (initializeParams) {
      INDArray kernel = parameters.get(KERNEL);
      block
          .getWeightInitFn()
          .init(
              (double) block.getNIn(),
              (double) block.getNOut(),
              kernel.shape(),
              'c',
              kernel.reshape(kernel.length()));
      parameters.get(GAMMA).assign(1);
      parameters.get(BETA).assign(0);
      parameters.get(MEAN).assign(0);
      parameters.get(VARIANCE).assign(1);
    }
    return Collections.synchronizedMap(parameters);
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray view) {
    return views((FusedBlock) conf.getLayer(), view);
  }

  private static Map<String, INDArray> views(FusedBlock block, INDArray view) {
    INDArray flat = view.reshape(view.length());
    long nIn = block.getNIn();
    long nOut = block.getNOut();
    Map<String, INDArray> views = new LinkedHashMap<>();
    long from = nIn * nOut;
    views.put(KERNEL, flat.get(NDArrayIndex.interval(0, from)).reshape(nIn, nOut));
    for (String key : KEYS.subList(1, KEYS.size())) {
      views.put(key, flat.get(NDArrayIndex.interval(from, from + nOut)).reshape(1, nOut));
      from += nOut;
    }
    return views;
  }
}
