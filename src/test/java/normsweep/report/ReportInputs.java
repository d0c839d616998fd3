package normsweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import normsweep.MalformedInput;
import normsweep.MalformedInput.Answer;
import normsweep.MalformedInput.Outcome;
import normsweep.Mutations;
import normsweep.landscape.Landscapes;
import normsweep.landscape.Scope;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Findings;

/** Damaged files of a sweep folder, as {@code report} finds them. */
public final class ReportInputs {
  private static final String TRIAL = "layer-norm.clip-none.seed-1";

  private ReportInputs() {}

  /** All inputs of this package, each in a folder of its own below {@code folder}. */
  public static List<MalformedInput> in(Path folder) throws IOException {
    SweepFolder sweep =
        MadeUpSweep.quick()
            .norms(Norm.LAYER_NORM, Norm.BATCH_NORM)
            .clips(Clip.NONE)
            .images(200, 1000)
            .epochs(6)
            .landscapes(t -> 2)
            .predictions()
            .settings("tracking.dynamicsEvery=3")
            .write(folder.resolve("sweep"));
    return List.of(
        input(copy(sweep, "metrics"), TrialFolder::metrics, 1),
        input(copy(sweep, "gradients"), TrialFolder::gradients, 40),
        input(copy(sweep, "histograms"), TrialFolder::histograms, 40),
        input(copy(sweep, "dynamics"), TrialFolder::dynamics, 1),
        input(copy(sweep, "updates"), TrialFolder::updates, 5),
        input(copy(sweep, "landscape"), ReportInputs::landscape, 20),
        input(copy(sweep, "geometry"), ReportInputs::geometry, 20),
        input(copy(sweep, "predictions"), TrialFolder::predictions, 40),
        results(copy(sweep, "results")));
  }

  private static Path landscape(TrialFolder trial) {
    SweepFolder sweep = new SweepFolder(trial.root().getParent().getParent());
    return Landscapes.file(sweep, TRIAL, Scope.HEAD);
  }

  private static Path geometry(TrialFolder trial) {
    return Landscapes.geometryFile(new SweepFolder(trial.root().getParent().getParent()), TRIAL);
  }

  private static SweepFolder copy(SweepFolder sweep, String name) throws IOException {
    Path root = sweep.root().resolveSibling(name);
    try (Stream<Path> files = Files.walk(sweep.root())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = root.resolve(sweep.root().relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    return new SweepFolder(root);
  }

  private static MalformedInput input(
      SweepFolder folder, Function<TrialFolder, Path> which, int everyNthLine) throws IOException {
    Path file = which.apply(folder.trial(TRIAL));
    byte[] whole = Files.readAllBytes(file);
    List<Integer> lines = Mutations.everyNth(Mutations.lineEnds(whole), everyNthLine);
    return new MalformedInput(
        file.getFileName() + " in a report",
        file,
        whole,
        Mutations.of(whole, 8, 30, 1, lines),
        mutant -> {
          SweepEvidence evidence = SweepEvidence.read(folder);
          // Whatever a number has become, findings can be derived from it.
          Findings.of(evidence);
          List<String> missing = evidence.missing();
          if (!missing.isEmpty()) {
            return new Answer(Outcome.PASSED_OVER, String.join(" ", missing));
          }
          assertFalse(mutant.isCutOf(whole), "what is lacking is not said");
          return Answer.of(Outcome.ACCEPTED);
        });
  }

  private static MalformedInput results(SweepFolder folder) throws IOException {
    byte[] whole = Files.readAllBytes(folder.results());
    return new MalformedInput(
        "results.json in a report",
        folder.results(),
        whole,
        Mutations.of(whole, 8, 40, 2, Mutations.everyNth(Mutations.lineEnds(whole), 10)),
        mutant -> {
          SweepEvidence evidence = SweepEvidence.read(folder);
          Findings.of(evidence);
          assertEquals(2, evidence.trials().size());
          return Answer.of(Outcome.ACCEPTED);
        });
  }
}
