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
      defaultValue = "127.0.0.1",
      description =
          "Address that the UI listens on (default: ${DEFAULT-VALUE}, this machine only).")
  private String host;

  @Option(
      names = "--ui-port",
      paramLabel = "PORT",
      defaultValue = "9000",
      description =
          "Port that the UI listens on; 0 means any free port (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--ui-allow-host",
      paramLabel = "NAME",
      description =
          "Another host name under which browsers may open the UI, such as a proxy's; may be"
              + " repeated. localhost always works, also through a tunnel.")
  private List<String> moreNames = new ArrayList<>();

  SweepUi start(SweepFolder folder) {
    return SweepUi.start(host, port, moreNames, folder);
  }
}
