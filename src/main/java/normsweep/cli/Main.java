package normsweep.cli;

/** Entry point. */
public final class Main {
  private Main() {}

  /** Parses and runs one command. */
  public static void main(String[] args) {
    System.exit(args.length == 0 ? 2 : 0);
  }
}
