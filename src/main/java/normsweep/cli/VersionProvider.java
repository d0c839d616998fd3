package normsweep.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest states. */
final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Main.class.getPackage().getImplementationVersion();
    return new String[] {"normsweep " + (version == null ? "(not packaged)" : version)};
  }
}
