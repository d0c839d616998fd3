package normsweep.cli;

import java.util.ArrayList;
import java.util.List;
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

  @Option(
      names = "--ui-allow-host",
      paramLabel = "NAME",
      description =
          "A further host name in the browser's address bar, such as a proxy's; may be repeated."
              + " localhost works through any tunnel.")
  private List<String> moreNames = new ArrayList<>();

  SweepUi start(SweepFolder folder) {
    return SweepUi.start(host, port, moreNames, folder);
  }
}
