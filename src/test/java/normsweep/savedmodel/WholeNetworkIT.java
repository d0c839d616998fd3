package normsweep.savedmodel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.backbone.ImageScaling;
import normsweep.backbone.MobileNetV2;
import normsweep.backbone.TrunkCut;
import normsweep.backbone.Weights;
import normsweep.backbone.WeightsSources;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.device.TailEngine;
import normsweep.device.TrunkEngine;
import normsweep.features.FrozenTrunk;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.tail.BatchNormCalibration;
import normsweep.tail.Tail;
import normsweep.tail.TailFactory;
import normsweep.tail.TailParameter;
import normsweep.tail.TailSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.deeplearning4j.zoo.PretrainedType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;

/** Saved networks of the real backbone, trained a little on real images. */
final class WholeNetworkIT {
  private static final int IMAGES = 12;
  private static final int COMPARED = 2;

  private static Weights weights;
  private static ComputationGraph backbone;
  private static byte[] images;
  private static INDArray labels;

  @TempDir Path folder;

  @BeforeAll
  static void open() throws Exception {
    weights = WeightsSources.acquire(developmentWeights(), Caches.zoo());
    backbone = new MobileNetV2(weights).initPretrained(PretrainedType.IMAGENET);
    images = new byte[IMAGES * ImageScaling.SOURCE_BYTES];
    labels = Nd4j.zeros(DataType.FLOAT, IMAGES, Cifar10.CLASSES);
    try (Cifar10 data = Cifar10.open(Optional.empty(), Caches.root())) {
      for (int i = 0; i < IMAGES; i++) {
        System.arraycopy(
            data.image(i), 0, images, i * ImageScaling.SOURCE_BYTES, ImageScaling.SOURCE_BYTES);
        labels.putScalar(i, data.label(i), 1);
      }
    }
  }

  private static Optional<Path> developmentWeights() throws Exception {
    String development = System.getenv("NORMSWEEP_DEV_ZOO");
    if (development == null) {
      return Optional.empty();
    }
    try (var files = Files.newDirectoryStream(Path.of(development), "*.h5")) {
      return Optional.of(files.iterator().next());
    }
  }

  @Test
  void calibrationKeepsTheBackbonesFunction() {
    ComputationGraph calibrated = new MobileNetV2(weights).initPretrained(PretrainedType.IMAGENET);
    boolean folded = MobileNetV2.isFolded(calibrated, "Conv_1_bn");
    List<String> layers =
        BatchNormCalibration.calibrate(calibrated, "Conv_1", List.of(features("Conv_1")));
    assertEquals(folded ? List.of("Conv_1_bn") : List.of(), layers);
    INDArray input = ImageScaling.modelInput(images, COMPARED);
    assertEquals(
        0,
        backbone
            .outputSingle(input)
            .dup()
            .subi(calibrated.outputSingle(input))
            .amaxNumber()
            .doubleValue(),
        1e-4);
    assertTrue(!MobileNetV2.isFolded(calibrated, "Conv_1_bn"));
  }

  @ParameterizedTest
  @CsvSource({
    "BATCH_NORM, DENSE, Conv_1",
    "LAYER_NORM, DENSE, Conv_1",
    "FILTER_RESPONSE_NORM, DENSE, Conv_1",
    "FILTER_RESPONSE_NORM, SPATIAL, Conv_1",
    "LAYER_NORM, DENSE, block_16_expand"
  })
  void predictsFromZipAsInTraining(Norm norm, FrnPlacement placement, String cut) throws Exception {
    TailSpec spec = new TailSpec(norm, placement, cut, 256, 0.5, 1, new FixedSchedule(1e-3));
    Tail tail = TailFactory.stock(backbone, spec, TailEngine.cpu().stock());
    INDArray features = features(cut);
    for (int i = 0; i < 2; i++) {
      tail.graph().fit(new INDArray[] {features}, new INDArray[] {labels});
    }
    INDArray expected = tail.graph().outputSingle(features).dup();

    Path file = folder.resolve("model.zip");
    new ModelZip(WholeNetwork.of(backbone, tail), description(weights, spec)).write(file);

    INDArray input = ImageScaling.modelInput(images, COMPARED);
    ModelZip read = ModelZip.read(file);
    for (ComputationGraph network :
        List.of(ModelSerializer.restoreComputationGraph(file.toFile(), false), read.network())) {
      INDArray found = network.outputSingle(input);
      for (int image = 0; image < COMPARED; image++) {
        assertArrayEquals(
            expected.getRow(image).toFloatVector(), found.getRow(image).toFloatVector(), 1e-4f);
      }
      for (String vertex : TrunkCut.of(backbone, cut).frozen()) {
        if (backbone.getLayer(vertex) != null) {
          for (Map.Entry<String, INDArray> frozen :
              backbone.getLayer(vertex).paramTable().entrySet()) {
            assertArrayEquals(
                frozen.getValue().dup('c').data().asBytes(),
                network.getParam(vertex + "_" + frozen.getKey()).dup('c').data().asBytes());
          }
        }
      }
    }
    ModelInspection inspection = ModelInspection.of("model.zip", read);
    long tailSize = tail.parameters().stream().mapToLong(TailParameter::length).sum();
    assertEquals(tailSize, inspection.trainable() + inspection.statistics());
  }

  static ModelDescription description(Weights weights, TailSpec spec) {
    return new ModelDescription(
        ModelDescription.SCHEMA,
        "a trial",
        spec.norm(),
        spec.placement(),
        "none",
        spec.seed(),
        spec.unfreezeFrom(),
        spec.blockBatchNorm(),
        spec.hiddenUnits(),
        spec.dropout(),
        new WeightsOrigin(
            weights.name(),
            weights.source(),
            weights.sha256(),
            weights.pretrainedOn(),
            weights.format(),
            weights.form().text()),
        null,
        null,
        Map.of(),
        List.of(),
        Cifar10.CLASS_NAMES,
        ImageScaling.VERSION,
        Map.of());
  }

  private static INDArray features(String cut) {
    try (FrozenTrunk trunk = FrozenTrunk.of(backbone, cut, TrunkEngine.cpu(2))) {
      int[] shape = trunk.featureShape();
      float[] values = new float[IMAGES * trunk.valuesPerImage()];
      trunk.features(images, IMAGES, values);
      return Nd4j.createFromArray(values).reshape(IMAGES, shape[0], shape[1], shape[2]);
    }
  }
}
