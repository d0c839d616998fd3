package normsweep.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import normsweep.backbone.WeightsInspection;
import normsweep.base.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weights}: what a weights file is, and its conversion. */
@Command(
    name = "weights",
    mixinStandardHelpOptions = true,
    description =
        "Check a file with MobileNetV2 weights and show its format, exporter, preprocessing and"
            + " layers.",
    footer = {
      "",
      "Example: java -jar target/normsweep.jar weights mobilenetv2.onnx --to mobilenetv2.h5"
    })
final class WeightsCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      description = "HDF5 in the Keras Applications layout, or ONNX (opset 7 to 18).")
  private Path file;

  @Option(
      names = "--to",
      paramLabel = "FILE.h5",
      description = "Also write the weights to this new file in the Keras Applications layout.")
  private Path target;

  @Override
  public Integer call() {
    WeightsInspection weights = WeightsInspection.of(file);
    System.out.print(weights.table());
    if (target != null) {
      System.out.println();
      System.out.println(weights.convert(target));
    }
    return ExitCode.DONE.status();
  }
}
