package normsweep.ui;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameters;
import normsweep.tail.fused.FusedBlockLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network in the words of the model that is saved, whatever computes it: stock layers by name,
 * parameters by canonical name, and each activation under the layer that it is the output of.
 */
final class ShownNetwork {
  private final ComputationGraphConfiguration layers;
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private final Set<String> trained = new HashSet<>();
  private final Map<String, String> activations = new HashMap<>();
  private final Optional<FusedBlockLayer> block;
  private List<FusedBlockLayer.ActivationSpread> inside = List.of();

  /** A network whose own layers are shown. */
  static ShownNetwork of(ComputationGraph graph) {
    return new ShownNetwork(graph, graph.getConfiguration(), TailParameters.of(graph));
  }

  /** A tail, which may compute several layers at once. */
  static ShownNetwork of(Tail tail) {
    return new ShownNetwork(tail.graph(), tail.layers(), tail.parameters());
  }

  private ShownNetwork(
      ComputationGraph graph, ComputationGraphConfiguration layers, List<TailParameter> canonical) {
    this.layers = layers;
    this.block =
        Arrays.stream(graph.getLayers())
            .filter(FusedBlockLayer.class::isInstance)
            .map(FusedBlockLayer.class::cast)
            .findFirst();
    List<TailParameter> own = TailParameters.of(graph);
    for (int i = 0; i < own.size(); i++) {
      parameters.put(own.get(i).name(), canonical.get(i).name());
      if (canonical.get(i).trained()) {
        trained.add(own.get(i).name());
      }
    }
    // What computes several layers gives the next one what the last of them gives it.
    graph
        .getConfiguration()
        .getVertexInputs()
        .forEach(
            (vertex, inputs) -> {
              List<String> shown = layers.getVertexInputs().get(vertex);
              for (int i = 0; i < inputs.size(); i++) {
                activations.put(inputs.get(i), shown.get(i));
              }
            });
  }

  /** Describes these layers instead of those that compute. */
  void describe(SbeStatsInitializationReport info) {
    long count =
        layers.getVertices().values().stream().filter(LayerVertex.class::isInstance).count();
    info.reportModelInfo(
        info.getModelClassName(),
        layers.toJson(),
        parameters.values().toArray(String[]::new),
        Math.toIntExact(count),
        info.getModelNumParams());
  }

  /** Sets whether the next step is reported. */
  void prepare(boolean reported) {
    block.ifPresent(fused -> fused.measure(reported));
  }

  /**
   * The activations of a training step by shown name. Deeplearning4j leaves out those of output
   * layers; here they are what their softmax gets, x·W + b.
   */
  Map<String, INDArray> activations(ComputationGraph graph, Map<String, INDArray> computed) {
    inside = block.map(FusedBlockLayer::measured).orElse(List.of());
    Map<String, INDArray> all = new LinkedHashMap<>();
    computed.forEach((vertex, values) -> all.put(activations.getOrDefault(vertex, vertex), values));
    for (String output : graph.getConfiguration().getNetworkOutputs()) {
      String input = graph.getConfiguration().getVertexInputs().get(output).get(0);
      INDArray weights = graph.getParam(output + "_W");
      INDArray biases = graph.getParam(output + "_b");
      all.put(output, computed.get(input).mmul(weights).addiRowVector(biases));
    }
    return all;
  }

  /**
   * Names the parameters of a report, and makes its gradients what {@code gradients.csv} has too:
   * the mean over the batch, of trained parameters alone. Deeplearning4j reports the sum, and the
   * changes of running statistics among the gradients.
   */
  void correct(SbeStatsReport report, int batchSize) {
    report.reportLearningRates(named(report.getLearningRates()));
    for (StatsType type : List.of(StatsType.Parameters, StatsType.Updates)) {
      report.reportMeanMagnitudes(type, named(report.getMeanMagnitudes(type)));
      report.reportHistograms(type, named(report.getHistograms(type)));
    }
    report.reportStdev(StatsType.Updates, named(report.getStdev(StatsType.Updates)));
    report.reportMean(
        StatsType.Gradients, ofTrained(report.getMean(StatsType.Gradients), batchSize));
    report.reportStdev(
        StatsType.Gradients, ofTrained(report.getStdev(StatsType.Gradients), batchSize));
    report.reportMean(
        StatsType.Activations,
        complete(report.getMean(StatsType.Activations), FusedBlockLayer.ActivationSpread::mean));
    report.reportStdev(
        StatsType.Activations,
        complete(
            report.getStdev(StatsType.Activations), FusedBlockLayer.ActivationSpread::deviation));
  }

  private Map<String, Double> ofTrained(Map<String, Double> sums, int batchSize) {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach(
        (name, sum) -> {
          if (trained.contains(name)) {
            means.put(parameters.get(name), sum / batchSize);
          }
        });
    return means;
  }

  /** With the layers that are computed at once, which are the first; in the network's order. */
  private Map<String, Double> complete(
      Map<String, Double> computed, ToDoubleFunction<FusedBlockLayer.ActivationSpread> value) {
    Map<String, Double> all = new LinkedHashMap<>();
    layers.getNetworkInputs().forEach(input -> all.put(input, computed.get(input)));
    Iterator<String> names = layers.getVertices().keySet().iterator();
    inside.forEach(spread -> all.put(names.next(), value.applyAsDouble(spread)));
    names.forEachRemaining(name -> all.put(name, computed.get(name)));
    all.values().removeIf(Objects::isNull);
    return all;
  }

  private <T> Map<String, T> named(Map<String, T> byName) {
    Map<String, T> shown = new LinkedHashMap<>();
    Objects.requireNonNullElse(byName, Map.<String, T>of())
        .forEach((name, value) -> shown.put(parameters.getOrDefault(name, name), value));
    return shown;
  }
}
