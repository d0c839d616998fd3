package normsweep.savedmodel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import normsweep.base.MessageText;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameters;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

/**
 * The contents of a saved model.
 *
 * @param file the zip
 * @param description where the model comes from and how well it performs
 * @param layers its vertices in the order of the forward pass
 * @param frozen number of frozen parameters, including running statistics
 * @param trainable number of parameters that were trained
 * @param statistics number of running means and variances of trained batch norms
 */
public record ModelInspection(
    String file,
    ModelDescription description,
    List<Row> layers,
    long frozen,
    long trainable,
    long statistics) {

  /**
   * One vertex.
   *
   * @param name its name
   * @param type its kind, for example {@code ConvolutionLayer}
   * @param parameters number of its parameters
   * @param frozen whether it is frozen; false for layers without parameters
   */
  public record Row(String name, String type, long parameters, boolean frozen) {}

  /** Copies the list. */
  public ModelInspection {
    layers = List.copyOf(layers);
  }

  /**
   * Inspects a zip through the gate.
   *
   * @throws normsweep.base.NormSweepException exit code 3 if it is not a model
   */
  public static ModelInspection of(Path zip) {
    return of(zip.toString(), ModelZip.read(zip));
  }

  static ModelInspection of(String file, ModelZip model) {
    List<Row> rows = new ArrayList<>();
    long frozen = 0;
    long trainable = 0;
    long statistics = 0;
    ComputationGraph network = model.network();
    for (int index : network.topologicalSortOrder()) {
      GraphVertex vertex = network.getVertices()[index];
      var configuration = network.getConfiguration().getVertices().get(vertex.getVertexName());
      if (configuration == null) {
        continue; // The network's input.
      }
      Row row = row(vertex, configuration);
      rows.add(row);
      if (row.frozen()) {
        frozen += row.parameters();
      } else if (row.parameters() > 0) {
        for (TailParameter parameter :
            TailParameters.of(vertex.getVertexName(), vertex.getLayer(), 0)) {
          if (parameter.trained()) {
            trainable += parameter.length();
          } else {
            statistics += parameter.length();
          }
        }
      }
    }
    return new ModelInspection(file, model.description(), rows, frozen, trainable, statistics);
  }

  private static Row row(GraphVertex vertex, org.deeplearning4j.nn.conf.graph.GraphVertex kind) {
    String name = vertex.getVertexName();
    if (kind instanceof FrozenVertex wrapper) {
      return new Row(name, wrapper.getUnderlying().getClass().getSimpleName(), 0, false);
    }
    if (!(kind instanceof LayerVertex layerVertex)) {
      return new Row(name, kind.getClass().getSimpleName(), 0, false);
    }
    long parameters = vertex.getLayer().numParams();
    return layerVertex.getLayerConf().getLayer() instanceof FrozenLayer wrapper
        ? new Row(name, wrapper.getLayer().getClass().getSimpleName(), parameters, parameters > 0)
        : new Row(
            name,
            layerVertex.getLayerConf().getLayer().getClass().getSimpleName(),
            parameters,
            false);
  }

  /** The text for the terminal: provenance, scores, parameter counts, layers. */
  public String table() {
    StringBuilder text = new StringBuilder();
    line(text, "model", file);
    line(text, "trial", description.trial());
    line(text, "norm", description.norm().label() + " (" + description.placement().id() + ")");
    line(text, "clip", description.clip());
    line(text, "seed", String.valueOf(description.seed()));
    line(text, "trained from", description.unfreezeFrom());
    if (description.weights() != null) {
      line(
          text,
          "weights",
          description.weights().name() + ", pretrained on " + description.weights().pretrainedOn());
      line(text, "", description.weights().source() + " " + description.weights().sha256());
    }
    if (description.data() != null) {
      line(text, "data", description.data().source() + " " + description.data().sha256());
    }
    for (Map.Entry<String, Double> score : description.scores().entrySet()) {
      line(text, score.getKey(), String.format(Locale.ROOT, "%.4f", score.getValue()));
    }
    line(text, "input", description.preprocessing());
    line(text, "classes", String.join(", ", description.classes()));
    description.versions().forEach((name, version) -> line(text, name, version));
    line(
        text,
        "parameters",
        String.format(
            Locale.ROOT,
            "%,d frozen, %,d trained, %,d running statistics",
            frozen,
            trainable,
            statistics));
    text.append('\n');
    text.append(
        String.format(
            Locale.ROOT, "%-28s %-26s %12s  %s%n", "layer", "type", "parameters", "frozen"));
    for (Row row : layers) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-28s %-26s %12s  %s%n",
              row.name(),
              row.type(),
              row.parameters() == 0 ? "-" : String.format(Locale.ROOT, "%,d", row.parameters()),
              row.frozen() ? "yes" : row.parameters() == 0 ? "-" : "no"));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    if (value != null) {
      // A model from elsewhere may hold terminal control sequences in its texts.
      text.append(
          String.format(Locale.ROOT, "%-16s %s%n", name, MessageText.printable(value).strip()));
    }
  }
}
