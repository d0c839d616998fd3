package normsweep.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import normsweep.base.ExitCode;
import normsweep.device.Engine;
import normsweep.sweep.SelfCheck;
import normsweep.sweep.SweepInputs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code check}: a quick test that everything works together on this machine. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Run a small batch through every head: shapes, loss, gradients, trunk parity.",
    footer = {"", "Example: java -jar target/normsweep.jar check --device cpu"})
final class CheckCommand implements Callable<Integer> {
  @Mixin private DeviceOption device;
  @Mixin private SourceOptions sources;

  @Override
  public Integer call() {
    return device.compute(this::check).status();
  }

  private ExitCode check(Engine engine) {
    try (SweepInputs inputs =
        SweepInputs.open(SelfCheck.config(), sources.data(), sources.weights(), engine)) {
      inputs.describe().forEach(System.out::println);
      System.out.println();
      List<SelfCheck.Outcome> outcomes = SelfCheck.run(inputs);
      for (SelfCheck.Outcome outcome : outcomes) {
        System.out.printf(
            Locale.ROOT,
            "%-6s %-42s %s%n",
            outcome.passed() ? "ok" : "FAILED",
            outcome.what(),
            outcome.detail());
      }
      return outcomes.stream().allMatch(SelfCheck.Outcome::passed)
          ? ExitCode.DONE
          : ExitCode.FAILED;
    }
  }
}
