package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.tail.Tail;
import normsweep.tail.TailFactory;
import normsweep.tail.TailSpec;
import normsweep.tail.WarmupCosineSchedule;
import normsweep.tail.fused.FusedTail;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What sweeps really train, with layers, activations and schedules of this project in it. */
class TailPagesTest {
  private static final int IMAGES = 16;
  private static final List<Integer> FEATURES = List.of(3, 3, 4);

  /** Of layers whose names begin with that of another. */
  private static final Map<String, List<String>> PARAMETERS =
      Map.of("Conv_1", List.of("W"), "Conv_1_bn", List.of("beta", "gamma", "mean", "var"));

  @TempDir Path output;

  static Stream<Arguments> tails() {
    return Stream.of("stock", "fused")
        .flatMap(
            kind ->
                Stream.concat(
                    Stream.of(Norm.values())
                        .map(norm -> Arguments.of(kind, norm, FrnPlacement.DENSE)),
                    Stream.of(
                        Arguments.of(kind, Norm.FILTER_RESPONSE_NORM, FrnPlacement.SPATIAL))));
  }

  @ParameterizedTest
  @MethodSource("tails")
  void everyTailHasItsPages(String kind, Norm norm, FrnPlacement placement) throws IOException {
    SweepFolder folder = new SweepFolder(output.resolve("tails"));
    TailSpec spec =
        new TailSpec(norm, placement, "Conv_1", 6, 0.5, 1, new WarmupCosineSchedule(1e-3, 2, 9));
    Tail tail =
        kind.equals("fused")
            ? FusedTail.orStock(backbone(), spec, FEATURES)
            : TailFactory.stock(backbone(), spec, FEATURES, "compared");
    INDArray features = Nd4j.rand(IMAGES, FEATURES.get(0), FEATURES.get(1), FEATURES.get(2));
    Map<String, INDArray> first;
    try (SweepStats stats = SweepStats.open(folder.trial("trial").stats(), "trial", tail, 2, 0)) {
      tail.graph().setListeners(stats.listener());
      stats.listener().onEpochStart(tail.graph());
      first = tail.graph().feedForward(new INDArray[] {features}, true, false);
      INDArray labels = Nd4j.zeros(IMAGES, 10);
      for (int i = 0; i < IMAGES; i++) {
        labels.putScalar(i, i % 10, 1);
      }
      for (int i = 0; i < 5; i++) {
        tail.graph().fit(new INDArray[] {features}, new INDArray[] {labels});
      }
    }
    try (SweepUi ui = SweepUi.start("127.0.0.1", 0, List.of(), folder)) {
      RawHttp http = new RawHttp(ui.address());
      JsonNode overview = json(http, "overview/data");
      assertEquals("[0,2,4]", overview.get("scoresIter").toString());
      assertTrue(overview.get("stdevGradients").size() >= 3, overview.toString());
      assertTrue(overview.get("stdevActivations").size() >= 3, overview.toString());
      JsonNode names = json(http, "model/graph").get("vertexNames");
      assertEquals(layers(norm, placement), texts(names));
      String graph = json(http, "model/graph").toString();
      assertFalse(graph.contains("sigmoid"), graph);
      for (int layer = 0; layer < names.size(); layer++) {
        JsonNode data = json(http, "model/data/" + layer);
        String name = names.get(layer).asText();
        assertEquals(name, data.at("/layerInfo/0/1").asText());
        assertFalse(data.at("/layerInfo/1/1").asText().contains("Fused"), name);
        assertFalse(data.get("layerInfo").toString().contains("sigmoid"), name);
        assertEquals("[0,2,4]", data.at("/activations/iterCount").toString(), name);
        List<String> own =
            PARAMETERS.getOrDefault(
                name, texts(data.at("/paramHist/paramNames")).stream().sorted().toList());
        for (String part : List.of("paramHist", "updateHist", "learningRates")) {
          assertEquals(own, texts(data.at("/" + part + "/paramNames")).stream().sorted().toList());
        }
        assertEquals(own.size(), data.at("/meanMag/ratios").size(), name);
        for (String parameter : own) {
          assertTrue(data.get("layerInfo").toString().contains("Shape of " + parameter), name);
        }
        if (List.of("head_dense", "head_activation").contains(name)) {
          double mean = first.get(name).meanNumber().doubleValue();
          double deviation = first.get(name).stdNumber().doubleValue();
          assertEquals(mean, data.at("/activations/mean/0").asDouble(), 1e-4, name);
          assertEquals(deviation, data.at("/activations/stdev/0").asDouble(), 1e-4, name);
        }
      }
    }
  }

  private static List<String> layers(Norm norm, FrnPlacement placement) {
    boolean spatial = placement == FrnPlacement.SPATIAL;
    boolean between = norm == Norm.BATCH_NORM || norm == Norm.FILTER_RESPONSE_NORM;
    boolean relu = norm != Norm.FILTER_RESPONSE_NORM || spatial;
    return Stream.of(
            Stream.of("features", "Conv_1", "Conv_1_bn", "out_relu"),
            Stream.of("head_norm").filter(name -> spatial),
            Stream.of("head_pool", "head_dense"),
            Stream.of("head_norm").filter(name -> between && !spatial),
            Stream.of("head_activation").filter(name -> relu),
            Stream.of("head_dropout", "head_logits"))
        .flatMap(names -> names)
        .toList();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static JsonNode json(RawHttp http, String page) throws IOException {
    RawHttp.Answer answer = http.get("/train/trial/" + page);
    assertEquals(200, answer.status(), page + ": " + answer.body());
    return Records.json().readTree(answer.body());
  }

  private static ComputationGraph backbone() {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .graphBuilder()
            .addInputs("input_1")
            .setInputTypes(InputType.convolutional(3, 3, 3, CNN2DFormat.NHWC));
    Map<String, String> before = Map.of("project", "input_1", "Conv_1", "project");
    for (String layer : List.of("project", "Conv_1")) {
      graph.addLayer(
          layer,
          new ConvolutionLayer.Builder(1, 1)
              .nOut(layer.equals("project") ? FEATURES.get(2) : 8)
              .dataFormat(CNN2DFormat.NHWC)
              .hasBias(false)
              .activation(Activation.IDENTITY)
              .build(),
          before.get(layer));
    }
    graph.addLayer(
        "Conv_1_bn",
        new BatchNormalization.Builder()
            .eps(1e-3)
            .useLogStd(false)
            .dataFormat(CNN2DFormat.NHWC)
            .build(),
        "Conv_1");
    graph.addLayer(
        "out_relu",
        new ActivationLayer.Builder().activation(new ActivationReLU(6.0, 0.0, 0.0)).build(),
        "Conv_1_bn");
    ComputationGraph backbone = new ComputationGraph(graph.setOutputs("out_relu").build());
    backbone.init();
    return backbone;
  }
}
