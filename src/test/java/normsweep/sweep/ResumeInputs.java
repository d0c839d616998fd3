package normsweep.sweep;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import normsweep.MalformedInput;
import normsweep.MalformedInput.Answer;
import normsweep.MalformedInput.Outcome;
import normsweep.Mutations;
import normsweep.device.Engine;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.SweepResults;
import normsweep.record.TrialResult;
import normsweep.report.MadeUpSweep;

/** Damaged files of a sweep folder, as {@code run} finds them when it resumes. */
public final class ResumeInputs {
  private static final SweepRunner.Options OPTIONS =
      new SweepRunner.Options(
          Optional.empty(), Optional.empty(), false, false, Engine.cpu(), false);

  private ResumeInputs() {}

  /** All inputs of this package, each in a folder of its own below {@code folder}. */
  public static List<MalformedInput> in(Path folder) throws IOException {
    SweepFolder config = ended(folder.resolve("config"));
    SweepFolder results = ended(folder.resolve("results"));
    return List.of(
        input("sweep.yaml", config, config.config()),
        input("results.json", results, results.results()));
  }

  /** A sweep of which nothing is left to do, so that resuming needs neither images nor weights. */
  private static SweepFolder ended(Path root) {
    SweepFolder folder =
        MadeUpSweep.quick().norms(Norm.LAYER_NORM).clips(Clip.NONE).epochs(2).write(root);
    resume(folder.readConfig(), folder);
    return folder;
  }

  private static SweepResults resume(SweepConfig config, SweepFolder folder) {
    return SweepRunner.run(config, folder, OPTIONS, new SweepRunner.Observer() {});
  }

  private static MalformedInput input(String name, SweepFolder folder, Path file)
      throws IOException {
    SweepConfig config = folder.readConfig();
    byte[] whole = Files.readAllBytes(file);
    return new MalformedInput(
        name + " that a sweep resumes from",
        file,
        whole,
        Mutations.of(whole, 8, 40, 1, Mutations.everyNth(Mutations.lineEnds(whole), 6)),
        mutant -> {
          SweepResults results = resume(config, folder);
          assertEquals(1, results.trials().size());
          assertTrue(results.trials().stream().allMatch(TrialResult::ended));
          // A setting that cannot change the trials may differ: the file then takes the run's
          // value.
          byte[] left = Files.readAllBytes(file);
          boolean rewritten = !Arrays.equals(mutant.bytes(), left);
          if (rewritten) {
            assertArrayEquals(whole, left);
          }
          return Answer.of(rewritten ? Outcome.REBUILT : Outcome.ACCEPTED);
        });
  }
}
