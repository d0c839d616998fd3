package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import normsweep.MalformedInput;
import normsweep.MalformedInput.Answer;
import normsweep.MalformedInput.Outcome;
import normsweep.Mutations;
import normsweep.device.ArrayMemory;
import normsweep.record.Clip;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.SweepYaml;
import normsweep.record.TrainingDynamics.Step;
import normsweep.record.TrainingDynamics.Update;
import normsweep.tail.SmallTails;
import normsweep.tail.WarmupCosineSchedule;

/** Damaged files that a trial resumes from. */
public final class TrainInputs {
  private TrainInputs() {}

  /** All inputs of this package, each in a folder of its own below {@code folder}. */
  public static List<MalformedInput> in(Path folder) throws IOException {
    return List.of(
        checkpoint(folder.resolve("checkpoint")),
        gradients(new TrialFolder(folder.resolve("gradients"))),
        histograms(new TrialFolder(folder.resolve("histograms"))),
        measured(new TrialFolder(folder.resolve("dynamics")), TrialFolder::dynamics),
        measured(new TrialFolder(folder.resolve("updates")), TrialFolder::updates),
        snapshot(folder.resolve("trajectory").resolve("epoch-0001.f32")));
  }

  private static MalformedInput checkpoint(Path folder) throws IOException {
    CheckpointTest.checkpoint(1).write(folder);
    CheckpointTest.checkpoint(2).write(folder);
    Path file = folder.resolve("epoch-0002.ckpt");
    byte[] whole = Files.readAllBytes(file);
    // Behind the magic: the header's length, the header, three arrays of 3, 6 and 3, the digest.
    int digest = whole.length - 32;
    List<Integer> boundaries =
        List.of(8, 12, digest - 60, digest - 56, digest - 44, digest - 40, digest - 16, digest);
    return new MalformedInput(
        "checkpoint",
        file,
        whole,
        Mutations.of(whole, 20, 60, 1, boundaries),
        mutant -> {
          Checkpoint older = Checkpoint.newest(folder, "t", "c").orElseThrow();
          if (Arrays.equals(mutant.bytes(), whole)) {
            assertEquals(CheckpointTest.checkpoint(2).state(), older.state());
            return Answer.of(Outcome.ACCEPTED);
          }
          assertEquals(CheckpointTest.checkpoint(1).state(), older.state());
          assertArrayEquals(CheckpointTest.checkpoint(1).parameters(), older.parameters());
          return Answer.of(Outcome.PASSED_OVER);
        });
  }

  private static GradientTracker files(TrialFolder folder) throws IOException {
    GradientTracker tracker =
        new GradientTracker(folder, List.of(), ArrayMemory.HOST, GradientClipping.of(Clip.NONE), 1);
    tracker.start();
    Files.writeString(
        folder.gradients(), "1,dense_W,0.5,0.25\n1,total,0.5,0.25\n", StandardOpenOption.APPEND);
    Map<String, GradientHistograms.Counts> counts = new LinkedHashMap<>();
    counts.put("dense_W", new GradientHistograms.Counts(3, List.of(1L, 20L, 300L)));
    counts.put("dense_b", new GradientHistograms.Counts(0, List.of(7L, 0L, 0L)));
    List<GradientHistograms.Snapshot> snapshots = new ArrayList<>();
    for (int iteration = 1; iteration <= 3; iteration++) {
      snapshots.add(new GradientHistograms.Snapshot(iteration, 1, counts));
    }
    Records.writeJson(
        folder.histograms(), new GradientHistograms(List.of(-8.0, -4.5, -1.0, 2.0), snapshots));
    return tracker;
  }

  private static Checkpoint.State state(TrialFolder folder) throws IOException {
    Checkpoint.State of = CheckpointTest.checkpoint(1).state();
    return new Checkpoint.State(
        of.trial(),
        of.configSha256(),
        of.layout(),
        of.epoch(),
        of.iteration(),
        of.bestEpoch(),
        of.clippedIterations(),
        Files.size(folder.gradients()),
        of.metrics(),
        of.trainingSeconds(),
        null);
  }

  private static MalformedInput gradients(TrialFolder folder) throws IOException {
    GradientTracker tracker = files(folder);
    Checkpoint.State state = state(folder);
    byte[] whole = Files.readAllBytes(folder.gradients());
    return new MalformedInput(
        "gradients.csv that a trial resumes from",
        folder.gradients(),
        whole,
        Mutations.cuts(whole, 10, Mutations.lineEnds(whole)),
        mutant -> {
          assertEquals(mutant.isCutOf(whole), !tracker.canResume(state));
          return Answer.of(mutant.isCutOf(whole) ? Outcome.PASSED_OVER : Outcome.ACCEPTED);
        });
  }

  private static MalformedInput histograms(TrialFolder folder) throws IOException {
    GradientTracker tracker = files(folder);
    Checkpoint.State state = state(folder);
    byte[] gradients = Files.readAllBytes(folder.gradients());
    byte[] whole = Files.readAllBytes(folder.histograms());
    return new MalformedInput(
        "histograms.json that a trial resumes from",
        folder.histograms(),
        whole,
        Mutations.of(whole, 20, 60, 3, Mutations.everyNth(Mutations.lineEnds(whole), 5)),
        mutant -> {
          assertTrue(tracker.canResume(state));
          tracker.resume(state);
          assertArrayEquals(gradients, Files.readAllBytes(folder.gradients()));
          return Answer.of(Outcome.ACCEPTED);
        });
  }

  private static MalformedInput measured(TrialFolder folder, Function<TrialFolder, Path> which)
      throws IOException {
    SweepConfig config = SweepYaml.parse("t", "t", "{tracking: {dynamicsEvery: 2}}", List.of());
    GradientDynamics dynamics =
        new GradientDynamics(
            folder,
            SmallTails.tail(Norm.LAYER_NORM, 1, new WarmupCosineSchedule(0.01, 2, 10)),
            config);
    List<Step> steps = new ArrayList<>();
    List<Update> updates = new ArrayList<>();
    Checkpoint.State state = CheckpointTest.checkpoint(1).state();
    for (int i = 2; i <= state.iteration() + 4; i += 2) { // the last two are of a later epoch
      steps.add(new Step(i, 0.5f, 32, 1, 2, 3, 2.5f, 3, 1, 0.5f, 7));
      updates.add(new Update(i, "dense_W", 4, 0.5f, 1));
      updates.add(new Update(i, GradientNorm.TOTAL, 4, 0.5f, 1));
    }
    Records.writeCsv(folder.dynamics(), Step.class, steps);
    Records.writeCsv(folder.updates(), Update.class, updates);
    byte[] whole = Files.readAllBytes(which.apply(folder));
    List<Integer> ends = Mutations.lineEnds(whole);
    int needed = ends.get(ends.size() - 1 - (which.apply(folder).endsWith("updates.csv") ? 4 : 2));
    return new MalformedInput(
        which.apply(folder).getFileName() + " that a trial resumes from",
        which.apply(folder),
        whole,
        Mutations.of(whole, 10, 40, 1, ends),
        mutant -> {
          boolean taken = dynamics.canResume(state);
          assertFalse(
              taken && mutant.isCutOf(whole) && mutant.bytes().length < needed - 1, "a silent gap");
          if (taken) {
            dynamics.resume(state);
          }
          return Answer.of(taken ? Outcome.ACCEPTED : Outcome.PASSED_OVER);
        });
  }

  private static MalformedInput snapshot(Path file) throws IOException {
    HeadSnapshotTest.ROW_MAJOR.write(file);
    byte[] whole = Files.readAllBytes(file);
    return new MalformedInput(
        "trajectory",
        file,
        whole,
        Mutations.of(whole, 8, 30, 4, List.of(4, 8, 12)),
        mutant -> {
          // Bare numbers: another finite one is as good as the one that was written.
          Map<String, float[]> read =
              HeadSnapshot.read(file, HeadSnapshotTest.ROW_MAJOR.parameters());
          assertEquals(2, read.size());
          for (float[] values : read.values()) {
            for (float value : values) {
              assertTrue(Float.isFinite(value));
            }
          }
          return Answer.of(Outcome.ACCEPTED);
        });
  }
}
