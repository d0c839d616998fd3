package normsweep.backbone;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import normsweep.base.HalfPrecision;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import onnx.Onnx.TensorShapeProto.Dimension;
import onnx.Onnx.ValueInfoProto;

/** The nodes of an ONNX graph by the tensors they read, and its constants by name. */
final class OnnxGraph {
  /** Zeros around a map: top, left, bottom, right. */
  static final List<Long> NO_PADS = List.of(0L, 0L, 0L, 0L);

  static final List<Long> ALL_SIDES = List.of(1L, 1L, 1L, 1L);
  static final List<Long> BELOW_AND_RIGHT = List.of(0L, 0L, 1L, 1L);

  /** Sizes that a message lists: a damaged file may declare millions. */
  private static final int MOST_NAMED = 8;

  private static final List<Long> NHWC_TO_NCHW = List.of(0L, 3L, 1L, 2L);
  private static final List<String> COPIES = List.of("Identity", "Dropout", "Cast");

  private final GraphProto graph;
  private final Function<String, NormSweepException> refusal;
  private final Map<String, List<NodeProto>> readers = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();

  /** What each copying node reads, by its output. */
  private final Map<String, String> copied = new HashMap<>();

  private OnnxGraph(GraphProto graph, Function<String, NormSweepException> refusal) {
    this.graph = graph;
    this.refusal = refusal;
    graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Constant") && node.getOutputCount() == 1) {
        constants.put(node.getOutput(0), stored(node));
      }
      if (COPIES.contains(node.getOpType())) {
        copied.put(output(node), input(node, 0));
      }
      node.getInputList().stream()
          .distinct()
          .forEach(input -> readers.computeIfAbsent(input, x -> new ArrayList<>()).add(node));
    }
  }

  /**
   * Indexes a graph.
   *
   * @param refusal makes the error for what is wrong with the file, a predicate of a sentence
   */
  static OnnxGraph of(GraphProto graph, Function<String, NormSweepException> refusal) {
    return new OnnxGraph(graph, refusal);
  }

  /**
   * The tensor that holds the image as [N, 3, 224, 224].
   *
   * @throws NormSweepException if the graph reads something else
   */
  String image() {
    // Files of IR version 3 list their weights as inputs too.
    List<ValueInfoProto> inputs =
        graph.getInputList().stream()
            .filter(input -> !constants.containsKey(input.getName()))
            .toList();
    if (inputs.size() != 1) {
      throw refusal.apply("has " + inputs.size() + " inputs; MobileNetV2 reads one image");
    }
    String name = inputs.get(0).getName();
    List<Dimension> shape = inputs.get(0).getType().getTensorType().getShape().getDimList();
    List<NodeProto> first = readers(name);
    boolean transposed =
        first.size() == 1
            && first.get(0).getOpType().equals("Transpose")
            && integers(first.get(0), "perm", List.of()).equals(NHWC_TO_NCHW);
    List<Integer> wanted = transposed ? List.of(224, 224, 3) : List.of(3, 224, 224);
    for (int i = 0; i < wanted.size(); i++) {
      // A size that is not fixed has a name or nothing.
      boolean fits =
          shape.size() == 4
              && (!shape.get(i + 1).hasDimValue()
                  || shape.get(i + 1).getDimValue() == wanted.get(i));
      if (!fits) {
        throw refusal.apply(
            "reads images of "
                + sizes(shape.stream().skip(1).map(OnnxGraph::text).toList())
                + " where MobileNetV2 1.0 224 reads "
                + sizes(wanted));
      }
    }
    return transposed ? output(first.get(0)) : name;
  }

  private static String text(Dimension dimension) {
    return dimension.hasDimValue() ? Long.toString(dimension.getDimValue()) : "?";
  }

  /** Sizes as a user reads them. */
  static String sizes(List<?> sizes) {
    return sizes.isEmpty()
        ? "no stated shape"
        : sizes.stream().limit(MOST_NAMED).map(String::valueOf).collect(Collectors.joining("×"))
            + (sizes.size() > MOST_NAMED ? "×…" : "");
  }

  /** A value as a user reads it; a long list only in part. */
  static String shortened(Object value) {
    return value instanceof List<?> list && list.size() > MOST_NAMED
        ? list.subList(0, MOST_NAMED) + " and more"
        : String.valueOf(value);
  }

  /** Every node that reads a tensor or a copy of it. */
  List<NodeProto> readers(String tensor) {
    List<NodeProto> found = new ArrayList<>();
    Set<String> copies = new LinkedHashSet<>(Set.of(tensor));
    // A set, because a damaged graph may hold a circle of copies.
    for (List<String> open = List.of(tensor); !open.isEmpty(); ) {
      List<String> next = new ArrayList<>();
      for (NodeProto node :
          open.stream().flatMap(x -> readers.getOrDefault(x, List.of()).stream()).toList()) {
        if (!COPIES.contains(node.getOpType())) {
          found.add(node);
        } else if (copies.add(output(node))) {
          next.add(output(node));
        }
      }
      open = next;
    }
    return found;
  }

  /** The first output of a node. */
  static String output(NodeProto node) {
    return node.getOutputCount() == 0 ? "" : node.getOutput(0);
  }

  /** The input of a node at a position; empty if it is left out. */
  static String input(NodeProto node, int index) {
    return index < node.getInputCount() ? node.getInput(index) : "";
  }

  static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst();
  }

  /** An integer attribute, or what ONNX takes where it is left out. */
  static long integer(NodeProto node, String name, long otherwise) {
    return attribute(node, name).map(AttributeProto::getI).orElse(otherwise);
  }

  /** A list attribute, or what ONNX takes where it is left out. */
  static List<Long> integers(NodeProto node, String name, List<Long> otherwise) {
    return attribute(node, name).map(AttributeProto::getIntsList).orElse(otherwise);
  }

  /** Operation and name of a node as a user reads them. */
  static String text(NodeProto node) {
    String name = node.getName().isEmpty() ? output(node) : node.getName();
    return MessageText.of(node.getOpType()) + " '" + MessageText.of(name) + "'";
  }

  /** The constant of a name, or the one that it is a copy of. */
  Optional<TensorProto> constant(String name) {
    Set<String> seen = new LinkedHashSet<>();
    String at = name;
    while (at != null && seen.add(at) && !constants.containsKey(at)) {
      at = copied.get(at);
    }
    return Optional.ofNullable(at).map(constants::get);
  }

  /** The value of a {@code Constant}: a tensor, or since opset 12 plain numbers. */
  private static TensorProto stored(NodeProto node) {
    Optional<AttributeProto> value = attribute(node, "value");
    if (value.isPresent()) {
      return value.get().getT();
    }
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(output(node));
    attribute(node, "value_float")
        .ifPresent(number -> tensor.setDataType(DataType.FLOAT_VALUE).addFloatData(number.getF()));
    attribute(node, "value_floats")
        .ifPresent(
            numbers ->
                tensor
                    .setDataType(DataType.FLOAT_VALUE)
                    .addDims(numbers.getFloatsCount())
                    .addAllFloatData(numbers.getFloatsList()));
    attribute(node, "value_ints")
        .ifPresent(
            numbers ->
                tensor
                    .setDataType(DataType.INT64_VALUE)
                    .addDims(numbers.getIntsCount())
                    .addAllInt64Data(numbers.getIntsList()));
    return tensor.build();
  }

  /** A number that is an input, or an attribute in older opsets; NaN if there is none. */
  float number(NodeProto node, int input, String attribute) {
    return constant(input(node, input))
        .map(this::floats)
        .filter(values -> values.length == 1)
        .map(values -> values[0])
        .or(() -> attribute(node, attribute).map(AttributeProto::getF))
        .orElse(Float.NaN);
  }

  /** Zeros that a convolution of this kernel and stride puts around an even map. */
  List<Long> ownPads(NodeProto convolution, int kernel, int stride) {
    String automatic =
        attribute(convolution, "auto_pad").map(a -> a.getS().toStringUtf8()).orElse("NOTSET");
    return switch (automatic) {
      case "SAME_UPPER" -> kernel == 1 ? NO_PADS : stride == 1 ? ALL_SIDES : BELOW_AND_RIGHT;
      case "VALID" -> NO_PADS;
      case "NOTSET" -> integers(convolution, "pads", NO_PADS);
      default -> List.of();
    };
  }

  /**
   * What a {@code Pad} of an NCHW map adds: top, left, bottom, right; nothing if it adds anything
   * but up to one row or column of zeros.
   */
  Optional<List<Long>> zerosAround(NodeProto pad) {
    Optional<List<Long>> stored =
        constant(input(pad, 1))
            .map(OnnxGraph::longs)
            .or(() -> attribute(pad, "pads").map(AttributeProto::getIntsList));
    List<Long> pads =
        stored.orElseThrow(
            () ->
                refusal.apply(
                    "computes the pads of " + text(pad) + "; export it with constants folded"));
    String mode = attribute(pad, "mode").map(a -> a.getS().toStringUtf8()).orElse("constant");
    boolean filled = !input(pad, 2).isEmpty() || attribute(pad, "value").isPresent();
    boolean fits =
        pads.size() == 8
            && mode.equals("constant")
            && Stream.of(0, 1, 4, 5).allMatch(i -> pads.get(i) == 0)
            && pads.stream().allMatch(p -> p >= 0 && p <= 1)
            && (!filled || number(pad, 2, "value") == 0);
    return fits
        ? Optional.of(List.of(pads.get(2), pads.get(3), pads.get(6), pads.get(7)))
        : Optional.empty();
  }

  /**
   * The values of a constant.
   *
   * @throws NormSweepException if they lie in another file, have a type that weights do not have,
   *     or are not as many as the shape says
   */
  float[] floats(TensorProto tensor) {
    String name = "tensor '" + MessageText.of(tensor.getName()) + "'";
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0) {
      throw refusal.apply(
          "keeps " + name + " in another file (external data); export it as one file");
    }
    long size = 1;
    for (long dimension : tensor.getDimsList()) {
      if (dimension < 0 || dimension > Integer.MAX_VALUE || size * dimension > Integer.MAX_VALUE) {
        throw refusal.apply("declares an impossible shape for " + name);
      }
      size *= dimension;
    }
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    boolean packed = raw.hasRemaining();
    DataType type = DataType.forNumber(tensor.getDataType());
    int width;
    int held;
    if (type == DataType.FLOAT) {
      width = Float.BYTES;
      held = tensor.getFloatDataCount();
    } else if (type == DataType.DOUBLE) {
      width = Double.BYTES;
      held = tensor.getDoubleDataCount();
    } else if (type == DataType.FLOAT16) {
      width = Short.BYTES;
      held = tensor.getInt32DataCount();
    } else {
      throw refusal.apply("holds " + name + " as " + type + ", not as floating-point numbers");
    }
    if (packed ? raw.remaining() != size * width : held != size) {
      throw refusal.apply(
          "is damaged: " + name + " does not hold the " + size + " values of its shape");
    }
    float[] values = new float[(int) size];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case FLOAT -> packed ? raw.getFloat() : tensor.getFloatData(i);
            case DOUBLE -> (float) (packed ? raw.getDouble() : tensor.getDoubleData(i));
            default ->
                HalfPrecision.toFloat(packed ? raw.getShort() : (short) tensor.getInt32Data(i));
          };
    }
    return values;
  }

  /** The values of an integer constant, such as the pads of a {@code Pad}. */
  static List<Long> longs(TensorProto tensor) {
    if (tensor.getInt64DataCount() > 0) {
      return tensor.getInt64DataList();
    }
    List<Long> values = new ArrayList<>();
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    while (raw.remaining() >= Long.BYTES) {
      values.add(raw.getLong());
    }
    return values;
  }
}
