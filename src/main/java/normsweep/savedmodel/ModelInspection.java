package normsweep.savedmodel;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import normsweep.backbone.BackboneForm;
import normsweep.base.MessageText;
import normsweep.record.BlockBatchNorm;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.tail.Head;
import normsweep.tail.TailParameter;
import normsweep.tail.TailParameters;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
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
    List<LayerRow> layers,
    long frozen,
    long trainable,
    long statistics) {
  private static final int SHOWN_CLASSES = 30;
  private static final String ROW = "%-28s %-26s %12s  %s%n";

  /**
   * One vertex.
   *
   * @param name its name
   * @param type its kind, for example {@code ConvolutionLayer}
   * @param parameters number of its parameters
   * @param frozen whether it is frozen; false for layers without parameters
   */
  public record LayerRow(String name, String type, long parameters, boolean frozen) {}

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
    List<LayerRow> rows = new ArrayList<>();
    long frozen = 0;
    long trainable = 0;
    long statistics = 0;
    ComputationGraph network = model.network();
    for (int index : network.topologicalSortOrder()) {
      GraphVertex vertex = network.getVertices()[index];
      if (vertex.isInputVertex()) {
        continue;
      }
      LayerRow row = row(model, vertex);
      rows.add(row);
      if (row.frozen()) {
        frozen += row.parameters();
      } else if (row.parameters() > 0) {
        for (TailParameter parameter : TailParameters.of(row.name(), vertex.getLayer(), 0)) {
          trainable += parameter.trained() ? parameter.length() : 0;
          statistics += parameter.trained() ? 0 : parameter.length();
        }
      }
    }
    return new ModelInspection(file, model.description(), rows, frozen, trainable, statistics);
  }

  private static LayerRow row(ModelZip model, GraphVertex vertex) {
    String name = vertex.getVertexName();
    Object kind = model.network().getConfiguration().getVertices().get(name);
    long parameters = 0;
    boolean frozen = false;
    if (kind instanceof FrozenVertex wrapper) {
      kind = wrapper.getUnderlying();
    } else if (kind instanceof LayerVertex layer) {
      kind = layer.getLayerConf().getLayer();
      parameters = vertex.getLayer().numParams();
    }
    if (kind instanceof FrozenLayer wrapper) {
      kind = wrapper.getLayer();
      frozen = parameters > 0;
    } else if (kind instanceof BatchNormalization && !Head.owns(name)) {
      frozen = model.description().blockBatchNorm() == BlockBatchNorm.FROZEN;
    }
    return new LayerRow(name, kind.getClass().getSimpleName(), parameters, frozen);
  }

  /** The text for the terminal: provenance, scores, parameter counts, layers. */
  public String table() {
    Formatter text = new Formatter(Locale.ROOT);
    line(text, "model", file);
    line(text, "trial", description.trial());
    line(text, "norm", description.norm().label() + " (" + description.placement().id() + ")");
    line(text, "clip", description.clip());
    line(text, "seed", String.valueOf(description.seed()));
    line(text, "trained from", description.unfreezeFrom());
    line(text, "block batch norm", description.blockBatchNorm().id());
    line(text, "optimizer", training("optimizer"));
    line(text, "learning rate", training("learningRate"));
    if (description.weights() != null) {
      WeightsOrigin weights = description.weights();
      line(text, "weights", weights.name() + ", pretrained on " + weights.pretrainedOn());
      line(text, "", weights.source() + " " + weights.sha256());
      if (!weights.format().isEmpty()) {
        line(text, "", weights.format());
      }
      BackboneForm.parse(weights.form())
          .ifPresent(form -> line(text, "computes", form.description()));
    }
    if (description.data() != null) {
      line(text, "data", description.data().source() + " " + description.data().sha256());
    }
    description
        .scores()
        .forEach((name, score) -> line(text, name, String.format(Locale.ROOT, "%.4f", score)));
    line(text, "input", description.preprocessing());
    List<String> classes = description.classes();
    line(
        text,
        "classes",
        classes.size() <= SHOWN_CLASSES
            ? String.join(", ", classes)
            : String.join(", ", classes.subList(0, SHOWN_CLASSES))
                + String.format(Locale.ROOT, " and %,d more", classes.size() - SHOWN_CLASSES));
    description.versions().forEach((name, version) -> line(text, name, version));
    text.format(
        "%-20s %,d frozen, %,d trained, %,d running statistics%n",
        "parameters", frozen, trainable, statistics);
    text.format("\n" + ROW, "layer", "type", "parameters", "frozen");
    for (LayerRow row : layers) {
      boolean none = row.parameters() == 0;
      String parameters = none ? "-" : String.format(Locale.ROOT, "%,d", row.parameters());
      String isFrozen = row.frozen() ? "yes" : none ? "-" : "no";
      text.format(ROW, row.name(), row.type(), parameters, isFrozen);
    }
    return text.toString();
  }

  private String training(String name) {
    JsonNode config = description.config();
    return config == null ? null : config.path("training").path(name).asText(null);
  }

  private static void line(Formatter text, String name, String value) {
    if (value != null) {
      // A model from elsewhere may hold terminal control sequences in its texts.
      text.format("%-20s %s%n", name, MessageText.printable(value).strip());
    }
  }
}
