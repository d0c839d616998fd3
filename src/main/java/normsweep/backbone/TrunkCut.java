package normsweep.backbone;

import static java.util.stream.Collectors.partitioningBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import normsweep.base.NormSweepException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Where a backbone is cut in two: everything up to {@code features} is frozen, everything after it
 * trains. A cut is possible at a layer whose only input lies on every path from the image to the
 * output, so that one activation carries all that the trainable part sees.
 *
 * @param unfreezeFrom first trainable layer, as configured
 * @param features vertex whose activation feeds it: the last frozen vertex
 * @param frozen frozen vertices in topological order, {@code features} being the last of them; the
 *     network input is not among them
 * @param trainable the other vertices in topological order
 */
public record TrunkCut(
    String unfreezeFrom, String features, List<String> frozen, List<String> trainable) {
  /**
   * Cuts a backbone before {@code unfreezeFrom}.
   *
   * @throws NormSweepException a usage error if there is no such layer or the graph cannot be cut
   *     there
   */
  public static TrunkCut of(ComputationGraph backbone, String unfreezeFrom) {
    ComputationGraphConfiguration graph = backbone.getConfiguration();
    List<String> order = order(backbone);
    if (!order.contains(unfreezeFrom)) {
      throw refusal(unfreezeFrom, "which is no layer of the backbone", graph, order);
    }
    List<String> inputs = graph.getVertexInputs().get(unfreezeFrom);
    if (inputs.size() != 1 || !separates(graph, order, inputs.get(0))) {
      throw refusal(unfreezeFrom, "but a skip connection passes by that layer", graph, order);
    }
    if (!graph.getVertices().containsKey(inputs.get(0))) {
      throw refusal(unfreezeFrom, "which leaves nothing frozen before it", graph, order);
    }
    Set<String> frozen = upTo(graph, inputs.get(0));
    Map<Boolean, List<String>> parts = order.stream().collect(partitioningBy(frozen::contains));
    return new TrunkCut(unfreezeFrom, inputs.get(0), parts.get(true), parts.get(false));
  }

  /** Vertices in topological order without the network inputs. */
  private static List<String> order(ComputationGraph backbone) {
    List<String> order = new ArrayList<>();
    for (int index : backbone.topologicalSortOrder()) {
      String name = backbone.getVertices()[index].getVertexName();
      if (backbone.getConfiguration().getVertices().containsKey(name)) {
        order.add(name);
      }
    }
    return order;
  }

  /** Whether every path from a network input to whatever lies behind {@code vertex} takes it. */
  private static boolean separates(
      ComputationGraphConfiguration graph, List<String> order, String vertex) {
    Set<String> before = upTo(graph, vertex);
    return order.stream()
        .filter(v -> !before.contains(v))
        .flatMap(v -> graph.getVertexInputs().get(v).stream())
        .allMatch(input -> input.equals(vertex) || !before.contains(input));
  }

  /** A vertex and all that it depends on. */
  private static Set<String> upTo(ComputationGraphConfiguration graph, String vertex) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(vertex));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (found.add(next)) {
        open.addAll(graph.getVertexInputs().getOrDefault(next, List.of()));
      }
    }
    return found;
  }

  private static NormSweepException refusal(
      String came, String why, ComputationGraphConfiguration graph, List<String> order) {
    List<String> allowed =
        new ArrayList<>(
            order.stream()
                .filter(v -> isConvolution(graph.getVertices().get(v)))
                .filter(v -> graph.getVertices().containsKey(graph.getVertexInputs().get(v).get(0)))
                .filter(v -> separates(graph, order, graph.getVertexInputs().get(v).get(0)))
                .toList());
    Collections.reverse(allowed);
    return NormSweepException.usage(
        String.format(
            Locale.ROOT,
            "model.unfreezeFrom is '%s', %s; allowed are, for example, %s.",
            came,
            why,
            String.join(", ", allowed.subList(0, Math.min(4, allowed.size())))));
  }

  private static boolean isConvolution(GraphVertex vertex) {
    return vertex instanceof LayerVertex layer
        && layer.getLayerConf().getLayer() instanceof ConvolutionLayer;
  }
}
