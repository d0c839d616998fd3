package normsweep.backbone;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import normsweep.backbone.BackboneForm.Blocks;
import normsweep.backbone.BackboneLayer.LayerKind;
import normsweep.base.NormSweepException;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;

/**
 * One walk through an ONNX graph from its image to the last activation, side by side with the
 * layers of MobileNetV2. Each step takes the node that must come next, whatever it is called, and
 * brings its weights into the Keras layout: kernels from [out, in, height, width] to [height,
 * width, in, out], and a convolution's bias into the batch norm behind it.
 *
 * <p>A batch norm that was folded into its convolution, W' = W·γ/√(σ²+ε) and b = β − μ·γ/√(σ²+ε),
 * comes back as the one that only adds b: γ = 1, β = b, mean 0, variance 1 − ε.
 */
final class OnnxWalk {
  private static final List<Long> ONES = List.of(1L, 1L);
  private static final float RELU6_MAX = 6;

  /** What ONNX takes for a batch norm that does not state it. */
  private static final float DEFAULT_EPSILON = 1e-5f;

  private final OnnxGraph graph;
  private final Function<String, NormSweepException> refusal;
  private final Map<TensorShape, float[]> tensors = new LinkedHashMap<>();

  /** The tensor that each layer gives. */
  private final Map<String, String> outputs = new HashMap<>();

  private final List<BackboneLayer> folded = new ArrayList<>();

  /** Layers whose activation a skip connection reads as well. */
  private final Set<String> shortcuts = new HashSet<>();

  private String at = "";
  private float[] kernel = {};
  private float[] bias;
  private Boolean symmetric;
  private Float epsilon;

  OnnxWalk(OnnxGraph graph, Function<String, NormSweepException> refusal) {
    this.graph = graph;
    this.refusal = refusal;
  }

  /**
   * Every tensor of the backbone, and how the file's network computes around them.
   *
   * @throws NormSweepException at the first node that MobileNetV2 does not have there
   */
  WeightTensors tensors() {
    at = graph.image();
    List<BackboneLayer> layers = MobileNetV2Layers.of(BackboneForm.KERAS).all();
    int stem = layers.stream().map(BackboneLayer::kind).toList().indexOf(LayerKind.RELU6);
    layers.subList(0, stem).forEach(this::take);
    Blocks blocks = blocks(layers.get(stem), layers.get(stem + 1));
    layers =
        MobileNetV2Layers.of(new BackboneForm(1e-5, true, true, blocks)).all().stream()
            .filter(layer -> !layer.name().equals(MobileNetV2Layers.INPUT_SCALING))
            .toList();
    layers.stream()
        .filter(layer -> layer.kind() == LayerKind.ADD)
        .forEach(sum -> shortcuts.add(sum.inputs().get(0)));
    layers.subList(stem, layers.size()).forEach(this::take);
    boolean padded = Objects.requireNonNull(symmetric);
    double added =
        epsilon == null
            ? (padded ? BackboneForm.TORCH : BackboneForm.KERAS).epsilon()
            : Double.parseDouble(epsilon.toString());
    BackboneForm form = new BackboneForm(added, padded, padded, blocks);
    folded.forEach(norm -> fill(norm, added));
    if (form.imageNetScaling()) {
      scaling(form);
    }
    tensors.forEach(
        (shape, values) ->
            shape
                .fault(values)
                .ifPresent(
                    fault -> {
                      throw refusal.apply(fault);
                    }));
    Map<TensorShape, float[]> ordered = new LinkedHashMap<>();
    MobileNetV2Layers.of(form).tensors().forEach(shape -> ordered.put(shape, tensors.get(shape)));
    return new WeightTensors(form, ordered);
  }

  /** The blocks of the file's network, as its first activation and what follows it show. */
  private Blocks blocks(BackboneLayer activation, BackboneLayer next) {
    String before = at;
    NodeProto first = only(activation, "a ReLU6");
    Optional<NodeProto> limit = limit(first);
    if (limit.isEmpty() && !is(first, "Relu")) {
      throw differs(activation, "a ReLU6", List.of(first));
    }
    at = OnnxGraph.output(limit.orElse(first));
    // MXNet Gluon expands in the first block too, where others begin with its depthwise
    // convolution.
    boolean expands = OnnxGraph.integer(convolution(next), "group", 1) == 1;
    if (limit.isEmpty() && !expands) {
      throw differs(activation, "a ReLU6", List.of(first));
    }
    at = before;
    return limit.isEmpty() ? Blocks.GLUON : expands ? Blocks.EXPANDED : Blocks.PAPER;
  }

  private void take(BackboneLayer layer) {
    switch (layer.kind()) {
      case CONVOLUTION, DEPTHWISE_CONVOLUTION -> kernel(layer, convolution(layer));
      case BATCH_NORM -> batchNorm(layer);
      case RELU6 -> relu6(layer);
      case RELU -> relu(layer);
      case ADD -> sum(layer);
      case INPUT, ZERO_PADDING -> {
        // The image is where the walk begins; padding belongs to the convolution behind it.
      }
    }
    outputs.put(layer.name(), at);
  }

  /** The convolution that comes next, past zeros written around its input. */
  private NodeProto convolution(BackboneLayer layer) {
    List<NodeProto> readers = graph.readers(at);
    List<NodeProto> next =
        readers.stream().filter(node -> is(node, "Conv") || is(node, "Pad")).toList();
    boolean shortcut = shortcuts.contains(layer.inputs().get(0));
    long sums = readers.stream().filter(node -> shortcut && is(node, "Add")).count();
    if (next.size() != 1 || next.size() + sums != readers.size()) {
      throw differs(layer, "a convolution", readers);
    }
    if (is(next.get(0), "Conv")) {
      return next.get(0);
    }
    List<NodeProto> padded = graph.readers(OnnxGraph.output(next.get(0)));
    if (padded.size() != 1 || !is(padded.get(0), "Conv")) {
      throw differs(layer, "a convolution", padded);
    }
    return padded.get(0);
  }

  private void kernel(BackboneLayer layer, NodeProto node) {
    boolean depthwise = layer.kind() == LayerKind.DEPTHWISE_CONVOLUTION;
    int group = depthwise ? layer.inChannels() : 1;
    int edge = layer.kernel();
    require(layer, node, "group", OnnxGraph.integer(node, "group", 1), (long) group);
    require(
        layer,
        node,
        "strides",
        OnnxGraph.integers(node, "strides", ONES),
        List.of((long) layer.stride(), (long) layer.stride()));
    require(layer, node, "dilations", OnnxGraph.integers(node, "dilations", ONES), ONES);
    padding(layer, node);
    TensorShape shape = layer.tensors().get(0);
    float[] source =
        values(layer, node, 1, layer.outChannels(), depthwise ? 1 : layer.inChannels(), edge, edge);
    kernel = new float[source.length];
    int taps = edge * edge;
    int inputs = depthwise ? 1 : layer.inChannels();
    for (int out = 0; out < layer.outChannels(); out++) {
      for (int in = 0; in < inputs; in++) {
        for (int tap = 0; tap < taps; tap++) {
          kernel[(tap * inputs + in) * layer.outChannels() + out] =
              source[(out * inputs + in) * taps + tap];
        }
      }
    }
    tensors.put(shape, kernel);
    bias = OnnxGraph.input(node, 2).isEmpty() ? null : values(layer, node, 2, layer.outChannels());
    at = OnnxGraph.output(node);
  }

  private void padding(BackboneLayer layer, NodeProto node) {
    List<Long> own = graph.ownPads(node, layer.kernel(), layer.stride());
    List<Long> written = written(layer);
    List<Long> pads =
        own.size() == 4
            ? IntStream.range(0, 4).mapToObj(side -> own.get(side) + written.get(side)).toList()
            : own;
    if (layer.stride() == 1) {
      require(
          layer, node, "pads", pads, layer.kernel() == 1 ? OnnxGraph.NO_PADS : OnnxGraph.ALL_SIDES);
      return;
    }
    boolean all = pads.equals(OnnxGraph.ALL_SIDES);
    if (symmetric == null) {
      if (!all) {
        require(layer, node, "pads", pads, OnnxGraph.BELOW_AND_RIGHT);
      }
      symmetric = all;
    }
    require(layer, node, "pads", pads, symmetric ? OnnxGraph.ALL_SIDES : OnnxGraph.BELOW_AND_RIGHT);
  }

  /** Zeros that a {@code Pad} wrote around the convolution's input. */
  private List<Long> written(BackboneLayer layer) {
    return graph.readers(at).stream()
        .filter(reader -> is(reader, "Pad"))
        .findFirst()
        .map(
            pad ->
                graph
                    .zerosAround(pad)
                    .orElseThrow(() -> differs(layer, "zeros around the image", List.of(pad))))
        .orElse(OnnxGraph.NO_PADS);
  }

  private void batchNorm(BackboneLayer layer) {
    List<NodeProto> readers = graph.readers(at);
    boolean kept = readers.size() == 1 && is(readers.get(0), "BatchNormalization");
    List<TensorShape> shapes = layer.tensors();
    if (!kept) {
      if (bias == null) {
        scaleAndShift(layer, readers);
      }
      tensors.put(shapes.get(1), bias);
      folded.add(layer);
      return;
    }
    NodeProto node = readers.get(0);
    float added =
        OnnxGraph.attribute(node, "epsilon").map(AttributeProto::getF).orElse(DEFAULT_EPSILON);
    if (!(added > 0 && added < 1)) {
      throw differs(layer, "a batch norm with ε between 0 and 1", readers);
    }
    epsilon = epsilon == null ? added : epsilon;
    require(layer, node, "epsilon", added, epsilon);
    for (int i = 0; i < shapes.size(); i++) {
      tensors.put(shapes.get(i), values(layer, node, i + 1, layer.outChannels()));
    }
    if (bias != null) {
      float[] mean = tensors.get(shapes.get(2));
      for (int c = 0; c < mean.length; c++) {
        mean[c] -= bias[c];
      }
    }
    at = OnnxGraph.output(node);
  }

  /**
   * A batch norm that became {@code Mul} and {@code Add}, as Keras 3 leaves it behind a depthwise
   * convolution: the factor goes into the kernel, the summand takes the place of a bias.
   */
  private void scaleAndShift(BackboneLayer layer, List<NodeProto> readers) {
    String needed = "a batch norm, or what took its place";
    NodeProto node = readers.size() == 1 ? readers.get(0) : null;
    if (node != null && is(node, "Mul")) {
      float[] factor = perChannel(node, layer).orElseThrow(() -> differs(layer, needed, readers));
      for (int i = 0; i < kernel.length; i++) {
        kernel[i] *= factor[i % factor.length];
      }
      at = OnnxGraph.output(node);
      node = only(layer, needed);
    }
    if (node == null || !is(node, "Add")) {
      throw differs(layer, needed, readers);
    }
    bias = perChannel(node, layer).orElseThrow(() -> differs(layer, needed, readers));
    at = OnnxGraph.output(node);
  }

  /** The constant operand of a sum or product, if it has one value for each channel. */
  private Optional<float[]> perChannel(NodeProto node, BackboneLayer layer) {
    return node.getInputList().stream()
        .flatMap(input -> graph.constant(input).stream())
        .map(graph::floats)
        .filter(values -> values.length == layer.outChannels())
        .findFirst();
  }

  /** Fills in what a batch norm without scale and statistics computes with. */
  private void fill(BackboneLayer norm, double added) {
    List<TensorShape> shapes = norm.tensors();
    tensors.put(shapes.get(0), filled(norm, 1));
    tensors.put(shapes.get(2), filled(norm, 0));
    tensors.put(shapes.get(3), filled(norm, (float) (1 - added)));
  }

  /** From x in [-1, 1] to ((x + 1)/2 − μ)/σ, as a batch norm that computes γx + β. */
  private void scaling(BackboneForm form) {
    BackboneLayer layer =
        MobileNetV2Layers.of(form).all().stream()
            .filter(candidate -> candidate.name().equals(MobileNetV2Layers.INPUT_SCALING))
            .findFirst()
            .orElseThrow();
    fill(layer, form.epsilon());
    float[] gamma = tensors.get(layer.tensors().get(0));
    float[] beta = new float[gamma.length];
    for (int c = 0; c < gamma.length; c++) {
      double deviation = BackboneForm.IMAGENET_DEVIATION[c];
      gamma[c] = (float) (0.5 / deviation);
      beta[c] = (float) ((0.5 - BackboneForm.IMAGENET_MEAN[c]) / deviation);
    }
    tensors.put(layer.tensors().get(1), beta);
  }

  private static float[] filled(BackboneLayer layer, float value) {
    float[] values = new float[layer.outChannels()];
    Arrays.fill(values, value);
    return values;
  }

  private void relu6(BackboneLayer layer) {
    NodeProto first = only(layer, "a ReLU6");
    NodeProto last = limit(first).orElseThrow(() -> differs(layer, "a ReLU6", List.of(first)));
    at = OnnxGraph.output(last);
  }

  private void relu(BackboneLayer layer) {
    NodeProto node = only(layer, "a ReLU");
    if (!is(node, "Relu")) {
      throw differs(layer, "a ReLU", List.of(node));
    }
    at = OnnxGraph.output(node);
  }

  /**
   * The node that gives min(max(x, 0), 6): the first one, a {@code Clip}, or the limit behind it, a
   * {@code Relu}.
   */
  private Optional<NodeProto> limit(NodeProto first) {
    boolean from0 = is(first, "Relu");
    List<NodeProto> last = from0 ? graph.readers(OnnxGraph.output(first)) : List.of(first);
    if (last.size() != 1) {
      return Optional.empty();
    }
    NodeProto node = last.get(0);
    float min = graph.number(node, 1, "min");
    boolean limits =
        is(node, "Min")
            ? from0
                && (graph.number(node, 0, "") == RELU6_MAX
                    || graph.number(node, 1, "") == RELU6_MAX)
            : is(node, "Clip")
                && graph.number(node, 2, "max") == RELU6_MAX
                && (min == 0 || (from0 && OnnxGraph.input(node, 1).isEmpty() && !(min > 0)));
    return limits ? Optional.of(node) : Optional.empty();
  }

  private void sum(BackboneLayer layer) {
    NodeProto node = only(layer, "a sum");
    String shortcut = outputs.get(layer.inputs().get(0));
    if (!is(node, "Add") || !graph.readers(shortcut).contains(node) || node.getInputCount() != 2) {
      throw differs(layer, "the sum with " + layer.inputs().get(0), List.of(node));
    }
    at = OnnxGraph.output(node);
  }

  private NodeProto only(BackboneLayer layer, String wanted) {
    List<NodeProto> readers = graph.readers(at);
    if (readers.size() != 1) {
      throw differs(layer, wanted, readers);
    }
    return readers.get(0);
  }

  private float[] values(BackboneLayer layer, NodeProto node, int input, int... wanted) {
    TensorProto tensor =
        graph
            .constant(OnnxGraph.input(node, input))
            .orElseThrow(
                () ->
                    refusal.apply(
                        "computes input "
                            + input
                            + " of "
                            + OnnxGraph.text(node)
                            + " instead of storing it; export it with constants folded"));
    List<Long> shape = Arrays.stream(wanted).mapToObj(Long::valueOf).toList();
    if (!tensor.getDimsList().equals(shape)) {
      String found = OnnxGraph.sizes(tensor.getDimsList());
      throw differs(node, "a tensor of " + found, layer, OnnxGraph.sizes(shape));
    }
    return graph.floats(tensor);
  }

  private void require(
      BackboneLayer layer, NodeProto node, String what, Object found, Object wanted) {
    if (!found.equals(wanted)) {
      throw differs(node, what + " " + OnnxGraph.shortened(found), layer, wanted);
    }
  }

  private NormSweepException differs(
      NodeProto node, String found, BackboneLayer layer, Object wanted) {
    return refusal.apply(
        String.format(
            Locale.ROOT,
            "is no MobileNetV2 1.0: %s has %s where layer %s needs %s",
            OnnxGraph.text(node),
            found,
            layer.name(),
            wanted));
  }

  private NormSweepException differs(BackboneLayer layer, String wanted, List<NodeProto> found) {
    return refusal.apply(
        "is no MobileNetV2 1.0: it has "
            + (found.isEmpty()
                ? "nothing"
                : found.stream().limit(3).map(OnnxGraph::text).collect(Collectors.joining(" and ")))
            + " where layer "
            + layer.name()
            + " needs "
            + wanted);
  }

  private static boolean is(NodeProto node, String operation) {
    return node.getOpType().equals(operation)
        && (node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx"));
  }
}
