package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** ONNX files as the imported graph computes them, also after conversion to HDF5. */
final class OnnxWeightsIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bn", "folded", "gluon"})
  void computesWhatTheExporterComputed(String network) throws Exception {
    TorchReference reference = TorchReference.of(network, folder);
    Weights weights = WeightsSources.acquire(Optional.of(reference.file()), folder);
    assertTrue(weights.format().contains("pytorch"), weights.format());
    assertComputes(reference, weights, network.equals("folded"));

    Path converted = folder.resolve("converted.h5");
    String told = WeightsInspection.of(reference.file()).convert(converted);
    assertTrue(told.contains("Keras does not"), told);
    Weights again = WeightsSources.acquire(Optional.of(converted), folder);
    assertTrue(again.source().contains(weights.sha256()), again.source());
    assertComputes(reference, again, network.equals("folded"));
  }

  private static void assertComputes(TorchReference reference, Weights weights, boolean folded) {
    ComputationGraph graph = new MobileNetV2(weights).initPretrained(PretrainedType.IMAGENET);
    assertEquals(folded, MobileNetV2.isFolded(graph, "Conv_1_bn"));
    Map<String, INDArray> activations = graph.feedForward(reference.input(), false);
    assertArrayEquals(
        reference.features(),
        activations.get("block_16_project_BN").dup('c').data().asFloat(),
        reference.tolerance());
    reference
        .pooled()
        .ifPresent(
            pooled ->
                assertArrayEquals(
                    pooled,
                    activations.get("out_relu").mean(1, 2).dup('c').data().asFloat(),
                    reference.tolerance()));
  }
}
