package normsweep.landscape;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import normsweep.MalformedInput;
import normsweep.MalformedInput.Answer;
import normsweep.MalformedInput.Outcome;
import normsweep.Mutations;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.report.MadeUpSweep;

/** Damaged loss surfaces, as {@code landscape} finds them. */
public final class LandscapeInputs {
  private static final String TRIAL = "layer-norm.clip-none.seed-1";

  /** The key that {@link MadeUpSweep} gives its surfaces. */
  private static final String KEY = "key";

  private LandscapeInputs() {}

  /** All inputs of this package, each in a folder of its own below {@code folder}. */
  public static List<MalformedInput> in(Path folder) throws IOException {
    return List.of(surface(folder.resolve("whole")), partial(folder.resolve("partial")));
  }

  private static MalformedInput surface(Path root) throws IOException {
    SweepFolder folder =
        MadeUpSweep.quick()
            .norms(Norm.LAYER_NORM)
            .clips(Clip.NONE)
            .epochs(2)
            .landscapes(t -> 2)
            .write(root);
    Path file = Landscapes.file(folder, TRIAL, Scope.HEAD);
    byte[] whole = Files.readAllBytes(file);
    return new MalformedInput(
        "landscape.json that `landscape` keeps",
        file,
        whole,
        Mutations.of(whole, 20, 60, 1, Mutations.everyNth(Mutations.lineEnds(whole), 6)),
        mutant -> {
          Optional<TrialLandscape> kept = Landscapes.kept(file, TRIAL, KEY);
          if (kept.isEmpty()) {
            return Answer.of(Outcome.PASSED_OVER);
          }
          assertEquals(TRIAL, kept.get().trial());
          assertEquals(11, kept.get().surface().loss().length);
          return Answer.of(Outcome.ACCEPTED);
        });
  }

  private static MalformedInput partial(Path folder) throws IOException {
    Path file = folder.resolve("landscape-surface.partial.json");
    PlaneGrid grid = PlaneGrid.centred(5, 1);
    double[][] loss = new double[5][];
    loss[0] = new double[] {1, 2, 3, 4, 5};
    loss[1] = new double[] {0.5, 0.25, 0.125, 0.0625, 0};
    Records.writeJson(file, new PartialSurface.Rows(KEY, loss));
    byte[] whole = Files.readAllBytes(file);
    return new MalformedInput(
        "partial loss surface",
        file,
        whole,
        Mutations.of(whole, 20, 60, 2, Mutations.lineEnds(whole)),
        mutant -> {
          long done = PartialSurface.open(file, KEY, grid).done();
          if (done == 0) {
            return Answer.of(Outcome.PASSED_OVER);
          }
          assertEquals(2, done);
          return Answer.of(Outcome.ACCEPTED);
        });
  }
}
