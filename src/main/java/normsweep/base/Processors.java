package normsweep.base;

/** How many threads compute at once: one number for all thread pools. */
public final class Processors {
  /** System property that bounds the number of processors, set where others work beside. */
  public static final String SHARE = "normsweep.processors";

  private static final String BOUND = "OMP_NUM_THREADS";

  private Processors() {}

  /**
   * The number of processors that this process may use, limited by the container and by CPU
   * affinity, or fewer if the environment variable {@code OMP_NUM_THREADS} says so.
   *
   * @throws NormSweepException exit code 2 if the variable is not a whole number of at least 1
   */
  public static int count() {
    int available = Runtime.getRuntime().availableProcessors();
    return count(System.getenv(BOUND), Math.min(available, Integer.getInteger(SHARE, available)));
  }

  static int count(String bound, int available) {
    if (bound == null || bound.isEmpty()) {
      return available;
    }
    // Lists and blanks are refused too: ND4J also reads the variable and fails on them.
    if (!bound.matches("0*[1-9][0-9]{0,8}")) {
      throw NormSweepException.usage(
          BOUND + " is '" + bound + "'; set it to a whole number of at least 1, or unset it.");
    }
    return Math.min(Integer.parseInt(bound), available);
  }
}
