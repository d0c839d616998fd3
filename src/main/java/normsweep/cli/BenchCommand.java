package normsweep.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import normsweep.base.NormSweepException;
import normsweep.bench.Bench;
import normsweep.bench.BenchReport;
import normsweep.device.Engine;
import normsweep.record.Records;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench}: how fast this machine trains. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure the speed of the frozen trunk, the tail, stock layers and whole epochs.",
    footer = {"", "Example: java -jar target/normsweep.jar bench --images 10000 --json bench.json"})
final class BenchCommand implements Runnable {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the figures to a JSON file.")
  private Path json;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Training images per epoch (default: ${DEFAULT-VALUE}).")
  private int images;

  @Mixin private DeviceOption device;
  @Mixin private SourceOptions sources;

  @Override
  public void run() {
    BenchReport report =
        device.compute(engine -> Bench.run(images, sources.data(), sources.weights(), engine));
    print(report);
    if (json != null) {
      try {
        Records.writeJson(json, report);
      } catch (IOException e) {
        throw NormSweepException.unwritable(json, e);
      }
    }
  }

  private static void print(BenchReport report) {
    System.out.println(
        report.machine().get("cpu") + ", " + report.machine().get("cores") + " cores");
    System.out.println(Engine.text(report.machine()));
    row("frozen trunk", report.trunk().median(), "images/s");
    report
        .heads()
        .forEach(
            (norm, tail) -> {
              row(
                  "tail, " + norm.id(),
                  tail.imagesPerSecond().median(),
                  "images/s (" + tail.how() + ")");
              System.out.printf(
                  Locale.ROOT,
                  "%28s %.1f ms per step%s%n",
                  "",
                  tail.stepMillis().median(),
                  tail.stepToGemm() == null
                      ? ""
                      : String.format(
                          Locale.ROOT, ", %.2f times its two matrix products", tail.stepToGemm()));
            });
    row("tail of stock layers", report.stock().median(), "images/s");
    row("whole epochs", report.sweep().median(), "images/s");
    row("peak resident memory", report.memory().peakRssMiB(), "MiB");
  }

  private static void row(String what, double value, String unit) {
    System.out.printf(Locale.ROOT, "%-28s %9.0f %s%n", what, value, unit);
  }
}
