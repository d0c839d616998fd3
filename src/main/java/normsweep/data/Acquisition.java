package normsweep.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets one thing from the first of its sources that has it: the cache, then each address. */
public final class Acquisition {
  private static final Logger LOG = LoggerFactory.getLogger(Acquisition.class);

  private Acquisition() {}

  /** One place to get the thing from. */
  @FunctionalInterface
  public interface Source<T> {
    /**
     * Gets the thing, checked.
     *
     * @throws NormSweepException unavailable, its message naming the file or address, if this
     *     source does not have it; anything else ends the search
     * @throws IOException if what was fetched cannot be written
     */
    T get() throws IOException;
  }

  /**
   * Tries the sources in their order.
   *
   * @param what subject and verb of the sentence if none has it, such as {@code CIFAR-10 is}
   * @param byHand how to place it by hand, the end of that sentence
   * @throws NormSweepException unavailable, with each source's reason, if none has it
   */
  public static <T> T first(String what, List<Source<T>> sources, String byHand)
      throws IOException {
    List<String> failures = new ArrayList<>();
    for (Source<T> source : sources) {
      try {
        return source.get();
      } catch (NormSweepException e) {
        if (e.exitCode() != ExitCode.UNAVAILABLE) {
          throw e;
        }
        LOG.warn("{}", e.getMessage());
        failures.add(e.getMessage().replaceFirst("\\.$", ""));
      }
    }
    throw NormSweepException.unavailable(
        what + " unavailable: " + String.join("; ", failures) + "; " + byHand);
  }
}
