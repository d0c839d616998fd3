package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import normsweep.device.Engine;
import normsweep.device.FakeEngines;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.SweepYaml;
import normsweep.record.TrialResult;
import normsweep.record.TrialResult.Status;
import normsweep.report.MadeUpSweep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of a sweep without images and weights. */
class SweepRunnerTest {
  private static final SweepRunner.Options OPTIONS =
      new SweepRunner.Options(
          Optional.empty(), Optional.empty(), false, false, Engine.cpu(), false);

  @TempDir Path root;

  @Test
  void refusesResultsOfOtherTrials() throws IOException {
    SweepFolder folder = MadeUpSweep.quick().epochs(2).write(root);
    SweepResults whole = folder.readResults();
    Records.writeJson(
        folder.results(),
        new SweepResults(
            whole.schema(),
            whole.sweep(),
            whole.weights(),
            whole.data(),
            whole.environment(),
            whole.trials().subList(1, 6)));
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () ->
                SweepRunner.run(
                    folder.readConfig(), folder, OPTIONS, new SweepRunner.Observer() {}));
    assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
    assertTrue(e.getMessage().contains("results.json is damaged"), e.getMessage());
    assertEquals(5, folder.readResults().trials().size());
  }

  private static SweepConfig config(SweepFolder folder, String... overrides) {
    return SweepYaml.parse("x", "x", SweepYaml.write(folder.readConfig()), List.of(overrides));
  }

  private static List<TrialResult> rows(SweepFolder folder, String... overrides) {
    SweepConfig config = config(folder, overrides);
    FolderClaim claim = new FolderClaim(config, folder, Engine.cpu());
    return claim.rows(claim.trials()).trials();
  }

  private static String refused(SweepFolder folder, String... overrides) {
    NormSweepException e = assertThrows(NormSweepException.class, () -> rows(folder, overrides));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(
        e.getMessage().endsWith("; choose another folder with --out, or start over with --fresh."),
        e.getMessage());
    return e.getMessage();
  }

  @Test
  void moreSeedsAndValuesKeepFinishedTrials() {
    SweepFolder folder = MadeUpSweep.quick().epochs(2).axes("data.views: [1, 2]").write(root);
    List<TrialResult> before = folder.readResults().trials();
    List<TrialResult> seeds = rows(folder, "grid.seed=[1,2]");
    assertEquals(24, seeds.size());
    assertEquals(before, seeds.subList(0, 12));
    assertEquals(12, seeds.stream().filter(row -> row.status() == Status.PENDING).count());
    List<TrialResult> values = rows(folder, "grid.data.views=[3,2,1]");
    assertEquals(18, values.size());
    assertTrue(values.containsAll(before));
    assertEquals(before, rows(folder, "landscape.grid=11", "tracking.statsEvery=7"));
    // What the axis replaces in every trial is of no consequence.
    assertEquals(before, rows(folder, "data.views=9"));
  }

  @Test
  void moreCandidatesKeepFinishedTrials() throws IOException {
    String space = "space: {training.learningRate: {log: [1e-4, 1e-2]}}";
    SweepConfig two = parse("search: {candidates: 2, " + space + "}");
    SweepFolder folder = new SweepFolder(root);
    FolderClaim first = new FolderClaim(two, folder, Engine.cpu());
    SweepResults begun = first.rows(first.trials());
    TrialResult started = TrialResult.failed(begun.trials().get(0).trial(), 1, "it diverged");
    Records.writeJson(folder.results(), begun.with(started));
    first.writeConfig();
    List<TrialResult> three = rows(folder, "search.candidates=3");
    assertEquals(18, three.size());
    assertEquals(started, three.get(0));
    // Rows on disk are the candidates; they are not drawn again.
    assertEquals(begun.with(started).trials(), rows(folder));
    assertTrue(refused(folder, "search.seed=2").contains("(search.seed: 1 -> 2)"), "another seed");
    // As a crash leaves it before the config of three candidates is written.
    Records.writeJson(folder.results(), begun.of(three));
    assertEquals(begun.with(started).trials(), rows(folder));
    assertEquals(three, rows(folder, "search.candidates=3"));
  }

  private static SweepConfig parse(String yaml) {
    return SweepYaml.parse("a", "a", yaml, List.of());
  }

  @Test
  void candidatesThatCompeteAreFixed() throws IOException {
    String pruned =
        "search: {candidates: 2, space: {training.learningRate: {log: [1e-4, 1e-2]}}}\n"
            + "prune: {rungs: [2]}";
    SweepFolder folder = new SweepFolder(root);
    FolderClaim first = new FolderClaim(parse(pruned), folder, Engine.cpu());
    SweepResults begun = first.rows(first.trials());
    // Nothing has started: all of it may still change.
    Records.writeJson(folder.results(), begun);
    first.writeConfig();
    assertEquals(18, rows(folder, "search.candidates=3").size());
    TrialResult started = TrialResult.running(begun.trials().get(0).trial(), 2);
    Records.writeJson(folder.results(), begun.with(started));
    assertTrue(refused(folder, "search.candidates=3").contains("(search.candidates: 2 -> 3)"));
    assertTrue(refused(folder, "grid.seed=[1,2]").contains("(grid.seed: [1] -> [1, 2])"));
    assertTrue(refused(folder, "prune.keep=0.3").contains("(prune.keep: 0.5 -> 0.3)"));
    // Other cells do not compete.
    assertEquals(
        24,
        rows(
                folder,
                "grid.clip=[none,1.0,2.0]",
                "grid.norm=[batch-norm,layer-norm,filter-response-norm,none]")
            .size());
  }

  @Test
  void tuningIsFixedOnceTrialsHaveStarted() throws IOException {
    SweepConfig config =
        parse("tune: {candidates: 2, seeds: [7], keys: {training.learningRate: [0.1, 0.2]}}");
    SweepFolder folder = new SweepFolder(root);
    FolderClaim first = new FolderClaim(config, folder, Engine.cpu());
    SweepResults begun = first.rows(first.trials());
    TrialResult started = TrialResult.running(begun.trials().get(0).trial(), 1);
    Records.writeJson(folder.results(), begun.with(started));
    first.writeConfig();
    assertEquals(12, rows(folder, "grid.seed=[1,2]").size());
    assertTrue(refused(folder, "tune.seeds=[7,8]").contains("(tune.seeds: [7] -> [7, 8])"));
    assertTrue(refused(folder, "tune.candidates=1").contains("(tune.candidates: 2 -> 1)"));
  }

  @Test
  void planCountsTuningWithItsPruning() {
    SweepConfig config =
        parse(
            """
            data: {train: 1000, views: 1}
            training: {epochs: 6}
            grid: {norm: [none, batch-norm], clip: none, seed: [1, 2, 3]}
            tune: {candidates: 4, seeds: [7, 8], keys: {training.learningRate: [1, 2, 3, 4]}}
            prune: {rungs: [1, 3], keep: 0.5}
            """);
    SweepPlan plan = SweepPlan.of(config, new SweepFolder(root.resolve("none")), OPTIONS);
    assertEquals(6, plan.rows().size());
    assertEquals(6 * (2 + 6 * 1000 / 1100.0), plan.trainSeconds(), 1e-6);
    SweepPlan tuning = plan.tuning().orElseThrow();
    assertEquals(16, tuning.rows().size());
    // Per cell and seed: two candidates for one epoch, one for three, one for all six.
    assertEquals(16 * 2 + 2 * 2 * (1 + 1 + 3 + 6) * 1000 / 1100.0, tuning.trainSeconds(), 1e-6);
  }

  @Test
  void conflictsNameWhatDiffers() {
    SweepFolder folder = MadeUpSweep.quick().epochs(2).seeds(1L, 2L).write(root);
    assertTrue(refused(folder, "training.epochs=3").contains("(training.epochs: 2 -> 3)"));
    assertTrue(refused(folder, "grid.seed=1").contains("(grid.seed: [1, 2] -> [1])"));
    assertTrue(
        refused(folder, "grid.training.learningRate=[1e-3,1e-4]")
            .contains("(grid.training.learningRate: none -> [0.001, 1.0E-4])"));
    assertTrue(refused(folder, "name=other").contains("(name: made-up -> other)"));
  }

  @Test
  void trialsThatWereNotStartedMayGo() {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(2)
            .norms(Norm.LAYER_NORM)
            .clips(Clip.NONE)
            .seeds(1L, 2L)
            .status("layer-norm.clip-none.seed-2", Status.PENDING)
            .write(root);
    SweepResults results =
        SweepRunner.run(
            config(folder, "grid.seed=1"), folder, OPTIONS, new SweepRunner.Observer() {});
    assertEquals(1, results.trials().size());
    assertEquals(results, folder.readResults());
    assertEquals(List.of(1L), folder.readConfig().grid().seed());
  }

  @Test
  void timeOfEarlierRunsCounts() {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(2)
            .norms(Norm.LAYER_NORM)
            .clips(Clip.NONE)
            .seeds(1L, 2L, 3L)
            .status("layer-norm.clip-none.seed-3", Status.PENDING)
            .write(root);
    // The completed trials took more than six seconds each, by their own rows.
    SweepConfig limited = config(folder, "search.maxMinutes=0.2");
    SweepResults results = SweepRunner.run(limited, folder, OPTIONS, new SweepRunner.Observer() {});
    TrialResult left = results.trials().get(2);
    assertTrue(left.leftOut());
    assertEquals(
        "not started: search.maxMinutes is 0.2; raise it to run this trial", left.reason());
    assertEquals(results, folder.readResults());
    assertEquals(2, results.trials().stream().filter(TrialResult::completed).count());
  }

  @Test
  void startedTrialOutlivesTheLimit() {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(2)
            .norms(Norm.LAYER_NORM)
            .clips(Clip.NONE)
            .seeds(1L, 2L, 3L)
            .status("layer-norm.clip-none.seed-2", Status.RUNNING)
            .status("layer-norm.clip-none.seed-3", Status.PENDING)
            .write(root);
    SweepConfig limited = config(folder, "search.maxMinutes=0.1");
    Path missing = root.resolve("no-images");
    SweepRunner.Options options =
        new SweepRunner.Options(
            Optional.of(missing), Optional.empty(), false, false, Engine.cpu(), false);
    // That it asks for images shows that it goes on.
    NormSweepException e =
        assertThrows(
            NormSweepException.class,
            () -> SweepRunner.run(limited, folder, options, new SweepRunner.Observer() {}));
    assertTrue(e.getMessage().contains(missing.toString()), e.getMessage());
  }

  @Test
  void freshSaysWhatItDeletes() {
    SweepFolder folder = MadeUpSweep.quick().epochs(2).write(root);
    assertTrue(
        SweepRunner.earlierRun(folder)
            .orElseThrow()
            .matches("6 completed of 6 trials, 33 files, \\d+ KiB"),
        SweepRunner.earlierRun(folder).orElseThrow());
    assertEquals(Optional.empty(), SweepRunner.earlierRun(new SweepFolder(root.resolve("none"))));
  }

  @Test
  void planRefusesAnotherDevice() throws IOException {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(2)
            .status("layer-norm.clip-none.seed-1", Status.PENDING)
            .write(root);
    SweepResults results = folder.readResults();
    Records.writeJson(folder.results(), results.with(Environment.describe(FakeEngines.gpu())));
    NormSweepException e =
        assertThrows(
            NormSweepException.class, () -> SweepPlan.of(folder.readConfig(), folder, OPTIONS));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(e.getMessage().contains("--switch-device"), e.getMessage());
    SweepRunner.Options moves =
        new SweepRunner.Options(
            Optional.empty(), Optional.empty(), false, false, Engine.cpu(), true);
    assertEquals(6, SweepPlan.of(folder.readConfig(), folder, moves).rows().size());
  }

  @Test
  void planCountsWhatIsLeft() {
    SweepFolder folder =
        MadeUpSweep.quick()
            .epochs(2)
            .status("layer-norm.clip-none.seed-1", Status.PENDING)
            .write(root);
    SweepPlan plan = SweepPlan.of(config(folder, "grid.seed=[1,2]"), folder, OPTIONS);
    assertEquals(12, plan.rows().size());
    double seconds =
        folder.readResults().trials().stream()
            .filter(TrialResult::completed)
            .mapToDouble(TrialResult::trainSeconds)
            .average()
            .orElseThrow();
    // Seven trials like the five that are completed, and two seconds for each.
    assertEquals(7 * (seconds + 2), plan.trainSeconds(), 1e-6);
    assertEquals((500 + 1000 + 2 * 2000) * 31_360L, plan.featureBytes());
    assertTrue(plan.basis().startsWith("the 5 completed trials in this folder"), plan.basis());
    SweepFolder none = new SweepFolder(root.resolve("none"));
    SweepPlan first = SweepPlan.of(config(folder), none, OPTIONS);
    assertEquals(6 * (2 + 2 * 2000 / 1100.0), first.trainSeconds(), 1e-6);
    assertTrue(first.basis().startsWith("constants of a 2-core AVX2 machine"), first.basis());
    assertTrue(Files.notExists(none.root()));
  }
}
