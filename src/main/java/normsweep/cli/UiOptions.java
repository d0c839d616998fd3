package normsweep.cli;

import normsweep.record.SweepFolder;
import normsweep.ui.SweepUi;
import picocli.CommandLine.Option;

/** Where the UI listens. */
final class UiOptions {
  @Option(
      names = "--ui-host",
      paramLabel = "HOST",
      defaultValue = SweepUi.DEFAULT_HOST,
      description = "Address the UI listens on (default: ${DEFAULT-VALUE}, this machine only).")
  private String host;

  @Option(
      names = "--ui-port",
      paramLabel = "PORT",
      defaultValue = "" + SweepUi.DEFAULT_PORT,
      description = "Port the UI listens on; 0 takes any that is free (default: ${DEFAULT-VALUE}).")
  private int port;

  SweepUi start(SweepFolder folder) {
    return SweepUi.start(host, port, folder);
  }
}
