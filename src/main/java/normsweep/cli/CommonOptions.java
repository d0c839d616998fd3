package normsweep.cli;

import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {
  @Option(
      names = {"-v", "--verbose"},
      description = "Show what the libraries log, and stack traces of errors.")
  boolean verbose;
}
