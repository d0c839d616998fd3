package normsweep.savedmodel;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Formatter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import normsweep.base.MessageText;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Two saved models side by side: which facts and which parameters differ, and by how much.
 *
 * @param first the file that the other is compared with
 * @param second the other file
 * @param facts what their descriptions say differently: both values by name
 * @param equal number of parameters arrays that are equal to the last bit
 * @param differences the other arrays, in the order of the forward pass
 */
public record ModelComparison(
    String first,
    String second,
    Map<String, List<String>> facts,
    int equal,
    List<Difference> differences) {
  private static final String ROW = "%-28s %-8s %12s %12s %12s%n";

  /**
   * A parameter array that differs.
   *
   * @param layer name of the layer
   * @param parameter its name within the layer
   * @param what {@code values}, {@code shapes}, {@code first} or {@code second}: what differs, or
   *     in which file alone it is
   * @param elements number of its elements that differ; of all if not all can be compared
   * @param largest largest difference of two elements
   * @param relative norm of the difference over that of the first array; null if that is 0
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Difference(
      String layer,
      String parameter,
      String what,
      long elements,
      Double largest,
      Double relative) {}

  /** Copies the collections. */
  public ModelComparison {
    facts = new LinkedHashMap<>(facts);
    differences = List.copyOf(differences);
  }

  /**
   * Compares two zips, both through the gate.
   *
   * @throws normsweep.base.NormSweepException exit code 3 if one is not a model
   */
  public static ModelComparison of(Path first, Path second) {
    return of(first.toString(), ModelZip.read(first), second.toString(), ModelZip.read(second));
  }

  static ModelComparison of(String first, ModelZip one, String second, ModelZip other) {
    Set<String> layers = new LinkedHashSet<>(layers(one.network()));
    layers.addAll(layers(other.network()));
    List<Difference> differences = new ArrayList<>();
    int equal = 0;
    for (String layer : layers) {
      Map<String, INDArray> a = parameters(one.network(), layer);
      Map<String, INDArray> b = parameters(other.network(), layer);
      Set<String> names = new LinkedHashSet<>(a.keySet());
      names.addAll(b.keySet());
      for (String name : names) {
        Difference difference = difference(layer, name, a.get(name), b.get(name));
        if (difference == null) {
          equal++;
        } else {
          differences.add(difference);
        }
      }
    }
    return new ModelComparison(
        first, second, facts(one.description(), other.description()), equal, differences);
  }

  private static Map<String, List<String>> facts(ModelDescription a, ModelDescription b) {
    Map<String, Function<ModelDescription, Object>> all = new LinkedHashMap<>();
    all.put("trial", ModelDescription::trial);
    all.put("norm", model -> model.norm().id());
    all.put("clip", ModelDescription::clip);
    all.put("seed", ModelDescription::seed);
    all.put("weights", model -> model.weights() == null ? null : model.weights().sha256());
    all.put("data", model -> model.data() == null ? null : model.data().sha256());
    Set<String> scores = new LinkedHashSet<>(a.scores().keySet());
    scores.addAll(b.scores().keySet());
    scores.forEach(score -> all.put(score, model -> model.scores().get(score)));
    Map<String, List<String>> facts = new LinkedHashMap<>();
    all.forEach(
        (name, fact) -> {
          if (!Objects.equals(fact.apply(a), fact.apply(b))) {
            facts.put(name, List.of(String.valueOf(fact.apply(a)), String.valueOf(fact.apply(b))));
          }
        });
    return facts;
  }

  private static List<String> layers(ComputationGraph network) {
    return Arrays.stream(network.topologicalSortOrder())
        .mapToObj(index -> network.getVertices()[index])
        .filter(GraphVertex::hasLayer)
        .map(GraphVertex::getVertexName)
        .toList();
  }

  private static Map<String, INDArray> parameters(ComputationGraph network, String layer) {
    return network.getVertex(layer) == null || !network.getVertex(layer).hasLayer()
        ? Map.of()
        : network.getLayer(layer).paramTable();
  }

  private static Difference difference(String layer, String name, INDArray a, INDArray b) {
    if (a == null || b == null) {
      long elements = (a == null ? b : a).length();
      return new Difference(layer, name, a == null ? "second" : "first", elements, null, null);
    }
    if (!Arrays.equals(a.shape(), b.shape())) {
      return new Difference(layer, name, "shapes", a.length(), null, null);
    }
    float[] left = a.dup('c').data().asFloat();
    float[] right = b.dup('c').data().asFloat();
    long elements = 0;
    double largest = 0;
    double squares = 0;
    double norm = 0;
    for (int i = 0; i < left.length; i++) {
      double difference = (double) right[i] - left[i];
      elements += Float.floatToIntBits(left[i]) == Float.floatToIntBits(right[i]) ? 0 : 1;
      largest = Math.max(largest, Math.abs(difference));
      squares += difference * difference;
      norm += (double) left[i] * left[i];
    }
    return elements == 0
        ? null
        : new Difference(
            layer, name, "values", elements, largest, norm == 0 ? null : Math.sqrt(squares / norm));
  }

  /** The text for the terminal. */
  public String table() {
    Formatter text = new Formatter(Locale.ROOT);
    text.format("%-20s %s%n%-20s %s%n", "first", printable(first), "second", printable(second));
    facts.forEach(
        (name, values) ->
            text.format(
                "%-20s %s, %s%n",
                printable(name), printable(values.get(0)), printable(values.get(1))));
    text.format(
        "%nEqual to the last bit: %d parameter arrays; different: %d", equal, differences.size());
    text.format("%n");
    if (differences.isEmpty()) {
      return text.toString();
    }
    text.format("%n" + ROW, "layer", "array", "elements", "largest", "relative");
    for (Difference difference : differences) {
      text.format(
          ROW,
          difference.layer(),
          difference.parameter(),
          String.format(Locale.ROOT, "%,d", difference.elements()),
          number(difference.largest(), difference.what()),
          number(difference.relative(), "-"));
    }
    text.format("%nlargest: largest difference of two elements (or, in words, why there is none);");
    text.format("%nrelative: norm of the difference over that of the first model's array%n");
    return text.toString();
  }

  private static String number(Double value, String otherwise) {
    if (value != null) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    return switch (otherwise) {
      case "first", "second" -> otherwise + " only";
      default -> otherwise;
    };
  }

  // A model from elsewhere may hold terminal control sequences in its texts.
  private static String printable(String text) {
    return MessageText.printable(text).strip();
  }
}
