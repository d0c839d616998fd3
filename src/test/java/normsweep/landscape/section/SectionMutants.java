package normsweep.landscape.section;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import normsweep.MalformedInput;
import normsweep.MalformedInput.Answer;
import normsweep.MalformedInput.Outcome;
import normsweep.Mutations;
import normsweep.record.Clip;
import normsweep.record.Norm;
import normsweep.record.SweepFolder;
import normsweep.report.MadeUpSections;
import normsweep.report.MadeUpSweep;

/** Damaged sections and lines, as {@code landscape} and {@code report} find them. */
public final class SectionMutants {
  private static final String TRIAL = "layer-norm.clip-none.seed-1";

  private SectionMutants() {}

  /** All inputs of this package. */
  public static List<MalformedInput> in(Path root) throws IOException {
    SweepFolder folder =
        MadeUpSections.write(
            MadeUpSweep.quick()
                .norms(Norm.LAYER_NORM)
                .clips(Clip.NONE, Clip.globalNorm(1))
                .epochs(2)
                .write(root),
            row -> 1);
    Path sections = Sections.file(folder, TRIAL);
    return List.of(
        input("sections.json", sections, () -> Sections.read(sections, TRIAL).onTraining().whole()),
        input(
            "interpolation.json",
            Interpolations.file(folder),
            () ->
                Interpolations.read(folder).lines().stream().allMatch(one -> one.barrier() > -9)));
  }

  private static MalformedInput input(String name, Path file, Supplier<Boolean> read)
      throws IOException {
    byte[] whole = Files.readAllBytes(file);
    return new MalformedInput(
        name,
        file,
        whole,
        Mutations.of(whole, 20, 60, 3, Mutations.everyNth(Mutations.lineEnds(whole), 12)),
        mutant -> {
          assertEquals(true, read.get());
          return Answer.of(Outcome.ACCEPTED);
        });
  }
}
