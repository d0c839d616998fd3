package normsweep.tail.fused;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Lays the parameters of a fused block out in the network's flat vector, one after the other and
 * each row-major, so that matrix products read and write them where they lie.
 */
final class RowMajorParameters implements ParamInitializer {
  /** The matrix of a layer; everything else is a vector. */
  static final String KERNEL = "W";

  static final RowMajorParameters INSTANCE = new RowMajorParameters();

  private RowMajorParameters() {}

  /**
   * One parameter.
   *
   * @param key its name within the layer
   * @param rows 1 for a vector
   * @param columns length of a row
   * @param start what a vector is filled with at first; a matrix is drawn by the layer's weight
   *     initialisation
   */
  record Entry(String key, long rows, long columns, double start) {
    static Entry kernel(long rows, long columns) {
      return new Entry(KERNEL, rows, columns, Double.NaN);
    }

    static Entry vector(String key, long length, double start) {
      return new Entry(key, 1, length, start);
    }

    long length() {
      return rows * columns;
    }
  }

  private static List<Entry> entries(Layer layer) {
    return ((FusedBlock) layer).entries();
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return entries(layer).stream().mapToLong(Entry::length).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return entries(layer).stream().map(Entry::key).toList();
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
    Map<String, INDArray> parameters = views(conf.getLayer(), view);
    parameters.keySet().forEach(conf::addVariable);
    if (initializeParams) {
      for (Entry entry : entries(conf.getLayer())) {
        initialise((BaseLayer) conf.getLayer(), entry, parameters.get(entry.key()));
      }
    }
    return Collections.synchronizedMap(parameters);
  }

  private static void initialise(BaseLayer layer, Entry entry, INDArray values) {
    if (entry.key().equals(KERNEL)) {
      layer
          .getWeightInitFn()
          .init(
              (double) entry.rows(),
              (double) entry.columns(),
              values.shape(),
              'c',
              values.reshape(values.length()));
    } else {
      values.assign(entry.start());
    }
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray view) {
    return views(conf.getLayer(), view);
  }

  private static Map<String, INDArray> views(Layer layer, INDArray view) {
    INDArray flat = view.reshape(view.length());
    Map<String, INDArray> views = new LinkedHashMap<>();
    long from = 0;
    for (Entry entry : entries(layer)) {
      views.put(
          entry.key(),
          flat.get(NDArrayIndex.interval(from, from + entry.length()))
              .reshape(entry.rows(), entry.columns()));
      from += entry.length();
    }
    return views;
  }
}
