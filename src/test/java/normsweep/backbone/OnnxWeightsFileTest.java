package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import normsweep.backbone.BackboneForm.Blocks;
import normsweep.backbone.OnnxFiles.Style;
import normsweep.backbone.WeightsFile.Origin;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.shade.protobuf.ByteString;

final class OnnxWeightsFileTest {
  private static final Origin NAME = Origin.given(Path.of("given.onnx"));
  private static final BackboneForm GLUON = new BackboneForm(1e-5, true, true, Blocks.EXPANDED);
  private static final BackboneForm FIRST_GLUON = new BackboneForm(1e-5, true, true, Blocks.GLUON);
  private static final ModelProto TORCH =
      OnnxFiles.model(RandomWeights.of(7, BackboneForm.TORCH), Style.TORCH);

  static Stream<Arguments> exporters() {
    return Stream.of(
        Arguments.of(BackboneForm.TORCH, Style.TORCH),
        Arguments.of(BackboneForm.TORCH, Style.TORCH_OLD),
        Arguments.of(BackboneForm.TORCH, Style.TIMM),
        Arguments.of(BackboneForm.TORCH, Style.DOUBLE),
        Arguments.of(BackboneForm.KERAS, Style.TF2ONNX_OLD),
        Arguments.of(GLUON, Style.GLUON),
        Arguments.of(FIRST_GLUON, Style.GLUON));
  }

  @ParameterizedTest
  @MethodSource("exporters")
  void keptBatchNormsComeBackUnchanged(BackboneForm form, Style style) {
    WeightTensors weights = RandomWeights.of(3, form);
    WeightTensors read = read(OnnxFiles.model(weights, style));
    assertEquals(form, read.form());
    for (TensorShape shape : weights.shapes()) {
      if (!shape.layer().equals("input_scaling")) {
        assertArrayEquals(weights.values(shape), read.values(shape), shape.toString());
      }
    }
  }

  @Test
  void halfPrecisionIsReadAsWritten() {
    WeightTensors weights = RandomWeights.of(3, BackboneForm.TORCH);
    WeightTensors read = read(OnnxFiles.model(weights, Style.HALF));
    TensorShape kernel = TensorShape.of("Conv_1", "kernel", 1, 1, 320, 1280);
    assertArrayEquals(weights.values(kernel), read.values(kernel), 1e-3f);
  }

  static Stream<Arguments> foldedExporters() {
    return Stream.of(
        Arguments.of(BackboneForm.TORCH, Style.TORCH_FOLDED),
        Arguments.of(BackboneForm.KERAS, Style.TF2ONNX),
        Arguments.of(BackboneForm.KERAS, Style.KERAS3),
        Arguments.of(GLUON, Style.TORCH_FOLDED),
        Arguments.of(FIRST_GLUON, Style.TORCH_FOLDED));
  }

  @ParameterizedTest
  @MethodSource("foldedExporters")
  void foldedBatchNormsKeepTheFunction(BackboneForm form, Style style) {
    WeightTensors weights = RandomWeights.of(5, form);
    WeightTensors read = read(OnnxFiles.model(weights, style));
    assertEquals(form, read.form());
    float[] image = new float[224 * 224 * 3];
    Random random = new Random(1);
    for (int i = 0; i < image.length; i++) {
      image[i] = 2 * random.nextFloat() - 1;
    }
    float[] expected = PlainMobileNetV2.outRelu(weights, image);
    // Without a limit of 6, activations grow, and so does what is lost in single precision.
    float largest = 6;
    for (float value : expected) {
      largest = Math.max(largest, value);
    }
    assertArrayEquals(expected, PlainMobileNetV2.outRelu(read, image), 1e-3f * largest / 6);
  }

  @Test
  void imagesAreScaledAsTorchvisionDoes() {
    WeightTensors read = read(TORCH);
    // (x/255 - 0.485) / 0.229 of a byte 200 whose value in [-1, 1] is 0.56863.
    float gamma = read.values(TensorShape.of("input_scaling", "gamma", 3))[0];
    float beta = read.values(TensorShape.of("input_scaling", "beta", 3))[0];
    assertEquals(1.30698, 0.568627 * gamma + beta, 1e-4);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refusal(
            "uses ONNX opset 21; export it with an opset from 7 to 18",
            model -> model.getOpsetImportBuilder(0).setVersion(21)),
        refusal(
            "uses ONNX opset 0; export it with an opset from 7 to 18",
            ModelProto.Builder::clearOpsetImport),
        refusal(
            "reads images of 3×96×96 where MobileNetV2 1.0 224 reads 3×224×224",
            model ->
                Stream.of(2, 3)
                    .forEach(
                        i ->
                            model
                                .getGraphBuilder()
                                .getInputBuilder(0)
                                .getTypeBuilder()
                                .getTensorTypeBuilder()
                                .getShapeBuilder()
                                .getDimBuilder(i)
                                .setDimValue(96))),
        refusal(
            "has 0 inputs; MobileNetV2 reads one image",
            model -> model.getGraphBuilder().clearInput()),
        refusal(
            "keeps tensor 't0' in another file (external data); export it as one file",
            model -> initializer(model, 0).setDataLocation(TensorProto.DataLocation.EXTERNAL)),
        refusal(
            "Conv 'nt1' has a tensor of 1099511627776×3×3×3 where layer Conv1 needs 32×3×3×3",
            model -> initializer(model, 0).setDims(0, 1L << 40)),
        refusal(
            "is damaged: tensor 't0' does not hold the 864 values of its shape",
            model ->
                initializer(model, 0).setRawData(initializer(model, 0).getRawData().substring(4))),
        refusal(
            "holds tensor 't0' as INT8, not as floating-point numbers",
            model -> initializer(model, 0).setDataType(TensorProto.DataType.INT8.getNumber())),
        refusal(
            "has a tensor of 1×1×1×1×1×1×1×1×… where layer Conv1 needs 32×3×3×3",
            model ->
                initializer(model, 0).clearDims().addAllDims(Collections.nCopies(1_000_000, 1L))),
        refusal(
            "is no MobileNetV2 1.0: Conv 'nt1' has strides [1, 1] where layer Conv1 needs [2, 2]",
            model -> attribute(first(model, "Conv"), "strides").setInts(0, 1).setInts(1, 1)),
        refusal(
            "has pads [0, 1, 1, 1] where layer Conv1 needs [0, 0, 1, 1]",
            model -> attribute(first(model, "Conv"), "pads").setInts(0, 0)),
        refusal(
            "is no MobileNetV2 1.0: it has Relu 'nt9' where layer Conv1_relu needs a ReLU6",
            model -> first(model, "Clip").setOpType("Relu")),
        refusal(
            "needs a ReLU6",
            model ->
                first(model, "Constant")
                    .getAttributeBuilder(0)
                    .getTBuilder()
                    .setRawData(ByteString.copyFrom(new byte[] {0, 0, -128, 63}))),
        refusal(
            "where layer block_2_add needs the sum with block_1_project_BN",
            model -> first(model, "Add").setInput(0, first(model, "Add").getInput(1))),
        refusal(
            "has nothing where layer bn_Conv1 needs a batch norm",
            model -> first(model, "BatchNormalization").setInput(0, "elsewhere")));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWhatDiffersByName(String message, Consumer<ModelProto.Builder> change) {
    ModelProto.Builder model = TORCH.toBuilder();
    change.accept(model);
    NormSweepException refusal = assertThrows(NormSweepException.class, () -> read(model.build()));
    assertEquals(ExitCode.UNAVAILABLE, refusal.exitCode());
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  @Test
  void followsCopiesOfConstants() {
    ModelProto.Builder model = TORCH.toBuilder();
    NodeProto.Builder convolution = first(model, "Conv");
    NodeProto.Builder copy = NodeProto.newBuilder().setOpType("Identity").addOutput("copy");
    copy.addInput(convolution.getInput(1));
    convolution.setInput(1, "copy").setDomain("ai.onnx");
    model.getGraphBuilder().addNode(copy);
    TensorShape kernel = TensorShape.of("Conv1", "kernel", 3, 3, 3, 32);
    assertArrayEquals(read(TORCH).values(kernel), read(model.build()).values(kernel));
  }

  @Test
  void readsNumbersStoredAsAttributes() {
    ModelProto.Builder model = TORCH.toBuilder();
    AttributeProto.Builder six = AttributeProto.newBuilder().setName("value_float").setF(6f);
    for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
      if (node.getOpType().equals("Clip")) {
        model.getGraphBuilder().getNodeBuilderList().stream()
            .filter(constant -> constant.getOutput(0).equals(node.getInput(2)))
            .forEach(constant -> constant.clearAttribute().addAttribute(six));
      }
    }
    assertEquals(BackboneForm.TORCH, read(model.build()).form());
  }

  @Test
  void refusesOtherFillThanZeros() {
    ModelProto.Builder model = OnnxFiles.model(RandomWeights.of(1), Style.TF2ONNX_OLD).toBuilder();
    first(model, "Pad").addAttribute(AttributeProto.newBuilder().setName("value").setF(-1f));
    NormSweepException refusal = assertThrows(NormSweepException.class, () -> read(model.build()));
    assertTrue(refusal.getMessage().contains("zeros around the image"), refusal.getMessage());
  }

  @ParameterizedTest
  @EnumSource(Blocks.class)
  void formsAreReadBack(Blocks blocks) {
    BackboneForm form = new BackboneForm(1e-3, true, false, blocks);
    assertEquals(form, BackboneForm.parse(form.text()).orElseThrow());
  }

  @Test
  void smallEpsilonsAreReadBack() {
    BackboneForm form = new BackboneForm(1e-10, true, true, Blocks.PAPER);
    assertEquals(form, BackboneForm.parse(form.text()).orElseThrow());
    assertTrue(BackboneForm.parse(form.text().replace("1.0E-10", "0.0")).isEmpty());
  }

  @Test
  void refusesTruncatedFiles() {
    byte[] whole = TORCH.toByteArray();
    for (int length : new int[] {0, 1, 100, whole.length / 2, whole.length - 1}) {
      NormSweepException refusal =
          assertThrows(
              NormSweepException.class,
              () -> OnnxWeightsFile.of(NAME, Arrays.copyOf(whole, length)).tensors());
      assertEquals(ExitCode.UNAVAILABLE, refusal.exitCode(), "cut to " + length);
    }
  }

  private static Arguments refusal(String message, Consumer<ModelProto.Builder> change) {
    return Arguments.of(message, change);
  }

  private static TensorProto.Builder initializer(ModelProto.Builder model, int index) {
    return model.getGraphBuilder().getInitializerBuilder(index);
  }

  private static NodeProto.Builder first(ModelProto.Builder model, String operation) {
    GraphProto.Builder graph = model.getGraphBuilder();
    return graph.getNodeBuilderList().stream()
        .filter(node -> node.getOpType().equals(operation))
        .findFirst()
        .orElseThrow();
  }

  private static AttributeProto.Builder attribute(NodeProto.Builder node, String name) {
    return node.getAttributeBuilderList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static WeightTensors read(ModelProto model) {
    return OnnxWeightsFile.of(NAME, model.toByteArray()).tensors();
  }
}
