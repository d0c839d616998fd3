package normsweep.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import normsweep.base.ExitCode;
import normsweep.base.MessageText;
import normsweep.base.NormSweepException;
import normsweep.base.ScratchFolder;
import normsweep.device.Engine;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.sweep.Deviation;
import normsweep.sweep.Reproduction;
import normsweep.sweep.ReproductionOutcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code reproduce}: trains a saved trial again and compares the two bit by bit. */
@Command(
    name = "reproduce",
    mixinStandardHelpOptions = true,
    description = {
      "Train the trial of a saved model again, from what its zip says about it, and compare the"
          + " two: bit-equal, or the first fact that differs.",
      "Settings come from the zip; what differs in program, machine, weights or images is named"
          + " before training starts."
    },
    footer = {
      "",
      "Exit codes: 0 bit-equal, 1 not equal, 2 invalid usage,",
      "3 model, data, weights or GPU unavailable.",
      "Example: java -jar target/normsweep.jar reproduce \\",
      "  output/quick/trials/layer-norm.clip-1.0.seed-1/model.zip"
    })
final class ReproduceCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL.zip", description = "A trial's model.zip.")
  private Path zip;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "New folder that keeps the trial trained here (default: a temporary one, removed at the"
              + " end).")
  private Path out;

  @ParentCommand private Main program;
  @Mixin private DeviceOption device;
  @Mixin private SourceOptions sources;

  @Override
  public Integer call() {
    requireEmpty();
    return device.compute(this::reproduce);
  }

  private int reproduce(Engine engine) {
    Reproduction trial = Reproduction.of(zip, sources.data(), sources.weights(), engine);
    announce(trial);
    ReproductionOutcome outcome;
    if (out == null) {
      try (ScratchFolder scratch = ScratchFolder.create("normsweep-reproduce")) {
        outcome = train(trial, scratch.root());
      } catch (IOException e) {
        throw NormSweepException.unwritable("The folder for temporary files", e);
      }
    } else {
      outcome = train(trial, out);
      System.out.println("The trial trained here is in " + out);
    }
    return report(outcome, !trial.saved().epochs().isEmpty());
  }

  private void requireEmpty() {
    if (out == null || !Files.exists(out)) {
      return;
    }
    try (Stream<Path> files = Files.list(out)) {
      if (files.findAny().isEmpty()) {
        return;
      }
    } catch (IOException e) {
      throw NormSweepException.usage("--out " + out + " is not a folder; name a new one.");
    }
    throw NormSweepException.usage("--out " + out + " is not empty; name a new folder.");
  }

  private static void announce(Reproduction trial) {
    String id = MessageText.of(trial.saved().trial());
    System.out.println(id + " of sweep " + trial.config().name());
    List<Deviation> deviations = trial.deviations();
    deviations.forEach(deviation -> System.out.println("  " + deviation));
    if (trial.saved().epochs().isEmpty()) {
      System.out.println(
          "  the zip holds no metrics of single epochs (an earlier version saved it), so only"
              + " parameters and scores are compared");
    }
    boolean harmless = deviations.stream().allMatch(Deviation::harmless);
    System.out.println(
        deviations.isEmpty()
            ? "Same program, machine, weights and images: bit-equal results are expected."
            : harmless
                ? "Results may still be bit-equal."
                : "Bit-equal results are not to be expected.");
    System.out.println();
  }

  private ReproductionOutcome train(Reproduction trial, Path root) {
    SweepFolder folder = new SweepFolder(root);
    try (SweepConsole console =
        new SweepConsole(trial.config(), folder, program.screen(), Optional.empty()) {
          @Override
          public void trialEnded(TrialResult result) {
            closeStats(); // its model may be gone in a moment, and its scores follow below
          }
        }) {
      return trial.train(folder, console);
    }
  }

  private static int report(ReproductionOutcome outcome, boolean metrics) {
    System.out.println();
    if (outcome.bitEqual()) {
      System.out.println("bit-equal: parameters, " + (metrics ? "metrics" : "scores"));
      return ExitCode.DONE.status();
    }
    System.out.println("not equal");
    outcome.first().ifPresent(first -> System.out.println("  first fact that differs: " + first));
    System.out.println("  parameters: " + outcome.parameters());
    System.out.println("  test accuracy: " + outcome.testAccuracy());
    return ExitCode.FAILED.status();
  }
}
