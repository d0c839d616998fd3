package normsweep.sweep;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import normsweep.base.MessageText;

/**
 * A fact about which a saved model and its reproduction differ.
 *
 * @param fact its name
 * @param saved what the model's zip says
 * @param here what is found here
 * @param remedy how to make the two equal, to follow the sentence; empty if there is no such way
 */
public record Deviation(String fact, String saved, String here, String remedy) {
  private static final Set<String> HARMLESS = Set.of(Environment.BUILD, "java", "os");

  /** A fact with two different values; nothing if they are equal or one of them is unknown. */
  static Optional<Deviation> between(String fact, Object saved, Object here, String remedy) {
    return saved == null || here == null || saved.equals(here)
        ? Optional.empty()
        : Optional.of(
            new Deviation(fact, MessageText.of(saved.toString()), here.toString(), remedy));
  }

  /** Whether results are usually equal in spite of it. */
  public boolean harmless() {
    return HARMLESS.contains(fact);
  }

  /** The fact as one line. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s: %s in the zip, %s here%s", fact, saved, here, remedy);
  }
}
