package normsweep.base;

/** How many threads compute at once: one number for every pool of threads. */
public final class Processors {
  private static final String BOUND = "OMP_NUM_THREADS";

  private Processors() {}

  /**
   * The processors that this process may use, which a container's limit and CPU affinity bound, or
   * fewer if the user says so by the environment variable {@code OMP_NUM_THREADS}.
   *
   * @throws NormSweepException exit code 2 if the variable holds no whole number from 1 up
   */
  public static int count() {
    return count(System.getenv(BOUND), Runtime.getRuntime().availableProcessors());
  }

  static int count(String bound, int available) {
    if (bound == null || bound.isEmpty()) {
      return available;
    }
    // No list and no blanks either: ND4J reads the variable too, and fails at those.
    if (!bound.matches("0*[1-9][0-9]{0,8}")) {
      throw NormSweepException.usage(
          BOUND + " is '" + bound + "'; give a whole number from 1 up, or unset it.");
    }
    return Math.min(Integer.parseInt(bound), available);
  }
}
