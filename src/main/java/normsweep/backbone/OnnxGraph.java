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
  private static final List<Long> NHWC_TO_NCHW = List.of(0L, 3L, 1L, 2L);
  private static final List<String> COPIES = List.of("Identity", "Dropout");

  private final GraphProto graph;
  private final Function<String, NormSweepException> refusal;
  private final Map<String, List<NodeProto>> readers = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();

  private OnnxGraph(GraphProto graph, Function<String, NormSweepException> refusal) {
    this.graph = graph;
    this.refusal = refusal;
    graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Constant") && node.getOutputCount() == 1) {
        attribute(node, "value").ifPresent(value -> constants.put(node.getOutput(0), value.getT()));
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
        : sizes.stream().map(String::valueOf).collect(Collectors.joining("×"));
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

  Optional<TensorProto> constant(String name) {
    return Optional.ofNullable(constants.get(name));
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
