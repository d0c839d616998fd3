package normsweep.cli;

import java.util.function.Function;
import normsweep.base.NormSweepException;
import normsweep.device.DeviceChoice;
import normsweep.device.Engine;
import picocli.CommandLine.Option;

/** Where to compute, for the commands that train or evaluate. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "auto|cpu",
      defaultValue = "auto",
      description =
          "auto: the GPU if the program was built for one (-Ptrunk-gpu, -Pcuda), and an error if it"
              + " cannot be used; cpu: never a GPU (default: ${DEFAULT-VALUE}).")
  private String device;

  /** Starts what the user has chosen and does some work on it. */
  <T> T compute(Function<Engine, T> work) {
    Engine engine = Engine.start(choice());
    return engine.compute(() -> work.apply(engine));
  }

  /** What {@link #compute} would start, for a plan. */
  Engine planned() {
    return Engine.planned(choice());
  }

  private DeviceChoice choice() {
    return switch (device) {
      case "auto" -> DeviceChoice.AUTO;
      case "cpu" -> DeviceChoice.CPU;
      default ->
          throw NormSweepException.usage("--device is " + device + "; it must be auto or cpu.");
    };
  }
}
