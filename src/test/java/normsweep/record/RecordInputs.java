package normsweep.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import normsweep.MalformedInput;
import normsweep.MalformedInput.Answer;
import normsweep.MalformedInput.Outcome;
import normsweep.Mutations;

/** Damaged sweep files and results. */
public final class RecordInputs {
  private static final String YAML =
      """
      name: quick
      data: {train: 300, validation: 50, test: 60, flip: false}
      training:
        epochs: 3
        learningRate: 3.0e-4
      grid:
        norm: [batch-norm, layer-norm]
        clip: [none, 0.5, layer-2]
        seed: [3, 1]
      landscape: {grid: 11}
      """;

  private RecordInputs() {}

  /** All inputs of this package, each in a folder of its own below {@code folder}. */
  public static List<MalformedInput> in(Path folder) throws IOException {
    return List.of(
        sweepFile(folder.resolve("given").resolve("quick.yaml")),
        resolvedConfig(new SweepFolder(folder.resolve("resolved"))),
        results(new SweepFolder(folder.resolve("results"))));
  }

  private static MalformedInput sweepFile(Path file) {
    byte[] whole = YAML.getBytes(StandardCharsets.UTF_8);
    return new MalformedInput(
        "sweep file",
        file,
        whole,
        Mutations.of(whole, 30, 80, 1, Mutations.lineEnds(whole)),
        mutant -> {
          // What is left of a sweep file may well be one: whatever it says, it is a whole config.
          SweepConfig config = SweepYaml.read(file, List.of());
          assertEquals(config, SweepYaml.parse("again", "x", SweepYaml.write(config), List.of()));
          return Answer.of(Outcome.ACCEPTED);
        });
  }

  private static MalformedInput resolvedConfig(SweepFolder folder) {
    SweepConfig config = SweepYaml.parse("quick.yaml", "quick", YAML, List.of());
    byte[] whole = SweepYaml.write(config).getBytes(StandardCharsets.UTF_8);
    return new MalformedInput(
        "sweep.yaml of a sweep folder",
        folder.config(),
        whole,
        Mutations.of(whole, 20, 50, 2, Mutations.lineEnds(whole)),
        mutant -> {
          SweepConfig read = folder.readConfig();
          if (mutant.isCutOf(whole)) {
            assertEquals(config, read, "a config that was cut is refused");
          }
          return Answer.of(Outcome.ACCEPTED);
        });
  }

  private static MalformedInput results(SweepFolder folder) throws IOException {
    Trial batch = new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
    Trial layer = new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.globalNorm(0.5), 1);
    Trial filter = new Trial(Norm.FILTER_RESPONSE_NORM, FrnPlacement.SPATIAL, Clip.NONE, 2);
    SweepResults results =
        new SweepResults(
            SweepResults.SCHEMA,
            "quick",
            new SweepResults.WeightsOrigin(
                "MobileNetV2", "made up", "ab".repeat(32), "images", "HDF5", ""),
            new SweepResults.DataOrigin("made up", "cd".repeat(32), 300, 50, 60),
            Map.of("java", "17"),
            List.of(
                new TrialResult(
                    batch.id(),
                    batch.norm(),
                    batch.placement(),
                    batch.clip(),
                    batch.seed(),
                    batch.settings(),
                    TrialResult.Status.COMPLETED,
                    3,
                    2,
                    0.75,
                    0.5,
                    0.7,
                    0.625,
                    1,
                    0.0,
                    12.5,
                    1234.0,
                    "trials/" + batch.id() + "/model.zip",
                    null),
                TrialResult.failed(layer, 2, "the loss is not a number"),
                TrialResult.pending(filter)));
    Records.writeJson(folder.results(), results);
    byte[] whole = Files.readAllBytes(folder.results());
    return new MalformedInput(
        "results.json",
        folder.results(),
        whole,
        Mutations.of(whole, 15, 100, 3, Mutations.everyNth(Mutations.lineEnds(whole), 4)),
        mutant -> {
          SweepResults read = folder.readResults();
          for (TrialResult row : read.trials()) {
            assertEquals(row.trial().id(), row.id());
          }
          assertEquals(3, read.trials().size());
          return Answer.of(Outcome.ACCEPTED);
        });
  }
}
