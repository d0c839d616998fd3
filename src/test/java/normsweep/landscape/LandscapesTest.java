package normsweep.landscape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.landscape.head.Sample;
import normsweep.landscape.hessian.Curvature;
import normsweep.record.Clip;
import normsweep.record.CompletedTrials;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

class LandscapesTest {
  private static final Trial BATCH = new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
  private static final Trial LAYER = new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
  private static final Trial FAILED =
      new Trial(Norm.FILTER_RESPONSE_NORM, FrnPlacement.DENSE, Clip.NONE, 1);

  @TempDir Path root;
  private SweepFolder folder;
  private final AtomicInteger loads = new AtomicInteger();

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new SweepFolder(root);
    Records.writeJson(
        folder.results(),
        new SweepResults(
            1,
            "toy",
            null,
            null,
            Map.of(),
            List.of(
                CompletedTrials.of(BATCH, 3, 3),
                CompletedTrials.of(LAYER, 3, 3),
                TrialResult.failed(FAILED, 2, "loss is NaN"))));
    for (Trial trial : List.of(BATCH, LAYER)) {
      Files.createDirectories(folder.trial(trial.id()).root());
      Files.writeString(folder.trial(trial.id()).model(), "model of " + trial.id());
    }
    writeTrajectory(BATCH, 4);
  }

  private void writeTrajectory(Trial trial, int epochs) throws IOException {
    Tail tail = ToyTails.tail(trial, DataType.FLOAT);
    List<TailParameter> head =
        tail.parameters().stream()
            .filter(parameter -> parameter.head() && parameter.trained())
            .sorted(Comparator.comparing(TailParameter::name))
            .toList();
    Random random = new Random(2);
    for (int epoch = 0; epoch < epochs; epoch++) {
      ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
      double away = epochs - 1 - epoch;
      for (TailParameter parameter : head) {
        for (float value : tail.values(parameter).dup('c').data().asFloat()) {
          bytes.putFloat((float) (value + away * (0.1 + 0.1 * random.nextGaussian())));
        }
      }
      Files.createDirectories(folder.trial(trial.id()).trajectory(epoch).getParent());
      Files.write(
          folder.trial(trial.id()).trajectory(epoch),
          Arrays.copyOf(bytes.array(), bytes.position()));
    }
  }

  private TrainedTails tails() {
    return new TrainedTails(
        trial -> {
          loads.incrementAndGet();
          return ToyTails.tail(trial.trial(), DataType.FLOAT);
        },
        trial -> ToyTails.features(60),
        trial -> ToyTails.features(50),
        trial -> 8,
        trial -> "toy");
  }

  private static LandscapeSettings settings(Scope over, int grid) {
    return new LandscapeSettings(over, grid, 1, 40, 1, 0.25, 3);
  }

  private TrialLandscape read(Trial trial, Scope over) {
    return Records.readJson(Landscapes.file(folder, trial.id(), over), TrialLandscape.class);
  }

  @Test
  void centreIsTrialsOwnLoss() throws IOException {
    Landscapes.compute(folder, settings(Scope.HEAD, 9), tails());
    for (Trial trial : List.of(BATCH, LAYER)) {
      TrialLandscape landscape = read(trial, Scope.HEAD);
      Tail tail = ToyTails.tail(trial, DataType.FLOAT);
      double own = Sample.of(tail, ToyTails.features(60), 40).loss(tail.graph());
      assertEquals(own, landscape.surface().loss()[4][4], 1e-4);
      assertEquals(own, landscape.trialLoss(), 1e-6);
      assertEquals(40, landscape.images());
    }
  }

  @Test
  void sharedFileNamesMissingTrials() throws IOException {
    SweepLandscape shared = Landscapes.compute(folder, settings(Scope.HEAD, 9), tails());
    assertEquals(List.of(BATCH.id(), LAYER.id()), shared.trials());
    assertEquals(Map.of(FAILED.id(), "it is failed: loss is NaN"), shared.missing());
    assertEquals(
        Math.min(read(BATCH, Scope.HEAD).surface().min(), read(LAYER, Scope.HEAD).surface().min()),
        shared.lossMin());
    assertEquals(
        read(BATCH, Scope.HEAD).surface().grid(), read(LAYER, Scope.HEAD).surface().grid());
    SweepLandscape onDisk =
        Records.readJson(Landscapes.file(folder, Scope.HEAD), SweepLandscape.class);
    assertEquals(shared.settings(), onDisk.settings());
    assertEquals(List.of("1/0", "1/1"), onDisk.directionSeeds());
  }

  @Test
  void pathEndsAtTheSavedModel() throws IOException {
    Landscapes.compute(folder, settings(Scope.HEAD, 9), tails());
    TrialLandscape.Path path = read(BATCH, Scope.HEAD).path();
    assertEquals(4, path.points().size());
    assertEquals(0, path.points().get(3).a(), 1e-4);
    assertEquals(0, path.points().get(3).b(), 1e-4);
    assertTrue(path.varianceShares()[0] >= path.varianceShares()[1]);
    assertNull(read(LAYER, Scope.HEAD).path());
  }

  @Test
  void geometryHoldsSavedModelAndEpochs() throws IOException {
    Landscapes.compute(folder, settings(Scope.HEAD, 9), tails());
    TrialGeometry batch =
        Landscapes.readGeometry(Landscapes.geometryFile(folder, BATCH.id()), BATCH.id());
    assertEquals(read(BATCH, Scope.HEAD).centreLoss(), batch.savedModel().loss(), 1e-9);
    // Epochs 0, 1, 2 and 3 were kept; the saved model is that of epoch 3, the last.
    assertEquals(List.of(3, 3, 0, 1), batch.curvature().stream().map(Curvature::epoch).toList());
    assertEquals(40, batch.savedModel().count());
    assertEquals(40, batch.curvature().get(1).count());
    TrialGeometry layer =
        Landscapes.readGeometry(Landscapes.geometryFile(folder, LAYER.id()), LAYER.id());
    assertEquals(2, layer.curvature().size());
  }

  @Test
  void surfaceOfAnOlderVersionIsReadAndMeasuredAgain() throws IOException {
    Landscapes.compute(folder, settings(Scope.HEAD, 9), tails());
    Path file = Landscapes.file(folder, LAYER.id(), Scope.HEAD);
    ObjectNode older = (ObjectNode) Records.json().readTree(file.toFile());
    double roughness = older.get("measures").get("roughness").asDouble();
    ((ObjectNode) older.get("measures")).put("roughness", 0.9995);
    older.putObject("spectrum").put("smallest", -1).put("products", 60);
    Records.writeJson(file, older);
    assertEquals(roughness, Landscapes.read(file, LAYER.id()).measures().roughness(), 1e-12);
    Files.delete(Landscapes.geometryFile(folder, LAYER.id()));
    Landscapes.compute(folder, settings(Scope.HEAD, 9), tails());
    assertTrue(Files.exists(Landscapes.geometryFile(folder, LAYER.id())));
    assertEquals(older, Records.json().readTree(file.toFile()), "the surface is kept");
  }

  @Test
  void finishedSurfacesAreKept() throws IOException {
    Landscapes.compute(folder, settings(Scope.HEAD, 9), tails());
    assertEquals(2, loads.get());
    Landscapes.compute(folder, settings(Scope.HEAD, 9), tails());
    assertEquals(2, loads.get());
    Landscapes.compute(folder, settings(Scope.HEAD, 11), tails());
    assertEquals(4, loads.get());
    Files.writeString(folder.trial(BATCH.id()).model(), "trained again");
    Landscapes.compute(folder, settings(Scope.HEAD, 11), tails());
    assertEquals(5, loads.get());
  }

  @Test
  void aDamagedSurfaceIsComputedAgain() throws IOException {
    Landscapes.compute(folder, settings(Scope.HEAD, 9), tails());
    Path file = Landscapes.file(folder, LAYER.id(), Scope.HEAD);
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() / 2));
    Landscapes.compute(folder, settings(Scope.HEAD, 9), tails());
    assertEquals(3, loads.get());
    assertEquals(9, read(LAYER, Scope.HEAD).surface().loss().length);
  }

  @Test
  void tailSurfaceMovesTheBlockToo() throws IOException {
    Landscapes.compute(folder, settings(Scope.HEAD, 5), tails());
    Landscapes.compute(folder, settings(Scope.TAIL, 5), tails());
    TrialLandscape head = read(LAYER, Scope.HEAD);
    TrialLandscape tail = read(LAYER, Scope.TAIL);
    assertEquals(head.surface().loss()[2][2], tail.surface().loss()[2][2], 1e-5);
    assertTrue(Math.abs(head.surface().loss()[0][0] - tail.surface().loss()[0][0]) > 1e-3);
    assertTrue(Files.exists(root.resolve("landscape-tail.json")));
  }

  @Test
  void interruptedSurfaceResumesWithItsRows() throws IOException {
    PlaneGrid grid = PlaneGrid.centred(5, 1);
    Path file = root.resolve("rows.json");
    AtomicInteger asked = new AtomicInteger();
    PlaneLoss plane =
        (a, b) -> {
          asked.incrementAndGet();
          return a + 10 * b;
        };
    double[][] rows = new double[5][];
    rows[0] = new double[] {7, 7, 7, 7, 7};
    rows[3] = new double[] {8, 8, 8, 8, 8};
    Records.writeJson(file, new PartialSurface.Rows("key", rows));
    LossSurface surface;
    try (Progress progress = Progress.of("test", 5, "rows")) {
      surface = PartialSurface.open(file, "key", grid).complete(plane, progress);
    }
    assertEquals(15, asked.get());
    assertArrayEquals(rows[0], surface.loss()[0]);
    assertEquals(-1 + 10 * -0.5, surface.loss()[1][0], 1e-12);
    assertEquals(0, PartialSurface.open(file, "other model", grid).done());
    assertEquals(0, PartialSurface.open(file, "key", PlaneGrid.centred(7, 1)).done());
    Files.writeString(file, "{\"key\":\"key\",\"loss\":[[1,");
    assertEquals(0, PartialSurface.open(file, "key", grid).done());
  }

  @Test
  void nothingPartialIsLeftBehind() throws IOException {
    Landscapes.compute(folder, settings(Scope.HEAD, 5), tails());
    try (var files = Files.list(folder.trial(BATCH.id()).root())) {
      assertTrue(files.noneMatch(file -> file.toString().contains("partial")));
    }
  }

  @Test
  void refusesSweepWithoutTrainedModel() throws IOException {
    Files.delete(folder.trial(BATCH.id()).model());
    Files.delete(folder.trial(LAYER.id()).model());
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Landscapes.compute(folder, settings(Scope.HEAD, 5), tails()));
    assertEquals(ExitCode.FAILED, e.exitCode());
    assertTrue(e.getMessage().contains("run"));
  }

  @Test
  void evenGridIsRefused() {
    NormSweepException e = assertThrows(NormSweepException.class, () -> settings(Scope.HEAD, 50));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(e.getMessage().contains("50") && e.getMessage().contains("odd"));
  }

  @Test
  void sharpnessDiscHoldsMoreThanCentre() {
    for (int grid : new int[] {3, 5, 7, 51}) {
      LandscapeSettings settings =
          LandscapeSettings.of(new SweepConfig.Landscape(grid, 1, 40, 1), Scope.HEAD);
      assertTrue(settings.radius() >= settings.surfaceGrid().aStep(), "grid " + grid);
      assertTrue(settings.radius() <= 1);
    }
    assertEquals(
        0.25, LandscapeSettings.of(new SweepConfig.Landscape(51, 1, 40, 1), Scope.HEAD).radius());
  }

  @Test
  void truncatedTrajectoryIsNamed() throws IOException {
    Path epoch = folder.trial(BATCH.id()).trajectory(1);
    Files.write(epoch, new byte[6]);
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> Landscapes.compute(folder, settings(Scope.HEAD, 5), tails()));
    assertTrue(e.getMessage().contains(epoch.toString()));
  }
}
