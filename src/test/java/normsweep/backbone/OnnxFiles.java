package normsweep.backbone;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import normsweep.base.HalfPrecision;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TensorShapeProto.Dimension;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** Writes a backbone as ONNX in the ways of different exporters. */
public final class OnnxFiles {
  /**
   * What an exporter does.
   *
   * @param producer its name
   * @param opset version of the operations; bounds of {@code Clip} are attributes before 11
   * @param folded whether batch norms are folded into the convolutions
   * @param nhwc whether the image comes as NHWC and is transposed
   * @param padNodes whether strided convolutions have a {@code Pad} before them
   * @param type of the weights
   * @param weightsAreInputs whether weights are listed as inputs, as IR version 3 asks
   * @param copies whether activations pass an {@code Identity}
   * @param classifier whether pooling and classifier follow
   */
  record Style(
      String producer,
      int opset,
      boolean folded,
      boolean nhwc,
      boolean padNodes,
      DataType type,
      boolean weightsAreInputs,
      boolean copies,
      boolean classifier) {
    static final Style TORCH =
        new Style("pytorch", 13, false, false, false, DataType.FLOAT, false, false, true);
    static final Style TORCH_FOLDED =
        new Style("pytorch", 17, true, false, false, DataType.FLOAT, false, false, true);
    static final Style TORCH_OLD =
        new Style("pytorch", 9, false, false, false, DataType.FLOAT, true, false, false);
    static final Style TIMM =
        new Style("pytorch", 18, false, false, false, DataType.FLOAT, false, true, true);
    static final Style TF2ONNX =
        new Style("tf2onnx", 15, true, true, true, DataType.FLOAT, false, false, false);
    static final Style TF2ONNX_OLD =
        new Style("tf2onnx", 10, false, true, true, DataType.FLOAT, false, false, true);
    static final Style GLUON =
        new Style("", 7, false, false, false, DataType.FLOAT, true, false, true);
    static final Style KERAS3 =
        new Style("keras 3", 15, false, true, true, DataType.FLOAT, false, false, false);
    static final Style HALF =
        new Style("pytorch", 14, false, false, false, DataType.FLOAT16, false, false, false);
    static final Style DOUBLE =
        new Style("pytorch", 14, false, false, false, DataType.DOUBLE, false, false, false);
  }

  private final WeightTensors weights;
  private final Style style;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
  private final Map<String, String> outputs = new HashMap<>();
  private int names;

  private OnnxFiles(WeightTensors weights, Style style) {
    this.weights = weights;
    this.style = style;
  }

  static ModelProto model(WeightTensors weights, Style style) {
    OnnxFiles file = new OnnxFiles(weights, style);
    file.write();
    return ModelProto.newBuilder()
        .setIrVersion(style.weightsAreInputs() ? 3 : 8)
        .setProducerName(style.producer())
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(style.opset()))
        .setGraph(file.graph)
        .build();
  }

  /** A whole file as torchvision writes it, with random weights. */
  public static byte[] torch(long seed) {
    return model(RandomWeights.of(seed, BackboneForm.TORCH), Style.TORCH).toByteArray();
  }

  private void write() {
    int[] image = style.nhwc() ? new int[] {224, 224, 3} : new int[] {3, 224, 224};
    graph.addInput(input("image", -1, image[0], image[1], image[2]));
    String at = "image";
    if (style.nhwc()) {
      at = node("Transpose", List.of(at), ints("perm", 0, 3, 1, 2));
    }
    List<BackboneLayer> layers = MobileNetV2Layers.of(weights.form()).all();
    for (int i = 0; i < layers.size(); i++) {
      BackboneLayer layer = layers.get(i);
      at =
          switch (layer.kind()) {
            case INPUT, ZERO_PADDING -> at;
            case CONVOLUTION, DEPTHWISE_CONVOLUTION -> convolution(layer, layers.get(i + 1), at);
            case BATCH_NORM ->
                style.folded() || layer.name().equals("input_scaling") ? at : norm(layer, at);
            case RELU6 -> relu6(at);
            case RELU -> node("Relu", List.of(at));
            case ADD -> node("Add", List.of(outputs.get(layer.inputs().get(0)), at));
          };
      outputs.put(layer.name(), at);
    }
    if (style.classifier()) {
      String pooled = node("Flatten", List.of(node("GlobalAveragePool", List.of(at))));
      at = node("Gemm", List.of(pooled, constant(new float[10 * 1280], 10, 1280)));
    }
    graph.addOutput(ValueInfoProto.newBuilder().setName(at));
  }

  private String convolution(BackboneLayer layer, BackboneLayer norm, String at) {
    boolean depthwise = layer.kind() == BackboneLayer.LayerKind.DEPTHWISE_CONVOLUTION;
    int inputs = depthwise ? 1 : layer.inChannels();
    int outs = layer.outChannels();
    int edge = layer.kernel();
    float[] keras = weights.values(layer.tensors().get(0));
    float[] kernel = new float[keras.length];
    float[] bias = new float[outs];
    for (int o = 0; o < outs; o++) {
      double scale = style.folded() ? scale(norm, o) : 1;
      bias[o] = (float) (value(norm, 1, o) - value(norm, 2, o) * scale);
      for (int i = 0; i < inputs; i++) {
        for (int tap = 0; tap < edge * edge; tap++) {
          kernel[(o * inputs + i) * edge * edge + tap] =
              (float) (keras[(tap * inputs + i) * outs + o] * scale);
        }
      }
    }
    int[] pads = {0, 0, 0, 0};
    if (edge == 3) {
      int before = layer.stride() == 1 || weights.form().symmetricPadding() ? 1 : 0;
      pads = new int[] {before, before, 1, 1};
    }
    if (style.padNodes() && layer.stride() == 2) {
      at = padded(at, pads);
      pads = new int[] {0, 0, 0, 0};
    }
    List<String> sources = new ArrayList<>(List.of(at, constant(kernel, outs, inputs, edge, edge)));
    if (style.folded()) {
      sources.add(constant(bias, outs));
    }
    return node(
        "Conv",
        sources,
        ints("pads", pads),
        ints("strides", layer.stride(), layer.stride()),
        integer("group", depthwise ? layer.inChannels() : 1));
  }

  private double scale(BackboneLayer norm, int channel) {
    return value(norm, 0, channel)
        / Math.sqrt((double) value(norm, 3, channel) + weights.form().epsilon());
  }

  private float value(BackboneLayer norm, int parameter, int channel) {
    return weights.values(norm.tensors().get(parameter))[channel];
  }

  private String padded(String at, int... pads) {
    int[] all = {0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]};
    if (style.opset() < 11) {
      return node("Pad", List.of(at), ints("pads", all));
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name()).setDataType(DataType.INT64.getNumber()).addDims(8);
    for (int pad : all) {
      tensor.addInt64Data(pad);
    }
    graph.addInitializer(tensor);
    return node("Pad", List.of(at, tensor.getName()));
  }

  private String norm(BackboneLayer layer, String at) {
    if (style.equals(Style.KERAS3)) {
      return scaledAndShifted(layer, at);
    }
    List<String> sources = new ArrayList<>(List.of(at));
    for (TensorShape shape : layer.tensors()) {
      sources.add(constant(weights.values(shape), shape.toArray()));
    }
    return node(
        "BatchNormalization",
        sources,
        AttributeProto.newBuilder()
            .setName("epsilon")
            .setType(AttributeType.FLOAT)
            .setF((float) weights.form().epsilon())
            .build());
  }

  private String scaledAndShifted(BackboneLayer norm, String at) {
    int channels = norm.outChannels();
    float[] factor = new float[channels];
    float[] summand = new float[channels];
    for (int c = 0; c < channels; c++) {
      factor[c] = (float) scale(norm, c);
      summand[c] = (float) (value(norm, 1, c) - value(norm, 2, c) * scale(norm, c));
    }
    String scaled = node("Mul", List.of(at, constant(factor, 1, channels, 1, 1)));
    return node("Add", List.of(constant(summand, 1, channels, 1, 1), scaled));
  }

  private String relu6(String at) {
    String from = style.copies() ? node("Identity", List.of(at)) : at;
    if (style.opset() < 11) {
      return node("Clip", List.of(from), number("min", 0), number("max", 6));
    }
    return style.copies()
        ? node("Min", List.of(node("Relu", List.of(from)), constant(new float[] {6})))
        : node("Clip", List.of(from, stored(0), stored(6)));
  }

  /** A number in a node of its own, as PyTorch writes it. */
  private String stored(float value) {
    TensorProto tensor = tensor(new float[] {value}).build();
    return node(
        "Constant",
        List.of(),
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeType.TENSOR)
            .setT(tensor)
            .build());
  }

  private String constant(float[] values, int... shape) {
    TensorProto.Builder tensor = tensor(values, shape).setName(name());
    graph.addInitializer(tensor);
    if (style.weightsAreInputs()) {
      graph.addInput(input(tensor.getName(), shape));
    }
    return tensor.getName();
  }

  private TensorProto.Builder tensor(float[] values, int... shape) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(style.type().getNumber());
    for (int size : shape) {
      tensor.addDims(size);
    }
    if (style.opset() < 10) {
      for (float value : values) {
        tensor.addFloatData(value);
      }
      return tensor;
    }
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (style.type()) {
        case DOUBLE -> bytes.putDouble(value);
        case FLOAT16 -> bytes.putShort(HalfPrecision.fromFloat(value));
        default -> bytes.putFloat(value);
      }
    }
    return tensor.setRawData(ByteString.copyFrom(bytes.flip()));
  }

  private String node(String operation, List<String> sources, AttributeProto... attributes) {
    String output = name();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operation)
            .setName("n" + output)
            .addAllInput(sources)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return output;
  }

  private String name() {
    return "t" + names++;
  }

  private static ValueInfoProto input(String name, int... shape) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    for (int size : shape) {
      sizes.addDim(
          size < 0
              ? Dimension.newBuilder().setDimParam("batch")
              : Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(sizes)))
        .build();
  }

  private static AttributeProto ints(String name, int... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    for (int value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static AttributeProto integer(String name, int value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  private static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }
}
