package normsweep.savedmodel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import normsweep.Mutations;
import normsweep.backbone.TrunkCut;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.record.BlockBatchNorm;
import normsweep.record.EpochMetrics;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepResults.DataOrigin;
import normsweep.record.SweepResults.WeightsOrigin;
import normsweep.tail.HeadsTest;
import normsweep.tail.Tail;
import normsweep.tail.TailBackbones;
import normsweep.tail.TailSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

final class ModelZipTest {
  @TempDir Path folder;

  @Test
  void networkAgreesWithTrunkAndTail() {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    INDArray images = TailBackbones.images(DataType.FLOAT, 5);
    for (TailSpec spec : TailBackbones.allHeads()) {
      for (String cut : List.of("Conv_1", "block_16_expand")) {
        TailSpec deeper = TailBackbones.spec(spec.norm(), spec.placement(), cut, 0.5);
        for (TailSpec either : List.of(deeper, TailBackbones.frozen(deeper))) {
          Tail tail = TailBackbones.tail(backbone, either);
          HeadsTest.perturb(tail);
          ComputationGraph whole = WholeNetwork.of(backbone, tail);
          INDArray features =
              backbone.feedForward(images, false).get(TrunkCut.of(backbone, cut).features()).dup();
          INDArray expected = tail.graph().outputSingle(features);
          assertEquals(
              0, expected.sub(whole.outputSingle(images)).amaxNumber().doubleValue(), 1e-5);
        }
      }
    }
  }

  @Test
  void frozenParametersEqualBackbonesBits() {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    ComputationGraph whole = model(TailBackbones.allHeads().get(0)).network();
    for (String vertex : TrunkCut.of(backbone, "Conv_1").frozen()) {
      backbone
          .getLayer(vertex)
          .paramTable()
          .forEach(
              (key, values) ->
                  assertArrayEquals(
                      values.dup('c').data().asBytes(),
                      whole.getParam(vertex + "_" + key).dup('c').data().asBytes()));
    }
  }

  @Test
  void frozenLayersStayInFurtherTraining() {
    ComputationGraph whole = model(TailBackbones.allHeads().get(0)).network();
    INDArray stem = whole.getParam("stem_bn_mean").dup();
    INDArray project = whole.getParam("block_16_project_W").dup();
    INDArray dense = whole.getParam("head_dense_W").dup();
    whole.fit(
        new INDArray[] {TailBackbones.images(DataType.FLOAT, 4)},
        new INDArray[] {TailBackbones.labels(DataType.FLOAT, 4)});
    assertEquals(stem, whole.getParam("stem_bn_mean"));
    assertEquals(project, whole.getParam("block_16_project_W"));
    assertFalse(dense.equals(whole.getParam("head_dense_W")));
  }

  @Test
  void frozenBatchNormCountsAsFrozen() {
    ModelInspection trained = ModelInspection.of("a", model(TailBackbones.allHeads().get(1)));
    ModelZip model = model(TailBackbones.frozen(TailBackbones.allHeads().get(1)));
    ModelInspection frozen = ModelInspection.of("b", model);
    assertEquals(trained.trainable() - 2 * 8, frozen.trainable());
    assertEquals(trained.statistics() - 2 * 8, frozen.statistics());
    assertEquals(trained.frozen() + 4 * 8, frozen.frozen());
  }

  @Test
  void aWholeNetworkNeedsEveryParameter() {
    ComputationGraph backbone = TailBackbones.small(DataType.FLOAT);
    Tail tail = TailBackbones.tail(backbone, TailBackbones.allHeads().get(0));
    Map<String, INDArray> parameters = tail.copyParameters();
    INDArray gamma = parameters.remove("Conv_1_bn_gamma");
    assertThrows(
        IllegalArgumentException.class, () -> WholeNetwork.of(backbone, tail.spec(), parameters));
    parameters.put("Conv_1_bn_gamma", gamma);
    parameters.put("head_other_W", backbone.getParam("stem_W"));
    assertThrows(
        IllegalArgumentException.class, () -> WholeNetwork.of(backbone, tail.spec(), parameters));
  }

  private static List<TailSpec> heads() {
    List<TailSpec> heads = new ArrayList<>(TailBackbones.allHeads());
    heads.addAll(TailBackbones.allHeads().stream().map(TailBackbones::frozen).toList());
    return heads;
  }

  @Test
  void stockDeeplearning4jRestoresEveryHead() throws IOException {
    INDArray images = TailBackbones.images(DataType.FLOAT, 3);
    for (TailSpec spec : heads()) {
      ModelZip model = model(spec);
      Path file = folder.resolve("model.zip");
      model.write(file);
      ComputationGraph restored = ModelSerializer.restoreComputationGraph(file.toFile(), false);
      assertEquals(model.network().params(), restored.params());
      assertEquals(model.network().outputSingle(images), restored.outputSingle(images));
      String json = new String(entries(file).get("configuration.json"), StandardCharsets.UTF_8);
      assertEquals(
          spec.norm() == Norm.FILTER_RESPONSE_NORM,
          json.contains("normsweep"),
          "no class of this project but the filter response norms");
    }
  }

  @Test
  void gateReadsBackWhatWasWritten() throws IOException {
    for (TailSpec spec : heads()) {
      ModelZip model = model(spec);
      Path file = folder.resolve("model.zip");
      model.write(file);
      ModelZip read = read(file);
      assertEquals(model.description(), read.description());
      assertEquals(model.network().params(), read.network().params());
      assertEquals(model.network().getConfiguration(), read.network().getConfiguration());
    }
  }

  @Test
  void equalModelsAreEqualFiles() throws IOException {
    Path one = folder.resolve("one.zip");
    Path two = folder.resolve("two.zip");
    model(TailBackbones.allHeads().get(2)).write(one);
    model(TailBackbones.allHeads().get(2)).write(two);
    assertEquals(-1, Files.mismatch(one, two));
    try (var files = Files.list(folder)) {
      assertEquals(2, files.count(), "no temporary file is left");
    }
  }

  @Test
  void refusesWhatNoModelHolds() throws IOException {
    refused("preprocessor.bin", entries -> entries.put("preprocessor.bin", new byte[] {1}));
    refused("preprocessor.bin", entries -> entries.put("x/Preprocessor.bin", new byte[] {1}));
    refused("'../evil'", entries -> entries.put("../evil", new byte[] {1}));
    refused("no model has", entries -> entries.put("normalizer.bin", new byte[] {1}));
    refused("no configuration.json", entries -> entries.remove("configuration.json"));
    refused("no coefficients.bin", entries -> entries.remove("coefficients.bin"));
    refused("no normsweep.json", entries -> entries.remove("normsweep.json"));
    refused("200 times", entries -> entries.put("updaterState.bin", new byte[1 << 22]));
    refused(
        "more than a model",
        entries -> {
          entries.put("a", new byte[0]);
          entries.put("b", new byte[0]);
        });
  }

  @Test
  void refusesAnotherConfiguration() throws IOException {
    refused(
        "/vertices/stem/layerConf/layer/layer/@class",
        entries ->
            replace(
                entries,
                "configuration.json",
                "org.deeplearning4j.nn.conf.layers.ConvolutionLayer",
                "com.sun.rowset.JdbcRowSetImpl"));
    refused(
        "/vertices/head_dense/layerConf/layer/nout",
        entries -> replace(entries, "configuration.json", "\"nout\" : 6", "\"nout\" : 2000000000"));
    refused(
        "malformed",
        entries -> entries.put("configuration.json", "{nonsense".getBytes(StandardCharsets.UTF_8)));
    refused(
        "its top",
        entries -> entries.put("configuration.json", "[]".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void refusesAnotherDescription() throws IOException {
    edited("unfreezeFrom '../x'", node -> node.put("unfreezeFrom", "../x"));
    edited("0 hidden units", node -> node.put("hiddenUnits", 0));
    edited("2147483647 hidden units", node -> node.put("hiddenUnits", Integer.MAX_VALUE));
    edited("malformed", node -> node.put("norm", "weight-norm"));
    edited("malformed", node -> node.put("hiddenUnits", 1e30));
    edited("without norm", node -> node.remove("norm"));
    edited("dropout", node -> node.put("dropout", 1.0));
    edited("schema 2", node -> node.put("schema", 2));
    edited("not the described network's", node -> node.put("norm", "batch-norm"));
    edited("not the described network's", node -> node.put("seed", 2));
    refused(
        "schema null",
        entries -> entries.put("normsweep.json", "null".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void refusesOtherParameters() throws IOException {
    refused("parameters", entries -> cut(entries, 1));
    refused("parameters", entries -> cut(entries, 300));
    refused("parameters", entries -> cut(entries, entries.get("coefficients.bin").length));
    refused("more than", entries -> cut(entries, -4));
    refused("parameters", entries -> entries.get("coefficients.bin")[9] ^= 1);
    refused(
        "finite",
        entries -> {
          byte[] bytes = entries.get("coefficients.bin");
          Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0xff);
        });
  }

  @Test
  void refusesFilesThatAreNoZip() throws IOException {
    Path file = folder.resolve("model.zip");
    message(file, "is not a file");
    Files.write(file, new byte[0]);
    message(file, "not an intact zip");
    model(TailBackbones.allHeads().get(1)).write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {1, 30, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      message(file, "model.zip");
    }
  }

  @Test
  void refusesFlippedBitInParameters() throws IOException {
    Path file = folder.resolve("model.zip");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model(TailBackbones.allHeads().get(1)).write(file);
    // Without compression a flipped bit is a flipped bit of a parameter, and nothing else.
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(0);
      for (Map.Entry<String, byte[]> entry : entries(file).entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    byte[] whole = bytes.toByteArray();
    Files.write(file, whole);
    assertEquals(
        model(TailBackbones.allHeads().get(1)).network().params(), read(file).network().params());
    byte[] parameters = entries(file).get("coefficients.bin");
    byte[] last = Arrays.copyOfRange(parameters, parameters.length - 40, parameters.length);
    int end = Mutations.after(whole, last).get(0);
    whole[end - 1] ^= 1;
    Files.write(file, whole);
    message(file, "a coefficients.bin that does not match its checksum");
  }

  @Test
  void inspectionCountsParametersAndNamesOrigin() {
    ModelZip model = model(TailBackbones.allHeads().get(0));
    ModelInspection inspection = ModelInspection.of("x/model.zip", model);
    // Conv_1 8·4, its γ and β; dense 8·6, γ and β; logits 6·10 and bias.
    assertEquals(32 + 16 + 48 + 12 + 60 + 10, inspection.trainable());
    assertEquals(16 + 12, inspection.statistics());
    assertEquals(
        model.network().numParams(),
        inspection.frozen() + inspection.trainable() + inspection.statistics());
    String table = inspection.table();
    for (String part :
        List.of(
            "batch norm",
            "COCO",
            "testAccuracy",
            "0.8125",
            "178 trained",
            "block batch norm     train",
            "optimizer            adam",
            "airplane",
            "Conv_1_bn",
            "block_16_depthwise ",
            "DepthwiseConvolution2D",
            "OutputLayer")) {
      assertTrue(table.contains(part), part + " in\n" + table);
    }
    assertFalse(table.contains("\u001b"));
  }

  static ModelZip model(TailSpec head) {
    return model(TailBackbones.small(DataType.FLOAT), head);
  }

  static ModelZip model(ComputationGraph backbone, TailSpec head) {
    TailSpec trained = TailBackbones.spec(head.norm(), head.placement(), "Conv_1", 0.5);
    boolean frozen = head.blockBatchNorm() == BlockBatchNorm.FROZEN;
    TailSpec spec = frozen ? TailBackbones.frozen(trained) : trained;
    Tail tail = TailBackbones.tail(backbone, spec);
    HeadsTest.perturb(tail);
    return new ModelZip(
        WholeNetwork.of(backbone, tail),
        new ModelDescription(
            ModelDescription.SCHEMA,
            "batch-norm.clip-none.seed-1",
            spec.norm(),
            spec.placement(),
            "none",
            spec.seed(),
            spec.unfreezeFrom(),
            spec.blockBatchNorm(),
            spec.hiddenUnits(),
            spec.dropout(),
            new WeightsOrigin("MobileNetV2", "a\u001b[2Jfile", "abc", "COCO", "HDF5", ""),
            new DataOrigin("archive", "def", 2000, 500, 1000),
            Records.json()
                .createObjectNode()
                .put("name", "quick")
                .set("training", Records.json().createObjectNode().put("optimizer", "adam")),
            Map.of("testAccuracy", 0.8125),
            List.of(new EpochMetrics(1, 1.5, 0.5, 1.25, 0.625, 1e-3, 0)),
            DataOrigin.CIFAR_10,
            "x/127.5-1",
            Map.of("normsweep", "0.1.0")));
  }

  static ModelZip read(Path file) {
    return new ModelZipGate(file, form -> TailBackbones.small(DataType.FLOAT)).read();
  }

  private void message(Path file, String part) {
    NormSweepException refusal = assertThrows(NormSweepException.class, () -> read(file));
    assertEquals(ExitCode.UNAVAILABLE, refusal.exitCode());
    String message = refusal.getMessage();
    assertTrue(message.contains(part), message);
    assertTrue(message.contains("model.zip") && message.endsWith("."), message);
    assertEquals(1, message.lines().count(), message);
  }

  private void edited(String part, Consumer<ObjectNode> edit) throws IOException {
    refused(
        part,
        entries -> {
          try {
            ObjectNode node = (ObjectNode) Records.json().readTree(entries.get("normsweep.json"));
            edit.accept(node);
            entries.put("normsweep.json", Records.json().writeValueAsBytes(node));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Writes a model, changes its entries and expects a refusal that holds {@code part}. */
  private void refused(String part, Consumer<Map<String, byte[]>> change) throws IOException {
    Path file = folder.resolve("model.zip");
    model(TailBackbones.allHeads().get(1)).write(file);
    Map<String, byte[]> entries = entries(file);
    change.accept(entries);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    Files.write(file, bytes.toByteArray());
    message(file, part);
  }

  private static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  private static void replace(
      Map<String, byte[]> entries, String name, String old, String replacement) {
    String text = new String(entries.get(name), StandardCharsets.UTF_8);
    assertTrue(text.contains(old), old);
    entries.put(name, text.replace(old, replacement).getBytes(StandardCharsets.UTF_8));
  }

  /** Takes bytes off the end of the parameters, or adds some. */
  private static void cut(Map<String, byte[]> entries, int bytes) {
    byte[] whole = entries.get("coefficients.bin");
    entries.put("coefficients.bin", Arrays.copyOf(whole, whole.length - bytes));
  }
}
