package normsweep.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import normsweep.base.ExitCode;
import normsweep.sweep.SelfCheck;
import normsweep.sweep.SweepInputs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code check}: a quick test that everything works together on this machine. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Run a small batch through every head: shapes, loss, gradients, trunk parity.")
final class CheckCommand implements Callable<Integer> {
  @Mixin private SourceOptions sources;

  @Override
  public Integer call() {
    try (SweepInputs inputs =
        SweepInputs.open(SelfCheck.config(), sources.data(), sources.weights())) {
      inputs.describe().forEach(System.out::println);
      System.out.println();
      List<SelfCheck.Finding> findings = SelfCheck.run(inputs);
      for (SelfCheck.Finding finding : findings) {
        System.out.printf(
            Locale.ROOT,
            "%-6s %-42s %s%n",
            finding.passed() ? "ok" : "FAILED",
            finding.what(),
            finding.detail());
      }
      return findings.stream().allMatch(SelfCheck.Finding::passed)
          ? ExitCode.DONE.status()
          : ExitCode.FAILED.status();
    }
  }
}
