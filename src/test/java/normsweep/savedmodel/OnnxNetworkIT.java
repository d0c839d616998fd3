package normsweep.savedmodel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import normsweep.backbone.MobileNetV2;
import normsweep.backbone.TorchReference;
import normsweep.backbone.Weights;
import normsweep.backbone.WeightsSources;
import normsweep.device.TailEngine;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.tail.TailFactory;
import normsweep.tail.TailSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.deeplearning4j.zoo.PretrainedType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.schedule.FixedSchedule;

/** Saved networks of an ONNX file's backbone, read by stock Deeplearning4j and by this program. */
final class OnnxNetworkIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bn", "folded"})
  void stockDeeplearning4jComputesTheSame(String batchNorms) throws Exception {
    TorchReference reference = TorchReference.of(batchNorms, folder);
    Weights weights = WeightsSources.acquire(Optional.of(reference.file()), folder);
    ComputationGraph backbone = new MobileNetV2(weights).initPretrained(PretrainedType.IMAGENET);
    TailSpec spec =
        new TailSpec(
            Norm.LAYER_NORM, FrnPlacement.DENSE, "Conv_1", 64, 0.5, 1, new FixedSchedule(1e-3));
    ComputationGraph whole =
        WholeNetwork.of(backbone, TailFactory.stock(backbone, spec, TailEngine.cpu().stock()));
    Path zip = folder.resolve("model.zip");
    new ModelZip(whole, WholeNetworkIT.description(weights, spec)).write(zip);

    ComputationGraph stock = ModelSerializer.restoreComputationGraph(zip.toFile());
    assertArrayEquals(
        reference.features(),
        stock
            .feedForward(reference.input(), false)
            .get("block_16_project_BN")
            .dup('c')
            .data()
            .asFloat(),
        1e-4f);
    ModelZip read = ModelZip.read(zip);
    assertEquals(whole.params(), read.network().params());
    assertEquals(weights.form().text(), read.description().weights().form());
  }
}
