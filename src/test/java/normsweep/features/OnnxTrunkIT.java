package normsweep.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import normsweep.backbone.MobileNetV2;
import normsweep.backbone.TorchReference;
import normsweep.backbone.WeightsSources;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trunk of an ONNX file's backbone, on images that are no bytes. */
class OnnxTrunkIT {
  private static final String UPSCALED = "image_upscaled";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bn", "folded", "gluon"})
  void trunkComputesWhatTheExporterComputed(String network) throws Exception {
    TorchReference reference = TorchReference.of(network, folder);
    ComputationGraph backbone =
        new MobileNetV2(WeightsSources.acquire(Optional.of(reference.file()), folder))
            .initPretrained(PretrainedType.IMAGENET);
    byte[] trunk =
        TrunkTranslator.translate(backbone, "block_16_project_BN", 224, 224, reference.images());
    float[] nchw = reference.input().permute(0, 3, 1, 2).dup('c').data().asFloat();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(behindScaling(trunk, reference.images()));
        OnnxTensor images =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(nchw), new long[] {reference.images(), 3, 224, 224});
        OrtSession.Result result = session.run(Map.of(UPSCALED, images))) {
      FloatBuffer features =
          ((OnnxTensor) result.get(TrunkTranslator.FEATURES).orElseThrow()).getFloatBuffer();
      float[] computed = new float[features.remaining()];
      features.get(computed);
      assertArrayEquals(reference.features(), computed, reference.tolerance());
    }
  }

  /** The model from where the bytes have become numbers from -1 to 1 on. */
  private static byte[] behindScaling(byte[] trunk, int images) throws Exception {
    ModelProto model = ModelProto.parseFrom(trunk);
    Set<String> before = Set.of("image_float", "image_divided", "image_scaled", UPSCALED);
    GraphProto.Builder graph = model.getGraph().toBuilder().clearNode().clearInput();
    model.getGraph().getNodeList().stream()
        .filter(node -> !before.contains(node.getOutput(0)))
        .forEach(graph::addNode);
    Set<String> read =
        graph.getNodeList().stream()
            .flatMap(node -> node.getInputList().stream())
            .collect(Collectors.toSet());
    graph.clearInitializer();
    model.getGraph().getInitializerList().stream()
        .filter(tensor -> read.contains(tensor.getName()))
        .forEach(graph::addInitializer);
    OnnxGraphWriter input = new OnnxGraphWriter("input");
    input.input(UPSCALED, onnx.Onnx.TensorProto.DataType.FLOAT, images, 3, 224, 224);
    graph.addInput(ModelProto.parseFrom(input.toBytes()).getGraph().getInput(0));
    return model.toBuilder().setGraph(graph).build().toByteArray();
  }
}
