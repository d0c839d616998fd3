package normsweep.base;

/** The exit status of the process; the numbers are part of the command-line contract. */
public enum ExitCode {
  /** Everything asked for was done. */
  DONE(0),
  /** Something failed while running. */
  FAILED(1),
  /** The command line or the sweep file is wrong. */
  USAGE(2),
  /** Data, weights or a GPU are unavailable or damaged. */
  UNAVAILABLE(3),
  /** The user stopped it (128 and the number of the signal). */
  INTERRUPTED(130);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** The process exit status. */
  public int status() {
    return status;
  }
}
