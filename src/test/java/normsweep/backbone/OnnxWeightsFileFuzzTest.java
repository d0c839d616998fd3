package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import normsweep.backbone.OnnxFiles.Style;
import normsweep.backbone.WeightsFile.Origin;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.fuzz.Answer;
import normsweep.fuzz.FuzzProcess;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import org.junit.jupiter.api.Test;

/**
 * Any bytes are weights, or one sentence. A whole file has 14 MB: the seeds hold the first layers,
 * and end where the next is missed.
 */
public final class OnnxWeightsFileFuzzTest {
  private static final Origin NAME = Origin.given(Path.of("given.onnx"));
  private static final int NODES = 12;

  /** What Jazzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    Answer.of(ExitCode.UNAVAILABLE, () -> OnnxWeightsFile.of(NAME, input).tensors());
  }

  @Test
  void answersWhateverComes() throws IOException, InterruptedException {
    List<byte[]> seeds =
        Stream.of(
                beginning(BackboneForm.TORCH, Style.TORCH),
                beginning(BackboneForm.TORCH, Style.TORCH_OLD),
                beginning(BackboneForm.TORCH, Style.HALF),
                beginning(BackboneForm.KERAS, Style.TF2ONNX))
            .map(ModelProto::toByteArray)
            .toList();
    for (byte[] seed : seeds) {
      NormSweepException end =
          assertThrows(NormSweepException.class, () -> OnnxWeightsFile.of(NAME, seed).tensors());
      assertTrue(end.getMessage().contains("it has nothing where layer "), end.getMessage());
    }
    new FuzzProcess(
            OnnxWeightsFileFuzzTest.class,
            5_000,
            "normsweep.backbone.OnnxWeightsFile",
            "normsweep.backbone.OnnxGraph",
            "normsweep.backbone.OnnxWalk")
        .jars("nd4j-api", "protobuf", "slf4j-api", "jackson-annotations")
        .seeds(seeds)
        .words(List.of("Conv", "Clip", "Pad", "BatchNormalization", "Identity", "pads", "group"))
        .findsNothing();
  }

  /** The first nodes of a whole file, and the constants that they read. */
  private static ModelProto beginning(BackboneForm form, Style style) {
    ModelProto whole = OnnxFiles.model(RandomWeights.of(1, form), style);
    GraphProto.Builder graph =
        whole.getGraph().toBuilder().clearNode().clearInitializer().clearInput();
    whole.getGraph().getNodeList().stream().limit(NODES).forEach(graph::addNode);
    Set<String> read =
        graph.getNodeList().stream()
            .flatMap(node -> node.getInputList().stream())
            .collect(Collectors.toSet());
    whole.getGraph().getInitializerList().stream()
        .filter(tensor -> read.contains(tensor.getName()))
        .forEach(graph::addInitializer);
    whole.getGraph().getInputList().stream()
        .filter(input -> read.contains(input.getName()))
        .forEach(graph::addInput);
    return whole.toBuilder().setGraph(graph).build();
  }
}
