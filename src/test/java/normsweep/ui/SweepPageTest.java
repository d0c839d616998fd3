package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TuningChoice;
import normsweep.ui.state.CurveKind;
import normsweep.ui.state.StartedSweep;
import normsweep.ui.state.SweepCurves;
import normsweep.ui.state.SweepOverview;
import normsweep.ui.state.TrialAxis;
import normsweep.ui.state.TrialRecords;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sweep page says, against values worked out by hand. */
class SweepPageTest {
  @TempDir Path output;
  private SweepFolder folder;
  private StartedSweep sweep;
  private SweepUi ui;
  private RawHttp http;

  @BeforeEach
  void serve() throws IOException {
    folder = new SweepFolder(output.resolve("tiny"));
    sweep = StartedSweep.in(folder, StartedSweep.YAML);
    ui = SweepUi.start("127.0.0.1", 0, List.of(), folder);
    http = new RawHttp(ui.address());
  }

  @AfterEach
  void stop() {
    ui.close();
  }

  private JsonNode json(String path) throws IOException {
    return Records.json().readTree(http.get(path).body());
  }

  @Test
  void progressCountsEpochs() throws IOException {
    sweep.train(sweep.trials().get(0), 10, 20);
    SweepOverview overview =
        SweepOverview.read(folder, folder, new TrialRecords(folder), trial -> false, Instant.now());
    assertEquals(2 / 32.0, overview.progress(), 1e-9);
    assertEquals(30 + 7 * 60, overview.secondsLeft(), 1e-9);
    assertEquals("1 interrupted, 7 pending of 8 trials", overview.summary());
    assertTrue(http.get("/sweep").body().contains("6\u00c2\u00a0% of all epochs, about 8 min"));
  }

  @Test
  void unknownTimeIsNotShown() throws IOException {
    assertFalse(http.get("/sweep").body().contains(" left"));
  }

  @Test
  void curvesAreThoseOfTheRecords() throws IOException {
    Trial clipped =
        sweep.trials().stream().filter(trial -> trial.clip().active()).findFirst().orElseThrow();
    sweep.train(clipped, 1, 1);
    Records.writeCsv(
        folder.trial(clipped.id()).gradients(),
        GradientNorm.class,
        List.of(
            new GradientNorm(1, "Conv_1_W", 9, 9),
            new GradientNorm(1, "total", 4, 1),
            new GradientNorm(2, "total", 0.5, 0.5),
            new GradientNorm(3, "total", 3, 1),
            new GradientNorm(4, "total", 2, 1)));
    Records.writeCsv(
        folder.trial(clipped.id()).updates(),
        Update.class,
        List.of(new Update(2, "Conv_1_W", 1, 1, 1), new Update(2, "total", 8, 2, 3)));
    Records.writeCsv(
        folder.trial(clipped.id()).dynamics(),
        Step.class,
        List.of(
            new Step(2, null, 8, 1, 8, 2, 1.5f, 2.25f, 1, 0.5f, 4),
            new Step(4, -0.5f, 8, 1, 9, 1, 0.5f, 1.5f, 1, 0.5f, 5)));
    assertCurve("norm-before", "[1.0,2.0,3.0,4.0]", "[4.0,0.5,3.0,2.0]");
    assertCurve("norm-after", "[1.0,2.0,3.0,4.0]", "[1.0,0.5,1.0,1.0]");
    assertCurve("clipped-share", "[1.0,2.0]", "[0.5,1.0]");
    assertCurve("clipping-factor", "[1.0,2.0,3.0,4.0]", "[0.25,1.0,0.33333334,0.5]");
    assertCurve("update-ratio", "[2.0]", "[0.25]");
    assertCurve("distance", "[2.0]", "[3.0]");
    assertCurve("cosine", "[4.0]", "[-0.5]");
    assertCurve("gradient-variance", "[2.0,4.0]", "[8.0,9.0]");
    assertCurve("loss-range", "[2.0,4.0]", "[0.75,1.0]");
    assertCurve("smoothness", "[2.0,4.0]", "[4.0,5.0]");
    assertCurve("validation-loss", "[1.0,2.0]", "[1.0,0.5]");
    assertCurve("training-accuracy", "[1.0,2.0]", "[0.25,0.25]");
    assertEquals("[1.0]", json("/sweep/curves/norm-before").get("thresholds").toString());
    assertEquals("[]", json("/sweep/curves/validation-loss").get("thresholds").toString());
    JsonNode trial = json("/sweep/curves/learning-rate").at("/trials/0");
    assertEquals(clipped.id(), trial.get("id").asText());
    assertEquals("layer norm, clip 1.0, seed 1", trial.get("name").asText());
    assertEquals("{\"norm\":\"layer norm\",\"clip\":\"clip 1.0\"}", trial.get("cell").toString());
    assertEquals(404, http.get("/sweep/curves/valAccuracy").status());
  }

  private void assertCurve(String kind, String x, String y) throws IOException {
    JsonNode curves = json("/sweep/curves/" + kind);
    assertEquals(1, curves.get("trials").size(), kind);
    assertEquals(x, curves.at("/trials/0/curve/x").toString(), kind);
    assertEquals(y, curves.at("/trials/0/curve/y").toString(), kind);
  }

  /** A page is told of new steps, and of new epochs, alone. */
  @Test
  void growingNormsAreNewSteps() throws IOException {
    Trial trial = sweep.trials().get(0);
    sweep.train(trial, 1);
    String epochs = version("epochs");
    String steps = version("steps");
    Records.writeCsv(
        folder.trial(trial.id()).gradients(),
        GradientNorm.class,
        List.of(new GradientNorm(1, "total", 4, 1)));
    assertEquals(epochs, version("epochs"));
    assertNotEquals(steps, version("steps"));
    assertEquals("[1.0]", json("/sweep/curves/norm-before").at("/trials/0/curve/x").toString());
  }

  private String version(String of) throws IOException {
    String page = http.get("/sweep").body();
    String start = " data-" + of + "=\"";
    int from = page.indexOf(start) + start.length();
    return page.substring(from, page.indexOf('"', from));
  }

  /** Half of the second of four epochs is done, which only counts while the sweep runs. */
  @Test
  void progressOfRunningTrialCountsSteps() throws IOException {
    Trial trial = sweep.trials().get(0);
    sweep.train(trial, 1);
    Records.writeCsv(
        folder.trial(trial.id()).gradients(),
        GradientNorm.class,
        List.of(
            new GradientNorm(1, "total", 4, 1),
            new GradientNorm(2, "total", 4, 1),
            new GradientNorm(3, "total", 4, 1)));
    assertEquals(1 / 4.0, json("/sweep/results").at("/trials/0/progress").asDouble());
    try (FileChannel channel =
            FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertTrue(held.isValid());
      assertEquals(3 / 8.0, json("/sweep/results").at("/trials/0/progress").asDouble());
    }
    assertTrue(http.get("/trial/" + trial.id()).body().contains("1 of 4 epochs, step 3"));
  }

  @Test
  void stepsOfLongTrialsAreAveraged() throws IOException {
    SweepFolder longer = new SweepFolder(output.resolve("longer"));
    Trial trial =
        StartedSweep.in(longer, StartedSweep.YAML.replace("epochs: 4", "epochs: 300"))
            .trials()
            .get(0);
    List<GradientNorm> rows = new ArrayList<>();
    for (int i = 1; i <= 7; i++) {
      rows.add(new GradientNorm(i, "total", i, i));
    }
    Records.writeCsv(longer.trial(trial.id()).gradients(), GradientNorm.class, rows);
    TrialRecords records = new TrialRecords(longer);
    // 600 steps are more than 240 points: three steps make a point.
    SweepCurves curves =
        SweepCurves.of(CurveKind.NORM_BEFORE, longer.readResults().trials(), records);
    assertEquals(3, curves.perPoint());
    CurveKind.Curve curve = curves.trials().get(0).curve();
    assertEquals("[1.0, 4.0, 7.0]", Arrays.toString(curve.x()));
    assertEquals("[2.0, 5.0, 7.0]", Arrays.toString(curve.y()));
  }

  @Test
  void damagedRecordsAreNoCurves() throws IOException {
    Path gradients = folder.trial(sweep.trials().get(0).id()).gradients();
    Files.createDirectories(gradients.getParent());
    Files.writeString(gradients, "iteration,parameter,normBefore,normAfter\n1,total,x,1\n");
    assertEquals("[]", json("/sweep/curves/norm-before").get("trials").toString());
    // The last line may still be being written.
    Files.writeString(
        gradients, "iteration,parameter,normBefore,normAfter\n1,total,5,1\n2,total,1");
    assertEquals("[1.0]", json("/sweep/curves/norm-before").at("/trials/0/curve/x").toString());
  }

  @Test
  void tableShowsOnlySettingsThatDiffer() throws IOException {
    String page = http.get("/sweep").body();
    assertTrue(page.contains("<select data-filter=\"norm\">"), page);
    assertTrue(page.contains("<select data-filter=\"seed\">"), page);
    assertFalse(page.contains("data-filter=\"training."), page);
    SweepFolder rates = new SweepFolder(output.resolve("rates"));
    StartedSweep.in(
        rates,
        StartedSweep.YAML.replaceAll(
            "grid:.*", "grid: {norm: [none], clip: [1.0], training.learningRate: [0.1, 1e-3]}"));
    List<TrialAxis> axes = TrialAxis.of(rates.readResults().trials());
    assertEquals(List.of("training.learningRate"), axes.stream().map(TrialAxis::key).toList());
    assertEquals("learning rate 1e-3", TrialAxis.name(axes, rates.readResults().trials().get(1)));
  }

  @Test
  void trialsWaitWhileTuningRuns() throws IOException {
    String tune = "tune: {candidates: 2, seeds: [7], keys: {training.learningRate: [0.1, 0.2]}}\n";
    SweepFolder tuned = new SweepFolder(output.resolve("tuned"));
    StartedSweep.in(tuned, StartedSweep.YAML + tune);
    StartedSweep.in(
        tuned.tuning(),
        StartedSweep.YAML.replaceAll(
            "grid:.*",
            "grid: {norm: [layer-norm], clip: [1.0], seed: [7], training.learningRate: [0.1,"
                + " 0.2]}"));
    try (SweepUi other = SweepUi.start("127.0.0.1", 0, List.of(), tuned)) {
      RawHttp pages = new RawHttp(other.address());
      String page = pages.get("/sweep").body();
      assertTrue(page.contains(">8 waiting for tuning of 8 trials</p>"), page);
      assertTrue(page.contains("<a href=\"/tuning\">Tuning: 2 pending of 2 trials</a>"), page);
      String tuning = pages.get("/tuning").body();
      assertTrue(tuning.contains(">2 pending of 2 trials</p>"), tuning);
      String trial = "layer-norm.clip-1.0.seed-7.lr-0.1";
      assertTrue(tuning.contains("href=\"/trial/" + trial + "\""), tuning);
      String trialPage = pages.get("/trial/" + trial).body();
      assertTrue(
          trialPage.contains("href=\"/tuning\">\u00e2\u0080\u00b9 Tuning of tiny<"), trialPage);
      assertEquals(200, pages.get("/trial/" + trial + "/data").status());
      assertEquals(200, pages.get("/trial/" + trial + "/version").status());
      Records.writeJson(tuned.choices(), new TuningChoice.All(List.of()));
      assertTrue(pages.get("/sweep").body().contains(">8 pending of 8 trials</p>"));
    }
    assertTrue(http.get("/tuning").body().contains("has not started"));
  }

  @Test
  void servesResultsAndFigures() throws IOException {
    Files.writeString(folder.root().resolve("report.html"), "<p>report</p>");
    Files.writeString(folder.resultsCsv(), "id\n");
    Files.createDirectories(folder.figures());
    Files.writeString(folder.figures().resolve("loss-surface.png"), "picture");
    Files.writeString(folder.figures().resolve("curves.svg"), "<svg/>");
    String page = http.get("/sweep").body();
    for (String link : List.of("report.html", "results.csv", "results.json", "sweep.yaml")) {
      assertTrue(page.contains("href=\"/sweep/files/" + link + "\""), link);
      assertEquals(200, http.get("/sweep/files/" + link).status(), link);
    }
    assertFalse(page.contains("report.pdf"), page);
    assertTrue(page.contains("<span>Loss surface</span>"), page);
    assertEquals("picture", http.get("/sweep/files/figures/loss-surface.png").body());
    RawHttp.Answer report = http.get("/sweep/files/report.html");
    assertEquals("text/html; charset=utf-8", report.header("content-type").orElseThrow());
    // Its scripts run, but as those of no site.
    String policy = report.header("content-security-policy").orElseThrow();
    assertTrue(policy.startsWith("sandbox allow-scripts; default-src 'none';"), policy);
    assertFalse(policy.contains("allow-same-origin"), policy);
    assertEquals("", http.request("HEAD /sweep/files/results.csv").body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "report.html",
        "figures",
        "figures/linked.png",
        "figures/secret.txt",
        "secret.png",
        "trials/secret.png",
        "checkpoint",
        "figures/sub/x.png"
      })
  void servesNothingElse(String name) throws IOException {
    Path secret = Files.writeString(output.resolve("secret"), "secret");
    Files.createDirectories(folder.figures().resolve("sub"));
    Files.createDirectories(folder.root().resolve("trials"));
    for (String file :
        List.of("figures/secret.txt", "secret.png", "trials/secret.png", "figures/sub/x.png")) {
      Files.writeString(folder.root().resolve(file), "secret");
    }
    Files.createSymbolicLink(folder.figures().resolve("linked.png"), secret);
    Files.createSymbolicLink(folder.root().resolve("report.html"), secret);
    assertEquals(404, http.get("/sweep/files/" + name).status());
    assertFalse(http.get("/sweep").body().contains("files/report.html"));
  }

  @Test
  void longAnswersAreSentWhole() throws IOException {
    String reason = "x".repeat(12_000_000);
    sweep.put(TrialResult.failed(sweep.trials().get(0), 0, reason));
    for (int i = 0; i < 3; i++) {
      assertTrue(http.get("/sweep/results").body().length() > reason.length());
    }
  }
}
