package normsweep.ui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import normsweep.record.Records;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.api.SummaryType;

/** Corrects what DL4J's pages leave empty or say wrongly about a trial. */
final class Amendments {
  private static final Pattern TITLE = Pattern.compile("<title>[^<]*</title>");
  private static final Pattern GRADIENTS_TAB =
      Pattern.compile("(id=\"stdevGradients\")(><a [^>]*>)[^<]*");

  /** The label of what the memory charts show below the pointer; their axis is time. */
  private static final Pattern SYSTEM_AXIS = Pattern.compile("[^<>]*:(</b> <span id=\"x2?\">)");

  /** What the model page shows of each parameter of a layer. */
  private static final List<String> OF_PARAMETERS =
      List.of("meanMag", "learningRates", "paramHist", "updateHist");

  private static final String STYLES =
      "<link rel=\"stylesheet\" href=\"/assets/sweep/theme.css\">\n"
          + "<link rel=\"stylesheet\" href=\"/assets/sweep/training.css\">\n</head>";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final String trial;
  private final StatsStorage storage;

  Amendments(String trial, StatsStorage storage) {
    this.trial = trial;
    this.storage = storage;
  }

  /** A page with a title of its own, and labels that say what its charts show. */
  String page(String path, String html) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    String heading = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    String title = "<title>" + heading + " – " + trial + " – NormSweep</title>";
    String titled =
        TITLE
            .matcher(html)
            .replaceFirst(Matcher.quoteReplacement(title))
            .replace("</head>", STYLES);
    if (name.equals("system")) {
      return SYSTEM_AXIS.matcher(titled).replaceAll("Seconds:$1");
    }
    return GRADIENTS_TAB
        .matcher(titled)
        .replaceFirst(
            hasNorms(reports())
                ? "$1 data-quantity=\"Norm\"$2Gradients (mean of the batch, before clipping)"
                : "$1$2Gradients (sum over the batch, after clipping)");
  }

  /** What a page's script requests. */
  JsonNode data(String path, JsonNode data) {
    if (path.endsWith("/overview/data") && data.path("perf").isArray()) {
      List<StatsReport> reports = reports();
      if (!reports.isEmpty()) {
        addTimes((ArrayNode) data.get("perf"), reports);
      }
      if (hasNorms(reports)) {
        JsonNode norms = gradientNorms(data.get("scoresIter"), reports);
        ((ObjectNode) data).set("stdevGradients", norms);
      }
    } else if (path.endsWith("/model/graph") && data.path("vertexNames").isArray()) {
      describeLayers((ObjectNode) data);
    } else if (path.contains("/model/data/") && data.path("layerInfo").isArray()) {
      ArrayNode rows = ((ObjectNode) data).putArray("layerInfo").removeAll();
      int layer = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
      LayerDescription description = LayerDescription.of(network(), layer);
      rows.addArray().add("Layer Name").add(description.name());
      rows.addArray().add("Layer Type").add(description.type());
      description.facts().forEach((name, value) -> rows.addArray().add(name).add(value));
      OF_PARAMETERS.forEach(part -> keepOwn(data.path(part), description.parameters()));
    }
    return data;
  }

  /** Of Conv_1, DL4J shows the parameters of Conv_1_bn too, whose names begin with the same. */
  private static void keepOwn(JsonNode part, List<String> own) {
    Set<String> others = new HashSet<>();
    for (String list : List.of("paramNames", "layerParamNames")) {
      for (Iterator<JsonNode> names = part.path(list).elements(); names.hasNext(); ) {
        String name = names.next().asText();
        if (!own.contains(name)) {
          others.add(name);
          names.remove();
        }
      }
    }
    if (part instanceof ObjectNode quantities) {
      quantities.remove(others);
      quantities.forEach(
          quantity -> {
            if (quantity instanceof ObjectNode byParameter) {
              byParameter.remove(others);
            }
          });
    }
  }

  /** All reports, in the order of their steps. */
  List<StatsReport> reports() {
    return storage.getAllUpdatesAfter(trial, StatsListener.TYPE_ID, 0).stream()
        .map(StatsReport.class::cast)
        .toList();
  }

  /** Journals of earlier versions hold no means, and gradients of another kind. */
  private static boolean hasNorms(List<StatsReport> reports) {
    return !reports.isEmpty()
        && reports.stream()
            .allMatch(report -> report.hasSummaryStats(StatsType.Gradients, SummaryType.Mean));
  }

  /**
   * The norms that {@code gradients.csv} has, too, at the iterations that DL4J shows: with n values
   * of mean m and sample standard deviation s, √((n − 1)·s² + n·m²). What has no gradient is
   * recorded as not a number.
   */
  private static ObjectNode gradientNorms(JsonNode iterations, List<StatsReport> reports) {
    Map<Integer, StatsReport> byIteration = new HashMap<>();
    reports.forEach(report -> byIteration.put(report.getIterationCount(), report));
    Map<String, List<Double>> series = new LinkedHashMap<>();
    for (JsonNode iteration : iterations) {
      StatsReport report = byIteration.get(iteration.asInt());
      Map<String, Double> means = report.getMean(StatsType.Gradients);
      Map<String, Double> deviations = report.getStdev(StatsType.Gradients);
      report
          .getHistograms(StatsType.Parameters)
          .forEach(
              (name, values) -> {
                double n = Arrays.stream(values.getBinCounts()).asLongStream().sum();
                double mean = means.getOrDefault(name, Double.NaN);
                double deviation = deviations.getOrDefault(name, Double.NaN);
                double norm = Math.sqrt((n - 1) * deviation * deviation + n * mean * mean);
                if (!Double.isNaN(norm)) {
                  series.computeIfAbsent(name, key -> new ArrayList<>()).add(norm);
                }
              });
    }
    return Records.json().valueToTree(series);
  }

  // DL4J leaves both cells of its table empty.
  private static void addTimes(ArrayNode table, List<StatsReport> reports) {
    // A report counts the time of its process alone; a trial that was resumed has several.
    long earlier = 0;
    long last = 0;
    for (StatsReport report : reports) {
      long time = report.getTotalRuntimeMs();
      if (time < last) {
        earlier += last;
      }
      last = time;
    }
    StatsReport first = reports.get(0);
    Instant start = Instant.ofEpochMilli(first.getTimeStamp() - first.getTotalRuntimeMs());
    set(table, 0, TIME.format(start.atZone(ZoneId.systemDefault())));
    set(table, 1, text(Duration.ofMillis(earlier + last)));
  }

  private static void set(ArrayNode table, int row, String value) {
    ((ArrayNode) table.get(row)).set(1, table.textNode(value));
  }

  private static String text(Duration time) {
    return String.format(
        Locale.ROOT,
        "%d h %02d min %02d s",
        time.toHours(),
        time.toMinutesPart(),
        time.toSecondsPart());
  }

  private void describeLayers(ObjectNode graph) {
    ArrayNode types = graph.putArray("vertexTypes");
    ArrayNode infos = graph.putArray("vertexInfo");
    ComputationGraphConfiguration network = network();
    for (int layer = 0; layer < graph.get("vertexNames").size(); layer++) {
      LayerDescription description = LayerDescription.of(network, layer);
      types.add(description.type());
      ObjectNode info = infos.addObject();
      for (Map.Entry<String, String> fact : description.facts().entrySet()) {
        info.put(fact.getKey(), fact.getValue());
      }
    }
  }

  /** Names of the network's inputs and layers, in its order. */
  List<String> layers() {
    ComputationGraphConfiguration network = network();
    return Stream.concat(
            network.getNetworkInputs().stream(), network.getVertices().keySet().stream())
        .toList();
  }

  private ComputationGraphConfiguration network() {
    Persistable description =
        storage.getAllStaticInfos(trial, StatsListener.TYPE_ID).stream().findFirst().orElseThrow();
    return ComputationGraphConfiguration.fromJson(
        ((StatsInitializationReport) description).getModelConfigJson());
  }
}
